#include "oauth/redirect_uri.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace shopkeeper::oauth {
namespace {

/// Programs whose scheme is no reverse domain name and which people use all the same.
constexpr std::array<std::string_view, 6> kKnownSchemes = {"cursor",   "vscode", "vscode-insiders",
                                                           "windsurf", "zed",    "claude"};

struct Parts {
    std::string_view scheme;
    std::string_view authority;  ///< empty where the scheme has none
    std::string_view rest;       ///< path and query
};

std::optional<Parts> split(std::string_view uri) {
    const auto colon = uri.find(':');
    if (colon == 0 || colon == std::string_view::npos) return std::nullopt;
    Parts parts{uri.substr(0, colon), {}, uri.substr(colon + 1)};
    if (parts.rest.starts_with("//")) {
        parts.rest.remove_prefix(2);
        const auto end = std::min(parts.rest.find_first_of("/?"), parts.rest.size());
        parts.authority = parts.rest.substr(0, end);
        parts.rest.remove_prefix(end);
    }
    return parts;
}

bool is_written_plainly(std::string_view uri) {
    return std::all_of(uri.begin(), uri.end(), [](char c) {
        return c > ' ' && c < '\x7f' &&
               std::string_view("\"<>\\^`{|}#;,'").find(c) == std::string_view::npos;
    });
}

std::string_view host_of(std::string_view authority) {
    const auto colon = authority.rfind(':');
    const bool has_port =
        colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos;
    return has_port ? authority.substr(0, colon) : authority;
}

bool has_good_port(std::string_view authority) {
    const std::string_view after = authority.substr(host_of(authority).size());
    constexpr std::size_t kPortDigitsMax = 5;
    if (after.empty()) return true;
    return after.size() > 1 && after.size() <= kPortDigitsMax + 1 &&
           after.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

bool is_host(std::string_view host) {
    if (host == "[::1]") return true;
    return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    });
}

bool is_loopback(const Parts& parts) {
    const auto host = host_of(parts.authority);
    return parts.scheme == "http" &&
           (host == "127.0.0.1" || host == "[::1]" || host == "localhost");
}

/// Whoever owns a domain owns its name in reverse: com.example.app.
bool is_own_scheme(std::string_view scheme) {
    const bool is_one = std::all_of(scheme.begin(), scheme.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
    });
    const bool is_letter_first = scheme.front() >= 'a' && scheme.front() <= 'z';
    const bool is_known =
        std::find(kKnownSchemes.begin(), kKnownSchemes.end(), scheme) != kKnownSchemes.end();
    return is_one && is_letter_first && (is_known || scheme.find('.') != std::string_view::npos);
}

}  // namespace

bool is_registrable_redirect(std::string_view uri) {
    if (uri.size() > kRedirectUriMax || !is_written_plainly(uri)) return false;
    const auto parts = split(uri);
    if (!parts) return false;
    const bool is_web = parts->scheme == "https" || parts->scheme == "http";
    if (!is_web) return is_own_scheme(parts->scheme);
    if (!is_host(host_of(parts->authority)) || !has_good_port(parts->authority)) return false;
    return parts->scheme == "https" || is_loopback(*parts);
}

bool matches_redirect(std::string_view registered, std::string_view presented) {
    if (registered == presented) return true;
    const auto ours = split(registered);
    const auto theirs = split(presented);
    if (!ours || !theirs || !is_loopback(*ours) || !is_loopback(*theirs)) return false;
    return is_registrable_redirect(presented) && ours->rest == theirs->rest &&
           host_of(ours->authority) == host_of(theirs->authority);
}

bool is_loopback_redirect(std::string_view uri) {
    const auto parts = split(uri);
    return parts && is_loopback(*parts);
}

std::string redirect_source(std::string_view uri) {
    const auto parts = split(uri);
    if (!parts) return {};
    const std::string scheme(parts->scheme);
    // The directive has no words for an IPv6 address.
    const bool is_web =
        (scheme == "https" || scheme == "http") && !parts->authority.starts_with('[');
    return is_web ? scheme + "://" + std::string(parts->authority) : scheme + ":";
}

}  // namespace shopkeeper::oauth
