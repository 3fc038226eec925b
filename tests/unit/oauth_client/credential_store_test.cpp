#include "oauth_client/credential_store.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "support/temp_folder.hpp"

namespace shopkeeper::oauth_client {
namespace {

constexpr const char* kIssuer = "https://auth.example/tenant/1";

Credentials some_credentials() {
    Credentials credentials;
    credentials.client = Client{.id = "client",
                                .secret = "s\"ecret",
                                .authentication = ClientAuthentication::client_secret_post,
                                .redirect_uri = "http://127.0.0.1:1/callback",
                                .secret_expires_ms = 5};
    credentials.tokens["https://shop.example/mcp"] = {.access_token = "access",
                                                      .refresh_token = "refresh",
                                                      .scopes = {"a", "b"},
                                                      .expires_ms = 7};
    credentials.tokens["https://other.example"] = {.access_token = "bare"};
    return credentials;
}

void check_same(const Credentials& left, const Credentials& right) {
    REQUIRE(left.client.has_value() == right.client.has_value());
    if (left.client) {
        CHECK(left.client->id == right.client->id);
        CHECK(left.client->secret == right.client->secret);
        CHECK(word(left.client->authentication) == word(right.client->authentication));
        CHECK(left.client->redirect_uri == right.client->redirect_uri);
        CHECK(left.client->secret_expires_ms == right.client->secret_expires_ms);
    }
    REQUIRE(left.tokens.size() == right.tokens.size());
    for (const auto& [resource, tokens] : left.tokens) {
        REQUIRE(right.tokens.contains(resource));
        const Tokens& other = right.tokens.at(resource);
        CHECK(tokens.access_token == other.access_token);
        CHECK(tokens.refresh_token == other.refresh_token);
        CHECK(tokens.scopes == other.scopes);
        CHECK(tokens.expires_ms == other.expires_ms);
    }
}

std::vector<std::filesystem::path> files_of(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        files.push_back(entry.path());
    }
    return files;
}

unsigned rights_of(const std::filesystem::path& path) {
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    return status.st_mode & 0777U;
}

}  // namespace

TEST_CASE("credentials come back whole, and only for the issuer that gave them", "[store]") {
    const test::TempFolder folder;
    FileCredentialStore file(folder.path());
    MemoryCredentialStore memory;
    for (CredentialStore* store :
         {static_cast<CredentialStore*>(&file), static_cast<CredentialStore*>(&memory)}) {
        REQUIRE(store->save(kIssuer, some_credentials()));

        check_same(store->load(kIssuer), some_credentials());
        for (const char* other : {"https://auth.example/tenant/2", "https://auth.example/tenant/1/",
                                  "https://auth.example", ""}) {
            check_same(store->load(other), {});
        }

        REQUIRE(store->save(kIssuer, {}));
        check_same(store->load(kIssuer), {});
    }
}

TEST_CASE("another process finds what was saved, and nobody else may read it", "[store]") {
    const test::TempFolder temp;
    const std::filesystem::path folder = temp.file("nested/credentials");
    FileCredentialStore one(folder);
    FileCredentialStore other(folder);
    const ::mode_t before = ::umask(0);  // even where everybody may read everything

    REQUIRE(one.save(kIssuer, some_credentials()));
    REQUIRE(one.save(kIssuer, some_credentials()));
    ::umask(before);

    check_same(other.load(kIssuer), some_credentials());
    CHECK(rights_of(folder) == 0700);
    REQUIRE(files_of(folder).size() == 1);
    CHECK(rights_of(files_of(folder).front()) == 0600);
}

TEST_CASE("a file that was spoiled counts as empty and is replaced", "[store]") {
    const test::TempFolder temp;
    FileCredentialStore store(temp.path());
    REQUIRE(store.save(kIssuer, some_credentials()));
    const auto* spoiled = GENERATE("", "{", "[]", "{\"issuer\":\"https://evil.example\"}",
                                   R"({"issuer":"https://auth.example/tenant/1",
                                       "client":7,"tokens":[1],"more":{}})");
    std::ofstream(files_of(temp.path()).front(), std::ios::trunc) << spoiled;

    check_same(store.load(kIssuer), {});

    REQUIRE(store.save(kIssuer, some_credentials()));
    check_same(store.load(kIssuer), some_credentials());
}

TEST_CASE("credentials that cannot be kept are a refusal without their content", "[store]") {
    const test::TempFolder temp;
    std::ofstream(temp.file("in_the_way")) << "a file";
    FileCredentialStore store(temp.file("in_the_way"));

    const auto saved = store.save(kIssuer, some_credentials());

    REQUIRE(!saved);
    CHECK(saved.error().code == ErrorCode::unavailable);
    CHECK(saved.error().message.find("ecret") == std::string::npos);
}

}  // namespace shopkeeper::oauth_client
