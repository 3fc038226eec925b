#include "oauth/browser_session.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/crypto.hpp"

namespace shopkeeper::oauth {
namespace {

constexpr std::size_t kNonceBytes = 16;
constexpr std::size_t kCookieMax = 300;

std::optional<std::int64_t> take_number(std::string_view& text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const auto size = static_cast<std::size_t>(end - text.data());
    if (error != std::errc() || size == text.size() || *end != '.') return std::nullopt;
    text.remove_prefix(size + 1);
    return number;
}

/// The value of the cookie of this name, wherever it stands in the header.
std::string_view cookie_of(const net::Request& request, std::string_view name) {
    std::string_view rest = request.header("Cookie").value_or("");
    while (!rest.empty()) {
        const auto end = std::min(rest.find(';'), rest.size());
        const auto pair = net::trimmed(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=')
            return pair.substr(name.size() + 1);
    }
    return {};
}

}  // namespace

BrowserSessions::BrowserSessions(std::string_view secret, bool is_secure)
    : key_(hmac_sha256(secret, "login page")), is_secure_(is_secure) {}

/// The prefix __Host- keeps other hosts of the same domain from setting it.
std::string_view BrowserSessions::name() const {
    return is_secure_ ? "__Host-shopkeeper" : "shopkeeper";
}

std::string BrowserSessions::seal(std::string_view text) const {
    return base64url(hmac_sha256(key_, text));
}

BrowserSession BrowserSessions::begin(Random& random, UnixMs now_ms, std::int64_t user_id,
                                      std::int64_t token_version) const {
    const std::int64_t expires_s = now_ms / 1000 + kBrowserSessionTtlS;
    const std::string text = std::to_string(expires_s) + "." + std::to_string(user_id) + "." +
                             std::to_string(token_version) + "." + random.hex(kNonceBytes);
    return {text + "." + seal("session " + text), user_id, token_version};
}

std::optional<BrowserSession> BrowserSessions::find(const net::Request& request,
                                                    UnixMs now_ms) const {
    const std::string_view cookie = cookie_of(request, name());
    const auto dot = cookie.rfind('.');
    if (cookie.size() > kCookieMax || dot == std::string_view::npos) return std::nullopt;
    std::string_view text = cookie.substr(0, dot);
    const std::string expected = seal("session " + std::string(text));
    if (!equal_in_constant_time(expected, cookie.substr(dot + 1))) return std::nullopt;
    const auto expires_s = take_number(text);
    const auto user_id = take_number(text);
    const auto token_version = take_number(text);
    if (!expires_s || !user_id || !token_version || now_ms / 1000 >= *expires_s)
        return std::nullopt;
    return BrowserSession{std::string(cookie), *user_id, *token_version};
}

std::string BrowserSessions::set_cookie(const BrowserSession& session) const {
    std::string value(name());
    value += "=" + session.cookie + "; Path=/; Max-Age=" + std::to_string(kBrowserSessionTtlS) +
             "; HttpOnly; SameSite=Strict";
    if (is_secure_) value += "; Secure";
    return value;
}

std::string BrowserSessions::form_token(const BrowserSession& session,
                                        std::string_view contents) const {
    return seal("form " + session.cookie + " " + std::string(contents));
}

bool BrowserSessions::is_form_token(const BrowserSession& session, std::string_view contents,
                                    std::string_view token) const {
    return equal_in_constant_time(form_token(session, contents), token);
}

}  // namespace shopkeeper::oauth
