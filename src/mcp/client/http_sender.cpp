#include "mcp/client/http_sender.hpp"

#include <algorithm>
#include <cctype>

#include "net/http_message.hpp"

namespace shopkeeper::mcp::client {
namespace {

constexpr std::chrono::milliseconds kConnectMax{10'000};

/// Remembers the head on its way to the receiver.
class HeadWatch : public net::HttpReceiver {
public:
    explicit HeadWatch(net::HttpReceiver& receiver) : receiver_(receiver) {}
    bool on_head(const net::HttpHead& its) override {
        head = its;
        return receiver_.on_head(its);
    }
    bool on_chunk(std::string_view chunk) override { return receiver_.on_chunk(chunk); }

    net::HttpHead head;

private:
    net::HttpReceiver& receiver_;
};

Failure::Kind kind_of(net::HttpFailure::Kind kind) {
    using From = net::HttpFailure::Kind;
    using To = Failure::Kind;
    switch (kind) {
        case From::bad_request:
        case From::client_missing:
        case From::forbidden_address:
        case From::unreachable:
            return To::unreachable;
        case From::timed_out:
            return To::timed_out;
        case From::too_large:
            return To::too_large;
        case From::stopped:
            return To::stopped;
        case From::broken:
            break;
    }
    return To::closed;
}

bool is_challenge(const net::HttpHead& head) {
    return head.status == 401 || (head.status == 403 && head.header("WWW-Authenticate"));
}

/// All challenges as one value, which means the same as a header for each. Rule: RFC 9110 section
/// 5.3.
std::string challenges_of(const net::HttpHead& head) {
    std::string all;
    for (const auto& [name, value] : head.headers) {
        if (!net::equals_ignoring_case(name, "WWW-Authenticate")) continue;
        if (!all.empty()) all += ", ";
        all += value;
    }
    return all;
}

}  // namespace

std::optional<std::string> HttpSender::token() {
    if (place_.authorizer == nullptr) return std::nullopt;
    return place_.authorizer->bearer(place_.url);
}

Outcome<net::HttpHead> HttpSender::send_with(const std::optional<std::string>& token,
                                             net::HttpRequest request, std::size_t body_bytes_max,
                                             net::HttpReceiver& receiver,
                                             const Patience& patience) {
    request.headers.insert(request.headers.end(), place_.headers.begin(), place_.headers.end());
    if (token) request.headers.emplace_back("Authorization", "Bearer " + *token);
    HeadWatch watch(receiver);
    const net::HttpLimits limits{.connect = std::min(kConnectMax, patience.left()),
                                 .total = patience.left(),
                                 .body_bytes_max = body_bytes_max};
    const auto done = http_.stream(request, limits, watch, patience.stop);
    if (!done) return fail(kind_of(done.error().kind), done.error().message);
    return std::move(watch.head);
}

Outcome<net::HttpHead> HttpSender::send_once(const net::HttpRequest& request,
                                             std::size_t body_bytes_max,
                                             net::HttpReceiver& receiver,
                                             const Patience& patience) {
    return send_with(token(), request, body_bytes_max, receiver, patience);
}

Outcome<net::HttpHead> HttpSender::send(const net::HttpRequest& request, std::size_t body_bytes_max,
                                        net::HttpReceiver& receiver, const Patience& patience) {
    for (int attempt = 1;; ++attempt) {
        const auto token = this->token();
        auto head = send_with(token, request, body_bytes_max, receiver, patience);
        if (!head || !is_challenge(*head)) return head;
        std::string why = "the server refuses access (HTTP " + std::to_string(head->status) + ")";
        if (place_.authorizer && attempt <= kChallengesMax) {
            const Challenge challenge{.status = head->status,
                                      .www_authenticate = challenges_of(*head),
                                      .attempt = attempt,
                                      .refused_token = token.value_or("")};
            const auto granted =
                place_.authorizer->on_challenge(place_.url, challenge, patience.stop);
            if (granted) continue;
            why = granted.error();
        }
        return tl::unexpected(Failure{.kind = Failure::Kind::unauthorized,
                                      .message = std::move(why),
                                      .status = head->status});
    }
}

std::string media_type(const net::HttpHead& head) {
    std::string_view value = head.header("Content-Type").value_or("");
    std::string type(net::trimmed(value.substr(0, value.find(';'))));
    std::transform(type.begin(), type.end(), type.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return type;
}

}  // namespace shopkeeper::mcp::client
