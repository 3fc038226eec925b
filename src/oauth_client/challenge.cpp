#include "oauth_client/challenge.hpp"

#include <algorithm>
#include <cctype>
#include <utility>
#include <vector>

#include "net/http_client.hpp"
#include "net/http_message.hpp"

namespace shopkeeper::oauth_client {
namespace {

struct Challenge {
    std::string_view scheme;
    net::HeaderFields parameters;
};

bool is_token_character(char c) {
    constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x80 && (std::isalnum(byte) != 0 || kMarks.find(c) != kMarks.npos);
}

/// Reads one header value from its beginning; every function steps over what it has read.
/// Rule: RFC 9110 section 11.6.1.
class ChallengeReader {
public:
    explicit ChallengeReader(std::string_view text) : rest_(text) {}

    std::vector<Challenge> read() {
        std::vector<Challenge> challenges;
        for (;;) {
            skip(" \t,");
            const std::string_view name = token();
            if (name.empty()) return challenges;  // the end, or nothing that can be read
            skip(" \t");
            if (starts_with('=')) {
                auto value = parameter_value();
                if (challenges.empty() || !value) return challenges;
                challenges.back().parameters.emplace_back(name, *std::move(value));
            } else {
                challenges.push_back({.scheme = name});
                skip_token68();
            }
        }
    }

private:
    bool starts_with(char c) const { return !rest_.empty() && rest_.front() == c; }

    void skip(std::string_view characters) {
        rest_.remove_prefix(std::min(rest_.size(), rest_.find_first_not_of(characters)));
    }

    std::string_view token() {
        const auto end = std::find_if_not(rest_.begin(), rest_.end(), is_token_character);
        const auto text = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
        rest_.remove_prefix(text.size());
        return text;
    }

    /// Some schemes have one value without a name: it ends at a comma, which a parameter's name
    /// does not.
    void skip_token68() {
        const auto padding = std::find_if_not(
            rest_.begin(), rest_.end(), [](char c) { return is_token_character(c) || c == '/'; });
        const auto end = std::find_if_not(padding, rest_.end(), [](char c) { return c == '='; });
        const auto size = static_cast<std::size_t>(end - rest_.begin());
        std::string_view after = rest_.substr(size);
        after.remove_prefix(std::min(after.size(), after.find_first_not_of(" \t")));
        if (after.empty() || after.front() == ',') rest_.remove_prefix(size);
    }

    std::optional<std::string> parameter_value() {
        rest_.remove_prefix(1);
        skip(" \t");
        if (!starts_with('"')) return std::string(token());
        std::string value;
        for (std::size_t i = 1; i < rest_.size(); ++i) {
            if (rest_[i] == '"') {
                rest_.remove_prefix(i + 1);
                return value;
            }
            if (rest_[i] == '\\' && i + 1 < rest_.size()) ++i;
            value += rest_[i];
        }
        return std::nullopt;  // it never closes
    }

    std::string_view rest_;
};

std::string parameter(const Challenge& challenge, std::string_view name) {
    return std::string(net::find_header(challenge.parameters, name).value_or(""));
}

}  // namespace

std::optional<BearerChallenge> find_bearer_challenge(std::string_view www_authenticate) {
    for (const Challenge& challenge : ChallengeReader(www_authenticate).read()) {
        if (!net::equals_ignoring_case(challenge.scheme, "Bearer")) continue;
        return BearerChallenge{
            .error = parameter(challenge, "error"),
            .scopes = read_scopes(parameter(challenge, "scope")),
            .resource_metadata = parameter(challenge, "resource_metadata"),
        };
    }
    return std::nullopt;
}

}  // namespace shopkeeper::oauth_client
