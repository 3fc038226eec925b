#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "net/http_server.hpp"
#include "oauth/authorization_server.hpp"
#include "transport/call_pool.hpp"
#include "transport/http_peer.hpp"

namespace shopkeeper::oauth {

/// Where `Routes` answers whoever asks, for the rules of who needs a token: who asks here has none
/// yet. What lies below them counts, too.
inline constexpr std::string_view kPublicPaths[] = {
    kResourceMetadataPath, kServerMetadataPath, "/authorize", "/token", "/register", "/revoke"};

struct RoutesOptions {
    Site site;
    std::vector<std::string> servers;    ///< authorization servers, by issuer; at least one
    AuthorizationServer* own = nullptr;  ///< null: all of them are somewhere else
    std::vector<transport::AddressBlock> trusted_proxies = {};
    /// Draws on the bucket of an address (C17); an error puts the request off.
    std::function<Result<void>(const Visitor&)> charge;
};

/// The OAuth endpoints on a listener. What may wait runs on threads of its own: a password hash or
/// a slow host must not hold up calls.
class Routes {
public:
    /// REQUIRES: `server` is not started, and stops before this goes.
    Routes(net::HttpServer& server, const RoutesOptions& options);

private:
    using Answer = std::function<net::Reply(const net::Request&, const Visitor&)>;

    void add_document(net::HttpServer& server, const std::string& path, const net::Reply& document);
    void add(net::HttpServer& server, std::string_view method, std::string_view path,
             Answer answer);
    net::Reply answer(const Answer& answer, const net::Request& request) const;

    const RoutesOptions options_;
    transport::CallPool pool_{{.threads_max = 4, .waiting_max = 64}};
};

}  // namespace shopkeeper::oauth
