#include "oauth/routes.hpp"

#include <exception>
#include <memory>
#include <utility>

#include "base/log.hpp"
#include "storage/errors.hpp"

namespace shopkeeper::oauth {
namespace {

net::Reply with_retry(net::Reply reply, std::int64_t after_s) {
    reply.headers.emplace_back("Retry-After", std::to_string(after_s));
    return reply;
}

net::Reply away() {
    return with_retry(
        net::error_reply(503, "unavailable", "Signing in is not possible now; try again."), 1);
}

net::Reply document(std::string json) {
    // Everybody may read it, pages of any origin too; it holds nothing that is not for everybody.
    return {.headers = {{"Cache-Control", "public, max-age=3600"}}, .body = std::move(json)};
}

}  // namespace

Routes::Routes(net::HttpServer& server, const RoutesOptions& options) : options_(options) {
    const auto about_resource = document(resource_metadata(options_.site, options_.servers));
    add_document(server, std::string(kResourceMetadataPath), about_resource);
    add_document(server, std::string(kResourceMetadataPath) + "/mcp", about_resource);
    AuthorizationServer* own = options_.own;
    if (own == nullptr) return;
    add_document(server, std::string(kServerMetadataPath), own->metadata());
    add_document(server, "/authorize/style.css", AuthorizationServer::style());
    const auto authorize = [own](const net::Request& request, const Visitor& visitor) {
        return own->authorize(request, visitor);
    };
    add(server, "GET", "/authorize", authorize);
    add(server, "POST", "/authorize", authorize);
    add(server, "POST", "/token",
        [own](const net::Request& request, const Visitor&) { return own->token(request); });
    add(server, "POST", "/register", [own](const net::Request& request, const Visitor&) {
        return own->register_program(request);
    });
    add(server, "POST", "/revoke",
        [own](const net::Request& request, const Visitor&) { return own->revoke_token(request); });
}

void Routes::add_document(net::HttpServer& server, const std::string& path,
                          const net::Reply& reply) {
    server.route("GET", path,
                 [reply](net::Request&, net::Responder responder) { responder.reply(reply); });
}

void Routes::add(net::HttpServer& server, std::string_view method, std::string_view path,
                 Answer answer) {
    server.route(
        method, path,
        [this, answer = std::move(answer)](net::Request& request, net::Responder responder) {
            struct Arrival {
                net::Request request;
                net::Responder responder;
            };
            // Shared because a task may be copied; there is one owner at a time.
            const auto arrival =
                std::make_shared<Arrival>(Arrival{std::move(request), std::move(responder)});
            const bool is_accepted = pool_.try_run([this, arrival, answer] {
                arrival->responder.reply(this->answer(answer, arrival->request));
            });
            if (!is_accepted) arrival->responder.reply(away());
        });
}

net::Reply Routes::answer(const Answer& answer, const net::Request& request) const {
    const auto peer = transport::read_peer(request, options_.trusted_proxies);
    const Visitor visitor{peer.address, peer.is_loopback};
    try {
        if (const auto allowed = options_.charge(visitor); !allowed) {
            const Error& error = allowed.error();
            return with_retry(net::error_reply(429, word(error.code), error.message),
                              error.details.retry_after_s.value_or(1));
        }
        return answer(request, visitor);
    } catch (const storage::Unavailable& trouble) {
        log::error("oauth", std::string("storage away: ") + trouble.what());
    } catch (const storage::InDoubt& trouble) {
        log::error("oauth", trouble.what());
    } catch (const std::exception& bug) {
        log::error("oauth", std::string("a request failed: ") + bug.what());
        return net::error_reply(500, "internal", "This failed for a reason of ours; see the log.");
    }
    return away();
}

}  // namespace shopkeeper::oauth
