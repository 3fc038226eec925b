#include "domains/auth/api_keys.hpp"

#include <catch2/catch.hpp>
#include <regex>

#include "auth_fixture.hpp"

namespace shopkeeper::auth {
namespace {

TEST_CASE("K9: a key is 32 random bytes, shown once and stored as SHA-256", "[auth]") {
    Shops shops;

    const auto created = shops.add_key({"till", "tools:read", {}, {}, {}});

    CHECK(std::regex_match(created.key, std::regex("shk_[0-9a-f]{8}_[A-Za-z0-9_-]{43}")));
    CHECK(from_base64url(std::string_view(created.key).substr(13))->size() == 32);
    CHECK(shops.text("SELECT key_hash FROM api_key") == sha256_hex(created.key));
    CHECK(shops.count(
              "SELECT COUNT(*) FROM api_key WHERE name LIKE 'shk%' OR scopes LIKE 'shk%'") == 0);
    CHECK(shops.add_key({"till", "tools:read", {}, {}, {}}).key != created.key);
}

TEST_CASE("K9: a key is revocable and may expire", "[auth]") {
    Shops shops;
    const auto created = shops.add_key({"till", "tools:read", {}, {}, shops.now_ms + 1000});
    const auto is_alive = [&](UnixMs now_ms) {
        return shops.database->read([&](storage::Connection& connection) {
            return find_api_key(connection, created.key, now_ms).has_value();
        });
    };

    CHECK(is_alive(shops.now_ms + 999));
    CHECK_FALSE(is_alive(shops.now_ms + 1000));
    shops.database->write([&](storage::Connection& connection) {
        return revoke_api_key(connection, created.id, shops.now_ms);
    });
    CHECK_FALSE(is_alive(shops.now_ms));
}

TEST_CASE("C14: scopes are a closed list, kept in one form", "[auth]") {
    Shops shops;
    const auto create = [&](std::string scopes) {
        return shops.database->write([&](storage::Connection& connection) {
            return create_api_key(connection, shops.random, shops.now_ms,
                                  {"k", std::move(scopes), {}, {}, {}});
        });
    };

    CHECK(create("tools:read,  tools:write,"));
    CHECK(shops.text("SELECT scopes FROM api_key") == "tools:read tools:write");
    for (const char* refused : {"", " , ", "tools", "tools:read;internal", "INTERNAL"}) {
        INFO(refused);
        const auto created = create(refused);
        REQUIRE_FALSE(created);
        CHECK(created.error().details.field == "scopes");
        CHECK_FALSE(created.error().details.accepted.empty());
    }
    CHECK(shops.count("SELECT COUNT(*) FROM api_key") == 1);
}

TEST_CASE("A4: a key cannot be made for nobody, for no shop, or across shops", "[auth]") {
    Shops shops;
    const auto florist = shops.add("+77000000002", Role::florist, Shops::kRoses);
    const auto superadmin = shops.add("+77000000003", Role::director, {}, true);
    const auto create = [&](NewApiKey key) {
        return shops.database->write([&](storage::Connection& connection) {
            return create_api_key(connection, shops.random, shops.now_ms, key);
        });
    };

    CHECK_FALSE(create({"", "tools:read", {}, {}, {}}));
    CHECK_FALSE(create({std::string(101, 'x'), "tools:read", {}, {}, {}}));
    CHECK(create({"k", "tools:read", {}, 999, {}}).error().code == ErrorCode::not_found);
    CHECK(create({"k", "tools:read", 999, {}, {}}).error().code == ErrorCode::not_found);
    CHECK(create({"k", "tools:read", Shops::kTulips, florist, {}}).error().code ==
          ErrorCode::invalid_argument);
    CHECK(create({"k", "tools:read", Shops::kRoses, florist, {}}));
    CHECK(create({"k", "tools:read", Shops::kTulips, superadmin, {}}));
}

TEST_CASE("K9: keys are listed without anything that opens a door", "[auth]") {
    Shops shops;
    shops.add_key({"till", "tools:read", Shops::kTulips, {}, {}});
    const auto second = shops.add_key({"bot", "internal", {}, {}, {}});

    const auto keys = shops.database->read(
        [](storage::Connection& connection) { return list_api_keys(connection); });

    REQUIRE(keys.size() == 2);
    CHECK(keys[0].name == "till");
    CHECK(keys[0].shop_id == Shops::kTulips);
    CHECK(keys[1].id == second.id);
    CHECK(keys[1].has_scope("internal"));
}

}  // namespace
}  // namespace shopkeeper::auth
