#include "server/server_card.hpp"

#include <algorithm>
#include <memory>

#include "base/json_writer.hpp"
#include "mcp/protocol.hpp"
#include "server/version.hpp"
#include "storage/digest.hpp"

namespace shopkeeper::server {
namespace {

constexpr std::string_view kCardType = "application/mcp-server-card+json";

/// At most 100 characters, which is all that registries show.
constexpr std::string_view kDescription =
    "Runs a flower or gift shop: catalogue, delivery times, orders, warehouse and reviews.";
static_assert(kDescription.size() <= 100);

struct Document {
    std::string_view type;
    std::string body;
    std::string tag;  ///< entity tag, quoted
};

std::shared_ptr<const Document> document(std::string_view type, std::string body) {
    std::string tag = '"' + storage::digest_of(body, storage::DigestLength::name) + '"';
    return std::make_shared<const Document>(Document{type, std::move(body), std::move(tag)});
}

/// `tags` is the value of If-None-Match: a list, or `*`.
bool names(std::string_view tags, std::string_view tag) {
    return tags == "*" || tags.find(tag) != std::string_view::npos;
}

net::Reply reply_with(const Document& document, const net::Request& request) {
    net::Reply reply{.content_type = document.type,
                     .headers = {{"Access-Control-Allow-Origin", "*"},
                                 {"Cache-Control", "public, max-age=3600"},
                                 {"ETag", document.tag}}};
    if (names(request.header("If-None-Match").value_or(""), document.tag)) {
        reply.status = 304;
    } else {
        reply.body = document.body;
    }
    return reply;
}

/// The address of `path` on the host of `url`.
std::string on_host_of(std::string_view url, std::string_view path) {
    const auto host = url.find("://") + 3;
    return std::string(url.substr(0, url.find('/', host))) + std::string(path);
}

}  // namespace

std::string server_card(std::string_view mcp_url) {
    JsonWriter out;
    out.begin_object();
    out.field("$schema",
              "https://static.modelcontextprotocol.io/schemas/v1/server-card.schema.json");
    out.field("name", kRegistryName);
    out.field("version", kVersion);
    out.field("title", "Shopkeeper");
    out.field("description", kDescription);
    out.key("remotes");
    out.begin_array();
    out.begin_object();
    out.field("type", "streamable-http");
    out.field("url", mcp_url);
    out.raw_field("supportedProtocolVersions", mcp::supported_versions_json());
    out.end_object();
    out.end_array();
    out.end_object();
    return std::move(out).take();
}

std::string ai_catalogue(std::string_view mcp_url) {
    JsonWriter out;
    out.begin_object();
    out.field("specVersion", "1.0");
    out.key("entries");
    out.begin_array();
    out.begin_object();
    out.field("identifier", "urn:air:" + std::string(kRegistryName));
    out.field("type", kCardType);
    out.field("url", on_host_of(mcp_url, "/mcp/server-card"));
    out.end_object();
    out.end_array();
    out.end_object();
    return std::move(out).take();
}

void add_card_routes(net::HttpServer& server, std::string_view mcp_url) {
    const auto card = document(kCardType, server_card(mcp_url));
    const auto catalogue = document("application/json", ai_catalogue(mcp_url));
    for (const std::string_view path : kCardPaths) {
        const auto shown = path == "/.well-known/ai-catalog.json" ? catalogue : card;
        server.route("GET", path, [shown](net::Request& request, net::Responder responder) {
            responder.reply(reply_with(*shown, request));
        });
    }
}

}  // namespace shopkeeper::server
