// The documents by which a client finds its way, and what must not lead it astray.
#include <catch2/catch.hpp>

#include "base/json.hpp"
#include "oauth_client/authorization_server.hpp"
#include "oauth_client/resource_metadata.hpp"

namespace shopkeeper::oauth_client {
namespace {

using Texts = std::vector<std::string>;

const Url kShop = *parse_url("https://shop.example/mcp");

Json server_document() {
    return {
        {"issuer", "https://auth.example"},
        {"authorization_endpoint", "https://auth.example/authorize"},
        {"token_endpoint", "https://auth.example/token"},
        {"code_challenge_methods_supported", {"plain", "S256"}},
    };
}

std::string reason_of(const auto& result) {
    return result ? "" : result.error().details.reason;
}

}  // namespace

TEST_CASE("protected resource metadata are looked for under the path first", "[metadata]") {
    const std::string root = "https://h.example/.well-known/oauth-protected-resource";

    CHECK(resource_metadata_urls(*parse_url("https://h.example/a/mcp")) ==
          Texts{root + "/a/mcp", root});
    CHECK(resource_metadata_urls(*parse_url("https://h.example/mcp?shop=1")) ==
          Texts{root + "/mcp?shop=1", root});
    CHECK(resource_metadata_urls(*parse_url("https://h.example/")) == Texts{root});
    CHECK(resource_metadata_urls(*parse_url("https://h.example")) == Texts{root});
}

TEST_CASE("metadata speak for a server when they are its own or of one above it", "[metadata]") {
    const auto [resource, is_ours] = GENERATE(table<const char*, bool>({
        {"https://shop.example/mcp", true},
        {"https://SHOP.example:443/mcp", true},
        {"https://shop.example/mcp/", true},
        {"https://shop.example/", true},
        {"https://shop.example", true},
        {"https://shop.example/mc", false},
        {"https://shop.example/mcp/admin", false},
        {"https://shop.example/other", false},
        {"https://evil.example/mcp", false},
        {"http://shop.example/mcp", false},
        {"https://shop.example:8443/mcp", false},
        {"https://shop.example.evil.example/mcp", false},
        {"https://shop.example@evil.example/mcp", false},
        {"https://shop.example/mcp?shop=2", false},
        {"mcp", false},
        {"", false},
    }));

    const auto metadata = read_resource_metadata(
        Json{{"resource", resource}, {"authorization_servers", {"https://auth.example"}}}, kShop);

    CAPTURE(resource);
    CHECK(reason_of(metadata) == (is_ours ? "" : "resource_mismatch"));
    if (metadata) CHECK(metadata->resource == resource);  // never rewritten
}

TEST_CASE("metadata without an authorization server lead nowhere", "[metadata]") {
    const Json servers = GENERATE(Json(), Json::array(), Json("https://auth.example"), Json{1, 2});

    const auto metadata = read_resource_metadata(
        Json{{"resource", "https://shop.example/mcp"}, {"authorization_servers", servers}}, kShop);

    CHECK(reason_of(metadata) == "invalid_resource_metadata");
}

TEST_CASE("authorization server metadata are looked for in the order of the specification",
          "[metadata]") {
    CHECK(authorization_server_metadata_urls(*parse_url("https://h.example")) ==
          Texts{"https://h.example/.well-known/oauth-authorization-server",
                "https://h.example/.well-known/openid-configuration"});
    CHECK(authorization_server_metadata_urls(*parse_url("https://h.example/t/1")) ==
          Texts{"https://h.example/.well-known/oauth-authorization-server/t/1",
                "https://h.example/.well-known/openid-configuration/t/1",
                "https://h.example/t/1/.well-known/openid-configuration"});
    CHECK(authorization_server_metadata_urls(*parse_url("https://h.example/")).size() == 2);
}

TEST_CASE("authorization server metadata are read, and what they leave out is off", "[metadata]") {
    Json document = server_document();
    const auto bare = read_authorization_server(document, "https://auth.example", kShop);

    REQUIRE(bare);
    CHECK(bare->token_endpoint == "https://auth.example/token");
    CHECK(bare->supports_s256);
    CHECK(bare->registration_endpoint.empty());
    CHECK(bare->token_auth_methods.empty());
    CHECK(!bare->names_itself);
    CHECK(!bare->takes_metadata_documents);

    document["authorization_response_iss_parameter_supported"] = true;
    document["client_id_metadata_document_supported"] = true;
    document["scopes_supported"] = {"a", "offline_access", 5};
    document["token_endpoint_auth_methods_supported"] = {"none"};
    document["registration_endpoint"] = "https://elsewhere.example/register";
    const auto full = read_authorization_server(document, "https://auth.example", kShop);

    REQUIRE(full);
    CHECK(full->names_itself);
    CHECK(full->takes_metadata_documents);
    CHECK(full->scopes_supported == Scopes{"a", "offline_access"});
    CHECK(full->token_auth_methods == Texts{"none"});
    CHECK(full->registration_endpoint == "https://elsewhere.example/register");
}

TEST_CASE("an issuer is itself to the letter", "[metadata]") {
    const auto* issuer =
        GENERATE("https://auth.example/", "https://AUTH.example", "https://auth.example:443",
                 "https://evil.example", "http://auth.example", "");

    CAPTURE(issuer);
    CHECK(reason_of(read_authorization_server(server_document(), issuer, kShop)) ==
          "issuer_mismatch");
}

TEST_CASE("a browser and a token are sent to plain https URLs only", "[metadata]") {
    const auto* member =
        GENERATE("authorization_endpoint", "token_endpoint", "registration_endpoint");
    const auto* endpoint =
        GENERATE("http://auth.example/x", "http://localhost:1234/x", "file:///etc/passwd",
                 "javascript:alert(1)", "https://auth.example/`calc`", "/authorize",
                 "https://user@auth.example/x", "https://auth.example/x#y");
    Json document = server_document();
    document[member] = endpoint;

    CAPTURE(member, endpoint);
    CHECK(reason_of(read_authorization_server(document, "https://auth.example", kShop)) ==
          "invalid_server_metadata");
}

TEST_CASE("S256 has to be said, by its name", "[metadata]") {
    const Json methods = GENERATE(Json(), Json::array(), Json{"plain"}, Json{"s256"}, Json("S256"));
    Json document = server_document();
    document["code_challenge_methods_supported"] = methods;

    const auto server = read_authorization_server(document, "https://auth.example", kShop);

    REQUIRE(server);
    CHECK(!server->supports_s256);
}

}  // namespace shopkeeper::oauth_client
