#include "transport/access_rules.hpp"

#include <algorithm>
#include <initializer_list>

#include "transport/http_peer.hpp"

namespace shopkeeper::transport {
namespace {

constexpr std::string_view kPreflightSeconds = "600";  // operations C13

bool is_loopback(std::string_view address) {
    return address.starts_with("127.") || address == "::1";
}

/// `name` of `name:port`; brackets of an IPv6 address belong to the name.
std::string_view without_port(std::string_view host) {
    const auto colon = host.rfind(':');
    const bool is_port =
        colon != std::string_view::npos && host.find(']', colon) == std::string_view::npos;
    return is_port ? host.substr(0, colon) : host;
}

/// `pattern` is an exact origin, or one whose port may be any (`http://localhost:*`).
bool matches_origin(std::string_view origin, std::string_view pattern) {
    if (!pattern.ends_with(":*")) return net::equals_ignoring_case(origin, pattern);
    const auto scheme_and_name = pattern.substr(0, pattern.size() - 2);
    if (net::equals_ignoring_case(origin, scheme_and_name)) return true;  // the scheme's own port
    const auto name_end = scheme_and_name.size();
    return origin.size() > name_end + 1 && origin[name_end] == ':' &&
           net::equals_ignoring_case(origin.substr(0, name_end), scheme_and_name) &&
           origin.find_first_not_of("0123456789", name_end + 1) == std::string_view::npos;
}

net::Reply preflight_reply(const net::Request& request) {
    net::Reply reply{.status = 204};
    reply.headers.emplace_back("Access-Control-Allow-Methods", "GET, POST, DELETE");
    // Which headers a client sends is open-ended (Mcp-Param-*); the origin is what was checked.
    if (const auto wanted = request.header("Access-Control-Request-Headers")) {
        reply.headers.emplace_back("Access-Control-Allow-Headers", *wanted);
    }
    reply.headers.emplace_back("Access-Control-Max-Age", kPreflightSeconds);
    return reply;
}

/// Rule: protocol.md 6.
net::Reply unauthenticated(std::string_view challenge, std::string_view message) {
    auto reply = net::error_reply(401, "unauthenticated", message);
    reply.headers.emplace_back("WWW-Authenticate", challenge);
    return reply;
}

}  // namespace

AccessRules::AccessRules(AccessOptions options, const std::string& bound_address)
    : options_(std::move(options)) {
    if (options_.hosts.empty()) {
        const bool is_v6 = bound_address.find(':') != std::string::npos;
        options_.hosts = {"localhost", "127.0.0.1", "[::1]",
                          is_v6 ? "[" + bound_address + "]" : bound_address};
    }
    if (!options_.public_host.empty()) options_.hosts.push_back(options_.public_host);
    if (options_.origins.empty() && is_loopback(bound_address)) {
        options_.origins = {"http://localhost:*", "http://127.0.0.1:*", "http://[::1]:*"};
    }
}

std::optional<net::Reply> AccessRules::check(const net::Request& request,
                                             net::ReplyHeaders& headers) const {
    if (is_open(request.path())) return std::nullopt;

    const std::string_view host = request.header("Host").value_or("");
    if (request.header_differs("Host") || !allows_host(host)) {
        return net::error_reply(403, "permission_denied",
                                "This server is not served under that Host name; allow it by the "
                                "setting http.allowed_hosts.");
    }
    if (auto answered = check_page(request, host, headers)) return answered;
    if (needs_credential(request) && !options_.takes_guests && !credentials(request)) {
        return unauthenticated(options_.challenge.for_token(false, options_.challenge.scope),
                               "This server answers nobody without a token or an API key; send "
                               "one as Authorization: Bearer.");
    }
    return std::nullopt;
}

std::optional<net::Reply> AccessRules::check_page(const net::Request& request,
                                                  std::string_view host,
                                                  net::ReplyHeaders& headers) const {
    const auto origin = request.header("Origin");
    if (!origin) return std::nullopt;
    if (request.header_differs("Origin") || !allows_origin(*origin, host)) {
        return net::error_reply(403, "permission_denied",
                                "Pages of that Origin may not call this server; allow it by the "
                                "setting http.allowed_origins.");
    }
    headers.emplace_back("Access-Control-Allow-Origin", *origin);
    headers.emplace_back("Vary", "Origin");
    headers.emplace_back("Access-Control-Expose-Headers",
                         "Mcp-Session-Id, WWW-Authenticate, Retry-After");
    const bool is_preflight =
        request.method() == "OPTIONS" && request.header("Access-Control-Request-Method");
    if (is_preflight) return preflight_reply(request);
    return std::nullopt;
}

bool AccessRules::needs_credential(const net::Request& request) const {
    return options_.admit && !is_open(request.path()) && !is_public(request.path());
}

std::optional<std::string> AccessRules::shown_credential(const net::Request& request) const {
    return needs_credential(request) ? credentials(request) : std::nullopt;
}

std::optional<net::Reply> AccessRules::judge(const std::string& credential) const {
    switch (options_.admit(credential)) {
        case Admission::granted:
            return std::nullopt;
        case Admission::refused:
            return unauthenticated(options_.challenge.for_token(true, options_.challenge.scope),
                                   "The token or key is unknown, expired or revoked.");
        case Admission::unknown:
            break;
    }
    auto reply = net::error_reply(503, "unavailable", "Credentials cannot be checked now.");
    reply.headers.emplace_back("Retry-After", "1");
    return reply;
}

bool AccessRules::is_open(std::string_view path) const {
    return std::find(options_.open_paths.begin(), options_.open_paths.end(), path) !=
           options_.open_paths.end();
}

bool AccessRules::is_public(std::string_view path) const {
    return std::any_of(
        options_.public_paths.begin(), options_.public_paths.end(), [&](const std::string& open) {
            return path == open || (path.starts_with(open) && path[open.size()] == '/');
        });
}

bool AccessRules::allows_host(std::string_view host) const {
    if (host.empty()) return false;
    return std::any_of(options_.hosts.begin(), options_.hosts.end(),
                       [&](const std::string& allowed) {
                           return net::equals_ignoring_case(host, allowed) ||
                                  net::equals_ignoring_case(without_port(host), allowed);
                       });
}

bool AccessRules::allows_origin(std::string_view origin, std::string_view host) const {
    for (const std::string_view scheme : {"http://", "https://"}) {
        const bool is_own = origin.starts_with(scheme) &&
                            net::equals_ignoring_case(origin.substr(scheme.size()), host);
        if (is_own) return true;
    }
    return std::any_of(options_.origins.begin(), options_.origins.end(),
                       [&](const std::string& pattern) { return matches_origin(origin, pattern); });
}

}  // namespace shopkeeper::transport
