#include "oauth/clients.hpp"

#include <catch2/catch.hpp>

#include "oauth/client_documents.hpp"
#include "support/fakes.hpp"
#include "support/test_database.hpp"
#include "unit/oauth/fake_http.hpp"

namespace shopkeeper::oauth {
namespace {

constexpr UnixMs kNow = 1'795'000'000'000;
constexpr std::int64_t kHourMs = 3600 * 1000;
constexpr auto kMetadata =
    R"({"client_name":" My <b>Robot</b> ","redirect_uris":["http://127.0.0.1/cb","https://app.example/cb"],
        "grant_types":["authorization_code","refresh_token"],"response_types":["code"],
        "token_endpoint_auth_method":"none","application_type":"native"})";

struct Registry {
    std::shared_ptr<storage::Database> database = test::migrated_database(kNow);
    test::SeededRandom random;

    OAuthResult<Client> add(std::string_view json, UnixMs now_ms = kNow) {
        return database->write([&](storage::Connection& connection) {
            return register_client(connection, random, now_ms, json);
        });
    }
    std::optional<Client> find(std::string_view id) {
        return database->read(
            [&](storage::Connection& connection) { return find_client(connection, id); });
    }
};

std::string refused(const OAuthResult<Client>& result) {
    return result ? "" : std::string(result.error().code);
}

TEST_CASE("a program registers its name and where its answers go", "[oauth]") {
    Registry registry;
    const auto added = registry.add(kMetadata);

    REQUIRE(added);
    const auto found = registry.find(added->id);
    REQUIRE(found);
    CHECK(found->name == added->name);
    CHECK(found->has_redirect("http://127.0.0.1:50000/cb"));
    CHECK(found->has_redirect("https://app.example/cb"));
    CHECK_FALSE(found->has_redirect("https://app.example/other"));
    CHECK(found->vouching_host.empty());
    CHECK_FALSE(registry.find("mcp_unknown"));
}

TEST_CASE("a registration without a safe redirect is refused", "[oauth]") {
    Registry registry;
    CHECK(refused(registry.add("not json")) == "invalid_client_metadata");
    CHECK(refused(registry.add("[]")) == "invalid_client_metadata");
    CHECK(refused(registry.add("{}")) == "invalid_redirect_uri");
    CHECK(refused(registry.add(R"({"redirect_uris":[]})")) == "invalid_redirect_uri");
    CHECK(refused(registry.add(R"({"redirect_uris":"https://a.example/cb"})")) ==
          "invalid_redirect_uri");
    CHECK(refused(registry.add(R"({"redirect_uris":["https://a.example/cb","javascript:1"]})")) ==
          "invalid_redirect_uri");
    CHECK(refused(registry.add(
              R"({"redirect_uris":["https://a.example/cb"],"grant_types":["implicit"]})")) ==
          "invalid_client_metadata");
    CHECK(registry.add(R"({"redirect_uris":["https://a.example/cb"]})")->name.starts_with("mcp_"));
}

TEST_CASE("registrations are bounded; who was never let in makes room", "[oauth]") {
    Registry registry;
    const auto first = registry.add(kMetadata);
    const auto second = registry.add(kMetadata);
    registry.database->write([&](storage::Connection& connection) {
        mark_used(connection, second->id, kNow + 1);
        for (std::int64_t i = 2; i < kClientsMax; ++i)
            connection.execute(
                "INSERT INTO oauth_client (id, name, redirect_uris, created_ms, "
                "used_ms) VALUES ($1, 'n', 'https://a.example/', $2, $2)",
                {"other" + std::to_string(i), kNow});
    });
    CHECK(refused(registry.add(kMetadata, kNow + 1)) == "temporarily_unavailable");

    CHECK(registry.add(kMetadata, kNow + kHourMs));
    CHECK_FALSE(registry.find(first->id));
    CHECK(registry.find(second->id));

    const auto purge = [&](UnixMs now_ms) {
        return registry.database->write(
            [&](storage::Connection& connection) { return purge_clients(connection, now_ms); });
    };
    CHECK(purge(kNow + 90 * 24 * kHourMs) == 1);
    CHECK(purge(kNow + 91 * 24 * kHourMs) == 1);
}

constexpr auto kDocumentId = "https://app.example/oauth/client.json";
constexpr auto kDocument =
    R"({"client_id":"https://app.example/oauth/client.json","client_name":"App",
        "redirect_uris":["https://app.example/cb"]})";

TEST_CASE("a client id may be a document that its host vouches for", "[oauth]") {
    test::FakeHttp http;
    test::FakeClock clock(kNow);
    ClientDocuments documents(http, clock, false);
    http.answer(kDocumentId, kDocument);

    const auto client = documents.find(kDocumentId);

    REQUIRE(client);
    CHECK(client->id == kDocumentId);
    CHECK(client->name == "App");
    CHECK(client->vouching_host == "app.example");
    CHECK(documents.find(kDocumentId));
    CHECK(http.asked == 1);
    clock.advance_minutes(11);
    CHECK(documents.find(kDocumentId));
    CHECK(http.asked == 2);
    // Whatever the document says, our own network is never asked.
    CHECK(http.limits.reach == net::Reach::public_internet);
    CHECK(http.limits.body_bytes_max == ClientDocuments::kDocumentBytesMax);
}

TEST_CASE("a document about somebody else, or none, is no client", "[oauth]") {
    test::FakeHttp http;
    test::FakeClock clock(kNow);
    ClientDocuments documents(http, clock, false);
    const auto refuses = [&](int status, std::string_view body) {
        http.answer(kDocumentId, body, status);
        return refused(documents.find(kDocumentId)) == "invalid_client";
    };
    CHECK(refuses(404, kDocument));
    CHECK(refuses(302, kDocument));
    CHECK(refuses(200, "<html>"));
    CHECK(refuses(
        200,
        R"({"client_id":"https://evil.example/c","redirect_uris":["https://evil.example/"]})"));
    CHECK(refuses(200, R"({"redirect_uris":["https://app.example/cb"]})"));
    http.fail(kDocumentId, net::HttpFailure::Kind::forbidden_address);
    CHECK(refused(documents.find(kDocumentId)) == "invalid_client");
}

TEST_CASE("what is no https URL with a path names no document", "[oauth]") {
    test::FakeHttp http;
    test::FakeClock clock(kNow);
    ClientDocuments strict(http, clock, false);
    ClientDocuments developer(http, clock, true);
    for (const char* id :
         {"mcp_1", "http://app.example/c", "https://app.example", "https://app.example/",
          "https://u@app.example/c", "https://app.example/a/../c", "https://app.example/c#f",
          "http://127.0.0.1/c", "com.example.app:/c", ""}) {
        INFO(id);
        CHECK_FALSE(strict.is_document_id(id));
    }
    CHECK(strict.is_document_id(kDocumentId));
    CHECK(developer.is_document_id("http://127.0.0.1:4000/c"));
    CHECK_FALSE(developer.is_document_id("http://10.0.0.1/c"));
}

}  // namespace
}  // namespace shopkeeper::oauth
