#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/http_message.hpp"
#include "transport/challenge.hpp"

namespace shopkeeper::transport {

enum class Admission { granted, refused, unknown };  ///< unknown: who could say is away

struct AccessOptions {
    /// Host names (or host:port) by which we may be addressed; empty: the loopback names and the
    /// address that is bound. A foreign name in `Host` is how DNS rebinding looks.
    std::vector<std::string> hosts = {};
    std::string public_host = {};  ///< one more, by which clients on the Internet know us
    /// Exact origins that browsers may call from, `:*` for any port; empty: the loopback ones while
    /// bound to loopback, otherwise none. Our own origin always may.
    std::vector<std::string> origins = {};
    /// Probes and crawlers ask here with whatever name they have, from whatever page, and learn
    /// nothing that is not for everybody.
    std::vector<std::string> open_paths = {"/livez"};

    /// Whether a token or key opens the listener. Empty: nobody needs one, and none is looked at
    /// before a call is made with it.
    std::function<Admission(const std::string& credential)> admit = {};
    /// Who shows no credential is let in all the same; who shows one must show a good one.
    bool takes_guests = false;
    Challenge challenge = {};
    /// `admit` may wait for others: it runs on threads of its own. Otherwise on the thread that
    /// reads the request, and everybody else's.
    bool admit_waits = false;
    /// Where none is needed all the same, and below: what they show to strangers is theirs to know
    /// (operations H7).
    std::vector<std::string> public_paths = {"/livez", "/readyz", "/health"};
};

/// Who may talk to the listener, by Host and Origin and, where it is protected, by credentials.
/// Immutable. Rule: operations C12-C14.
class AccessRules {
public:
    AccessRules(AccessOptions options, const std::string& bound_address);

    /// What the request's own head decides: the refusal (403, 401) or the answer to a preflight
    /// (204); nullopt lets it pass and adds the CORS headers its reply needs.
    std::optional<net::Reply> check(const net::Request& request, net::ReplyHeaders& headers) const;
    /// The token or key on which it depends whether a request that has passed is let in; nullopt:
    /// on none.
    std::optional<std::string> shown_credential(const net::Request& request) const;
    /// Asks about it. The refusal (401, 503); nullopt lets the request in.
    std::optional<net::Reply> judge(const std::string& credential) const;

private:
    bool needs_credential(const net::Request& request) const;
    std::optional<net::Reply> check_page(const net::Request& request, std::string_view host,
                                         net::ReplyHeaders& headers) const;
    bool is_open(std::string_view path) const;
    bool is_public(std::string_view path) const;
    bool allows_host(std::string_view host) const;
    bool allows_origin(std::string_view origin, std::string_view host) const;

    AccessOptions options_;
};

}  // namespace shopkeeper::transport
