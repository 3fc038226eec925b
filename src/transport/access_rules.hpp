#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/http_message.hpp"

namespace shopkeeper::transport {

struct AccessOptions {
    /// Host names (or host:port) by which we may be addressed; empty: the loopback names and the
    /// address that is bound. A foreign name in `Host` is how DNS rebinding looks.
    std::vector<std::string> hosts = {};
    /// Exact origins that browsers may call from, `:*` for any port; empty: the loopback ones while
    /// bound to loopback, otherwise none. Our own origin always may.
    std::vector<std::string> origins = {};
    /// Probes ask here with whatever name they have, and learn nothing.
    std::vector<std::string> open_paths = {"/livez"};
};

/// Who may talk to the listener, by Host and Origin. Immutable. Rule: operations C13.
class AccessRules {
public:
    AccessRules(AccessOptions options, const std::string& bound_address);

    /// The refusal (403) or the answer to a preflight (204); nullopt lets the request in and adds
    /// the CORS headers its reply needs.
    std::optional<net::Reply> check(const net::Request& request, net::ReplyHeaders& headers) const;

private:
    bool allows_host(std::string_view host) const;
    bool allows_origin(std::string_view origin, std::string_view host) const;

    AccessOptions options_;
};

}  // namespace shopkeeper::transport
