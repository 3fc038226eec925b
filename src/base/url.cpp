#include "base/url.hpp"

#include <algorithm>
#include <optional>

#include "base/text.hpp"

namespace shopkeeper::url {

namespace {

constexpr std::string_view kScheme = "https://";

/// Names that mean something else, or nothing, outside the house they are used in.
constexpr std::string_view kLocalEndings[] = {"localhost", "local", "localdomain", "internal",
                                              "intranet",  "lan",   "home",        "corp",
                                              "private",   "arpa",  "onion",       "invalid"};

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// Letters of other scripts are several bytes, all of them above ASCII.
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80;
}

bool is_label(std::string_view label) {
    constexpr std::size_t kLabelMax = 63;
    if (label.empty() || label.size() > kLabelMax) return false;
    if (label.front() == '-' || label.back() == '-') return false;
    return std::all_of(label.begin(), label.end(),
                       [](char c) { return is_letter(c) || is_digit(c) || c == '-'; });
}

bool is_public_name(std::string_view host) {
    const auto last_dot = host.rfind('.');
    if (last_dot == std::string_view::npos) return false;
    const std::string_view ending = host.substr(last_dot + 1);
    // The last label of an address literal starts with a digit, whatever base it is written in.
    if (ending.size() < 2 || !is_letter(ending.front())) return false;
    if (std::find(std::begin(kLocalEndings), std::end(kLocalEndings), ending) !=
        std::end(kLocalEndings)) {
        return false;
    }
    while (!host.empty()) {
        const auto dot = std::min(host.find('.'), host.size());
        if (!is_label(host.substr(0, dot))) return false;
        host.remove_prefix(std::min(dot + 1, host.size()));
    }
    return true;
}

bool is_port(std::string_view port) {
    constexpr std::size_t kPortDigitsMax = 5;
    return !port.empty() && port.size() <= kPortDigitsMax &&
           std::all_of(port.begin(), port.end(), is_digit);
}

/// Host and port; nullopt for another scheme or for characters no link has.
std::optional<std::string> authority(std::string_view url) {
    const bool is_clean = std::none_of(url.begin(), url.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte <= ' ' || byte == 0x7f || c == '\\' || c == '"' || c == '<' || c == '>';
    });
    const std::string lowered = text::lower(url);
    if (!is_clean || !lowered.starts_with(kScheme)) return std::nullopt;
    const std::string_view rest = std::string_view(lowered).substr(kScheme.size());
    return std::string(rest.substr(0, rest.find_first_of("/?#")));
}

bool is_public_https(std::string_view url) {
    const auto authority = url::authority(url);
    if (!authority) return false;
    const std::string_view host_and_port = *authority;
    const auto colon = host_and_port.find(':');
    if (colon != std::string_view::npos && !is_port(host_and_port.substr(colon + 1))) return false;
    return is_public_name(host_and_port.substr(0, colon));
}

}  // namespace

Result<void> check_public_https(std::string_view url, std::string_view field) {
    if (is_public_https(url)) return {};
    return invalid_argument(std::string(field),
                            "Give a link that starts with https:// and names a public host, like "
                            "https://img.example.com/a.jpg.",
                            std::string(url));
}

}  // namespace shopkeeper::url
