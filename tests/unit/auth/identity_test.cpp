#include <catch2/catch.hpp>

#include "auth_fixture.hpp"
#include "domains/auth/key_uses.hpp"

namespace shopkeeper::auth {
namespace {

constexpr auto kDirectorPhone = "+77000000001";

Assertion telegram_customer(std::string user_id = "5001", std::int64_t shop_id = Shops::kRoses) {
    return {shop_id, "telegram", std::move(user_id), {}};
}

void check_refused(const Result<Identity>& result, ErrorCode code, std::string_view reason = {}) {
    REQUIRE_FALSE(result);
    CHECK(word(result.error().code) == word(code));
    CHECK(result.error().details.reason == reason);
}

TEST_CASE("A1, A12: a call without credentials is a guest's, in the default shop", "[auth]") {
    Shops shops;

    const auto identity = shops.ask({});

    REQUIRE(identity);
    CHECK(identity->caller.kind == CallerKind::guest);
    CHECK(identity->caller.principal == "guest:local");
    CHECK(identity->caller.permissions.none());
    CHECK(identity->shop_id == Shops::kRoses);
    CHECK_FALSE(identity->shop_given);
    CHECK(identity->scopes.admin);
    CHECK(shops.ask({}, Shops::kTulips)->shop_id == Shops::kTulips);
    CHECK(shops.ask({}, Shops::kTulips)->shop_given);
}

TEST_CASE("A11: a guest's address is stored as a keyed hash", "[auth]") {
    Shops shops;
    Credentials credentials;
    credentials.address = "203.0.113.9";

    const std::string principal = shops.ask(credentials)->caller.principal;

    CHECK(principal.starts_with("guest:"));
    CHECK(principal.find("203") == std::string::npos);
    CHECK(principal == shops.ask(credentials)->caller.principal);
    shops.authority.address_key = "another key";
    CHECK(principal != shops.ask(credentials)->caller.principal);
}

TEST_CASE("operations C12: a key that lets somebody in is noted, one that does not is not",
          "[auth]") {
    Shops shops;
    KeyUses uses;
    shops.authority.key_uses = &uses;
    const auto used = shops.add_key({"till", "tools:read", {}, {}, {}});
    const auto revoked = shops.add_key({"old till", "tools:read", {}, {}, {}});
    shops.run("UPDATE api_key SET is_active = FALSE WHERE id = " + std::to_string(revoked.id));

    CHECK(shops.ask(bearer(used.key)));
    CHECK_FALSE(shops.ask(bearer(revoked.key)));
    CHECK(shops.count("SELECT COUNT(*) FROM api_key WHERE last_used_ms IS NOT NULL") == 0);

    CHECK(uses.write_down(*shops.database) == 1);
    CHECK(shops.count("SELECT last_used_ms FROM api_key WHERE id = " + std::to_string(used.id)) ==
          shops.now_ms);
    const auto listed = shops.database->read(
        [](storage::Connection& connection) { return list_api_keys(connection); });
    CHECK(listed.at(0).last_used_ms == shops.now_ms);
    CHECK_FALSE(listed.at(1).last_used_ms);
}

TEST_CASE("A1, A13: a token from the header makes a member of staff of their own shop", "[auth]") {
    Shops shops;
    const auto id = shops.add("+77000000002", Role::florist, Shops::kTulips);

    const auto identity = shops.ask(bearer(shops.token(id)));

    REQUIRE(identity);
    CHECK(identity->caller.is_staff());
    CHECK(identity->caller.principal == "staff:" + std::to_string(id));
    CHECK(identity->caller.user_id == id);
    CHECK(identity->caller.role == Role::florist);
    CHECK(identity->caller.name == "Somebody");
    CHECK(identity->caller.can(Permission::view_warehouse));
    CHECK_FALSE(identity->caller.can(Permission::moderate_reviews));
    CHECK(identity->shop_id == Shops::kTulips);
    CHECK(identity->shop_given);
    CHECK(shops.ask(bearer(shops.token(id)), Shops::kTulips)->shop_id == Shops::kTulips);
    check_refused(shops.ask(bearer(shops.token(id)), Shops::kRoses), ErrorCode::not_found);
}

TEST_CASE("A2: header, process configuration and argument each name the caller, and must agree",
          "[auth]") {
    Shops shops;
    const auto director = shops.add(kDirectorPhone, Role::director);
    const auto florist = shops.add("+77000000002", Role::florist);
    Credentials credentials;

    SECTION("the argument alone") {
        credentials.token_argument = shops.token(florist);
        CHECK(shops.ask(credentials)->caller.user_id == florist);
    }
    SECTION("the configured phone alone") {
        shops.authority.configured_phone = kDirectorPhone;
        CHECK(shops.ask(credentials)->caller.user_id == director);
    }
    SECTION("twice the same") {
        credentials = bearer(shops.token(director));
        credentials.token_argument = shops.token(director);
        shops.authority.configured_phone = kDirectorPhone;
        CHECK(shops.ask(credentials)->caller.user_id == director);
    }
    SECTION("header against argument") {
        credentials = bearer(shops.token(director));
        credentials.token_argument = shops.token(florist);
        check_refused(shops.ask(credentials), ErrorCode::permission_denied, "identity_mismatch");
    }
    SECTION("configuration against argument") {
        shops.authority.configured_phone = kDirectorPhone;
        credentials.token_argument = shops.token(florist);
        check_refused(shops.ask(credentials), ErrorCode::permission_denied, "identity_mismatch");
    }
    SECTION("a service is no user") {
        credentials = bearer(shops.internal_key);
        credentials.token_argument = shops.token(florist);
        check_refused(shops.ask(credentials), ErrorCode::permission_denied, "identity_mismatch");
    }
}

TEST_CASE("A3: a credential that is no good is refused, never taken for a guest", "[auth]") {
    Shops shops;
    const auto id = shops.add(kDirectorPhone, Role::director);
    const std::string good = shops.token(id);

    SECTION("nonsense") {
        check_refused(shops.ask(bearer("nonsense")), ErrorCode::unauthenticated);
    }
    SECTION("empty") {
        check_refused(shops.ask(bearer("")), ErrorCode::unauthenticated);
    }
    SECTION("an unknown key") {
        check_refused(shops.ask(bearer(make_key(shops.random))), ErrorCode::unauthenticated);
    }
    SECTION("an unknown user") {
        check_refused(shops.ask(bearer(shops.token(999))), ErrorCode::unauthenticated);
    }
    SECTION("expired") {
        shops.now_ms += 43200'000 + 30'000;
        check_refused(shops.ask(bearer(good)), ErrorCode::unauthenticated);
    }
    SECTION("a bad argument beside a good header") {
        Credentials credentials = bearer(good);
        credentials.token_argument = "nonsense";
        check_refused(shops.ask(credentials), ErrorCode::unauthenticated);
    }
    SECTION("a configured phone of nobody") {
        shops.authority.configured_phone = "+77000000099";
        check_refused(shops.ask({}), ErrorCode::unauthenticated);
    }
    SECTION("signed by another") {
        shops.authority.token_secret = "another secret of thirty-two byte";
        check_refused(shops.ask(bearer(good)), ErrorCode::unauthenticated);
    }
}

TEST_CASE("K7: a token dies with the version it was made for", "[auth]") {
    Shops shops;
    shops.add("+77000000009", Role::director);
    const auto id = shops.add(kDirectorPhone, Role::director);
    const std::string token = shops.token(id);
    REQUIRE(shops.ask(bearer(token)));

    SECTION("password change") {
        shops.database->write([&](storage::Connection& connection) {
            return set_password(connection, shops.now_ms, kDirectorPhone, Shops::password_hash());
        });
        CHECK(shops.ask(bearer(shops.token(id, 2))));
    }
    SECTION("role change") {
        shops.database->write([&](storage::Connection& connection) {
            return change_role(connection, shops.now_ms, {kDirectorPhone, Role::courier, {}});
        });
        CHECK(shops.ask(bearer(shops.token(id, 2)))->caller.is_courier());
    }
    SECTION("deactivation, even when it is undone") {
        shops.database->write([&](storage::Connection& connection) {
            return deactivate(connection, shops.now_ms, kDirectorPhone);
        });
        check_refused(shops.ask(bearer(shops.token(id, 2))), ErrorCode::unauthenticated);  // A15
        shops.database->write([&](storage::Connection& connection) {
            return activate(connection, shops.now_ms, kDirectorPhone);
        });
    }

    check_refused(shops.ask(bearer(token)), ErrorCode::unauthenticated);
}

TEST_CASE("A15: role and shop are what the database says now, not what the token was made for",
          "[auth]") {
    Shops shops;
    const auto id = shops.add(kDirectorPhone, Role::director);
    const std::string token = shops.token(id);

    shops.run("UPDATE staff_user SET role = 'courier', shop_id = 9");

    const auto identity = shops.ask(bearer(token));
    CHECK(identity->caller.is_courier());
    CHECK(identity->shop_id == Shops::kTulips);
}

TEST_CASE("A4: a key acts as the user it was made for, within its scopes", "[auth]") {
    Shops shops;
    const auto id = shops.add(kDirectorPhone, Role::director);
    const auto key = [&](std::string scopes) {
        return shops.ask(bearer(shops.add_key({"till", std::move(scopes), {}, id, {}}).key))
            .value();
    };

    const auto reader = key("tools:read");
    CHECK(reader.caller.principal == "staff:" + std::to_string(id));
    CHECK((reader.scopes.read && !reader.scopes.write && !reader.scopes.admin));
    const auto writer = key("tools:write");
    CHECK((writer.scopes.read && writer.scopes.write && !writer.scopes.admin));
    const auto admin = key("tools:admin, metrics:read");
    CHECK((admin.scopes.read && admin.scopes.write && admin.scopes.admin));
    const auto none = key("metrics:read");
    CHECK((!none.scopes.read && !none.scopes.write && !none.scopes.admin));

    shops.run("UPDATE staff_user SET is_active = FALSE");
    check_refused(shops.ask(bearer(shops.add_key({"till", "tools:read", {}, id, {}}).key)),
                  ErrorCode::unauthenticated);
}

TEST_CASE("A4: a key of nobody is a guest with scopes, and a bound key knows one shop", "[auth]") {
    Shops shops;
    const std::string key = shops.add_key({"site", "tools:read", Shops::kTulips, {}, {}}).key;

    const auto identity = shops.ask(bearer(key));

    REQUIRE(identity);
    CHECK(identity->caller.kind == CallerKind::guest);
    CHECK(identity->shop_id == Shops::kTulips);
    CHECK(identity->shop_given);
    CHECK_FALSE(identity->scopes.write);
    CHECK(shops.ask(bearer(key), Shops::kTulips));
    check_refused(shops.ask(bearer(key), Shops::kRoses), ErrorCode::permission_denied,
                  "identity_mismatch");
}

TEST_CASE("A4: a key is never taken as a tool argument", "[auth]") {
    Shops shops;
    const auto id = shops.add(kDirectorPhone, Role::director);
    Credentials credentials;

    credentials.token_argument = shops.add_key({"till", "tools:admin", {}, id, {}}).key;
    check_refused(shops.ask(credentials), ErrorCode::unauthenticated);
    credentials.token_argument = shops.internal_key;
    check_refused(shops.ask(credentials), ErrorCode::unauthenticated);
}

TEST_CASE("A4, A9, K9: the internal key and keys with the scope `internal` make a service",
          "[auth]") {
    Shops shops;

    const auto internal = shops.ask(bearer(shops.internal_key));
    REQUIRE(internal);
    CHECK(internal->caller.is_service());
    CHECK(internal->caller.principal == "service:internal");
    CHECK(internal->caller.permissions.none());
    CHECK(internal->shop_id == Shops::kRoses);
    CHECK(shops.ask(bearer(shops.internal_key), Shops::kTulips)->shop_id == Shops::kTulips);

    const auto named =
        shops.ask(bearer(shops.add_key({"bot", "internal", Shops::kTulips, {}, {}}).key));
    CHECK(named->caller.is_service());
    CHECK(named->caller.principal == "service:bot");
    CHECK(named->shop_id == Shops::kTulips);

    std::string almost = shops.internal_key;
    almost.back() = almost.back() == 'A' ? 'B' : 'A';
    check_refused(shops.ask(bearer(almost)), ErrorCode::unauthenticated);
    shops.authority.internal_key_hash.clear();
    check_refused(shops.ask(bearer(shops.internal_key)), ErrorCode::unauthenticated);
}

TEST_CASE("A5, A11: a service asserts who its customer is", "[auth]") {
    Shops shops;
    Credentials credentials = bearer(shops.internal_key);
    credentials.assertion = telegram_customer("5001", Shops::kTulips);

    const auto identity = shops.ask(credentials);

    REQUIRE(identity);
    CHECK(identity->caller.is_customer());
    CHECK(identity->caller.principal == "customer:telegram:5001");
    CHECK(identity->caller.channel == "telegram");
    CHECK(identity->caller.channel_user_id == "5001");
    CHECK(identity->caller.verified_phones.empty());
    CHECK(identity->shop_id == Shops::kTulips);
    CHECK(identity->shop_given);
}

TEST_CASE("A5: nobody but a service asserts a customer", "[auth]") {
    Shops shops;
    Credentials credentials;

    SECTION("a guest") {}
    SECTION("staff") {
        credentials = bearer(shops.token(shops.add(kDirectorPhone, Role::director)));
    }
    SECTION("another key") {
        credentials = bearer(shops.add_key({"site", "tools:admin", {}, {}, {}}).key);
    }

    credentials.assertion = telegram_customer();
    check_refused(shops.ask(credentials), ErrorCode::permission_denied, "service_only");
}

TEST_CASE("A6: a token beside an asserted customer is refused", "[auth]") {
    Shops shops;
    Credentials credentials = bearer(shops.internal_key);
    credentials.assertion = telegram_customer();
    credentials.token_argument = shops.token(shops.add(kDirectorPhone, Role::director));

    check_refused(shops.ask(credentials), ErrorCode::permission_denied, "identity_mismatch");
}

TEST_CASE("A4: a bound service asserts customers of its own shop only", "[auth]") {
    Shops shops;
    Credentials credentials =
        bearer(shops.add_key({"bot", "internal", Shops::kTulips, {}, {}}).key);

    credentials.assertion = telegram_customer("5001", Shops::kTulips);
    CHECK(shops.ask(credentials));
    credentials.assertion = telegram_customer("5001", Shops::kRoses);
    check_refused(shops.ask(credentials), ErrorCode::permission_denied, "identity_mismatch");
}

TEST_CASE(
    "A7: verified phones are the asserted one and the verified one of the same Telegram user here",
    "[auth]") {
    Shops shops;
    shops.run(
        "INSERT INTO client (shop_id, phone, name, phone_verified, telegram_user_id, created_ms, "
        "updated_ms) VALUES "
        "(8, '+77000000011', 'Verified', TRUE, '5001', 1, 1),"
        "(8, '+77000000012', 'Unverified', FALSE, '5002', 1, 1),"
        "(9, '+77000000013', 'Elsewhere', TRUE, '5003', 1, 1)");
    const auto phones = [&](Assertion assertion) {
        Credentials credentials = bearer(shops.internal_key);
        credentials.assertion = std::move(assertion);
        return shops.ask(credentials)->caller.verified_phones;
    };
    using Phones = std::vector<std::string>;

    CHECK(phones(telegram_customer("5001")) == Phones{"+77000000011"});
    CHECK(phones(telegram_customer("5002")).empty());
    CHECK(phones(telegram_customer("5003")).empty());
    CHECK(phones({Shops::kRoses, "whatsapp", "5001", "+77000000014"}) == Phones{"+77000000014"});
    CHECK(phones({Shops::kRoses, "telegram", "5001", "+77000000014"}) ==
          Phones{"+77000000014", "+77000000011"});
}

TEST_CASE("A8: has_verified_phone knows exactly the verified phones", "[auth]") {
    Shops shops;
    Credentials credentials = bearer(shops.internal_key);
    credentials.assertion = Assertion{Shops::kRoses, "web", "u", "+77000000014"};

    const auto caller = shops.ask(credentials)->caller;

    CHECK(caller.has_verified_phone("+77000000014"));
    CHECK_FALSE(caller.has_verified_phone("+77000000015"));
}

TEST_CASE("A13: a superadmin names the shop and is its director", "[auth]") {
    Shops shops;
    const auto id = shops.add(kDirectorPhone, Role::florist, std::nullopt, true);

    const auto identity = shops.ask(bearer(shops.token(id)), Shops::kTulips);
    REQUIRE(identity);
    CHECK(identity->caller.is_superadmin);
    CHECK(identity->caller.role == Role::director);
    CHECK(identity->caller.permissions.all());
    CHECK(identity->shop_id == Shops::kTulips);

    const auto nameless = shops.ask(bearer(shops.token(id)));
    check_refused(nameless, ErrorCode::invalid_argument);
    CHECK(nameless.error().details.field == "shop_id");
    CHECK(shops.ask(bearer(shops.token(id)), {}, /*needs_shop=*/false));
}

TEST_CASE("A14: staff of an inactive shop are told so", "[auth]") {
    Shops shops;
    const auto id = shops.add(kDirectorPhone, Role::director);
    shops.run("UPDATE shop SET is_active = FALSE WHERE id = 8");

    check_refused(shops.ask(bearer(shops.token(id))), ErrorCode::permission_denied, "shop_blocked");
}

TEST_CASE("A16: a manager's permission to edit settings follows the shop's switch", "[auth]") {
    Shops shops;
    const auto id = shops.add("+77000000003", Role::manager);
    const auto may_edit = [&] {
        return shops.ask(bearer(shops.token(id)))->caller.can(Permission::update_shop_settings);
    };

    CHECK_FALSE(may_edit());
    shops.run("UPDATE shop SET manager_may_edit_settings = TRUE WHERE id = 8");
    CHECK(may_edit());
}

}  // namespace
}  // namespace shopkeeper::auth
