// What the token endpoint gives, and every way in which it must not.
#include "oauth/tokens.hpp"

#include <catch2/catch.hpp>

#include "domains/auth/grants.hpp"
#include "oauth/clients.hpp"
#include "unit/auth/auth_fixture.hpp"

namespace shopkeeper::oauth {
namespace {

using auth::ScopeSet;

constexpr auto kVerifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
constexpr auto kChallenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
constexpr auto kRedirect = "http://127.0.0.1:4000/cb";

struct Granted : auth::Shops {
    std::int64_t user_id = add("+77000000001", Role::director);

    Granted() { authority.oauth = {"https://shop.example", "https://shop.example/mcp"}; }

    std::string open(const ScopeSet& scopes = ScopeSet::parse("orders:read warehouse:write")) {
        return database->write([&](storage::Connection& connection) {
            return auth::open_grant(connection, random, now_ms,
                                    {.user_id = user_id,
                                     .token_version = 1,
                                     .client_id = "mcp_1",
                                     .client_name = "Robot",
                                     .redirect_uri = kRedirect,
                                     .challenge = kChallenge,
                                     .scopes = scopes});
        });
    }
    TokenAnswer post(const net::FormFields& form) {
        return database->write([&](storage::Connection& connection) {
            return answer_token_request(connection, random, now_ms, authority, form);
        });
    }
    static net::FormFields exchange_form(const std::string& code) {
        return {{"grant_type", "authorization_code"}, {"client_id", "mcp_1"},
                {"redirect_uri", kRedirect},          {"code", code},
                {"code_verifier", kVerifier},         {"resource", "https://shop.example/mcp"}};
    }
    static net::FormFields refresh_form(const std::string& token) {
        return {{"grant_type", "refresh_token"}, {"client_id", "mcp_1"}, {"refresh_token", token}};
    }
    Tokens sign_in() { return std::get<Tokens>(post(exchange_form(open()))); }
    bool is_good(const std::string& access) { return ask(auth::bearer(access)).has_value(); }
};

std::string refused(const TokenAnswer& answer) {
    const auto* error = std::get_if<OAuthError>(&answer);
    return error == nullptr ? "" : std::string(error->code);
}

net::FormFields with(net::FormFields form, std::string_view name, std::string_view value) {
    for (auto& [key, old] : form) {
        if (key == name) old = value;
    }
    return form;
}

TEST_CASE("a code becomes tokens that act as its member of staff, within its scopes", "[oauth]") {
    Granted shop;
    const Tokens tokens = shop.sign_in();

    const auto identity = shop.ask(auth::bearer(tokens.access));

    REQUIRE(identity);
    CHECK(identity->caller.is_staff());
    CHECK(identity->caller.user_id == shop.user_id);
    CHECK(identity->shop_id == auth::Shops::kRoses);
    REQUIRE(identity->scopes.areas);
    CHECK(identity->scopes.areas->text() == "orders:read warehouse:read warehouse:write");
    CHECK(tokens.scopes == *identity->scopes.areas);
    CHECK(shop.count("SELECT COUNT(*) FROM oauth_grant WHERE code_hash LIKE 'shc%' OR "
                     "refresh_hash LIKE 'shr%'") == 0);
}

TEST_CASE("a code is good once: again, it ends what it gave", "[oauth]") {
    Granted shop;
    const std::string code = shop.open();
    const Tokens tokens = std::get<Tokens>(shop.post(Granted::exchange_form(code)));
    CHECK(shop.is_good(tokens.access));

    CHECK(refused(shop.post(Granted::exchange_form(code))) == "invalid_grant");

    CHECK_FALSE(shop.is_good(tokens.access));
    CHECK(refused(shop.post(Granted::refresh_form(tokens.refresh))) == "invalid_grant");
}

TEST_CASE("a code is bound to client, redirect, verifier, resource and a minute", "[oauth]") {
    Granted shop;
    for (const auto& [name, value] :
         {std::pair("client_id", "mcp_2"), std::pair("redirect_uri", "http://127.0.0.1:4001/cb"),
          std::pair("code_verifier", kChallenge), std::pair("code_verifier", "")}) {
        INFO(name << "=" << value);
        const std::string code = shop.open();
        CHECK(refused(shop.post(with(Granted::exchange_form(code), name, value))) ==
              "invalid_grant");
        // Whoever presented it wrongly has spoiled it.
        CHECK(refused(shop.post(Granted::exchange_form(code))) == "invalid_grant");
    }
    const std::string code = shop.open();
    CHECK(refused(shop.post(with(Granted::exchange_form(code), "resource",
                                 "https://other.example/mcp"))) == "invalid_target");
    shop.now_ms += 60'000;
    CHECK(refused(shop.post(Granted::exchange_form(code))) == "invalid_grant");
    CHECK(refused(shop.post(Granted::exchange_form("shc_nonsense"))) == "invalid_grant");
    CHECK(refused(shop.post({{"grant_type", "authorization_code"}})) == "invalid_request");
    CHECK(refused(shop.post({{"grant_type", "password"}, {"client_id", "mcp_1"}})) ==
          "unsupported_grant_type");
}

TEST_CASE("a refresh token turns; used again, it ends the family", "[oauth]") {
    Granted shop;
    const Tokens first = shop.sign_in();
    const Tokens second = std::get<Tokens>(shop.post(Granted::refresh_form(first.refresh)));
    CHECK(second.refresh != first.refresh);
    CHECK(shop.is_good(second.access));
    const Tokens third = std::get<Tokens>(shop.post(Granted::refresh_form(second.refresh)));

    CHECK(refused(shop.post(Granted::refresh_form(first.refresh))) == "invalid_grant");

    CHECK_FALSE(shop.is_good(first.access));
    CHECK_FALSE(shop.is_good(third.access));
    CHECK(refused(shop.post(Granted::refresh_form(third.refresh))) == "invalid_grant");
}

TEST_CASE("a refresh token is its client's, for thirty days without use", "[oauth]") {
    Granted shop;
    const Tokens others = shop.sign_in();
    CHECK(refused(shop.post(with(Granted::refresh_form(others.refresh), "client_id", "mcp_2"))) ==
          "invalid_grant");
    CHECK_FALSE(shop.is_good(others.access));

    const Tokens old = shop.sign_in();
    shop.now_ms += auth::kRefreshTtlS * 1000;
    CHECK(refused(shop.post(Granted::refresh_form(old.refresh))) == "invalid_grant");
}

TEST_CASE("a refresh may ask for less and never for more", "[oauth]") {
    Granted shop;
    const Tokens tokens = shop.sign_in();
    auto form = Granted::refresh_form(tokens.refresh);
    form.emplace_back("scope", "orders:write");
    CHECK(refused(shop.post(form)) == "invalid_scope");

    form.back().second = "orders:read";
    const Tokens less = std::get<Tokens>(shop.post(form));

    CHECK(less.scopes.text() == "orders:read");
    CHECK(shop.ask(auth::bearer(less.access))->scopes.areas->text() == "orders:read");
    const Tokens all = std::get<Tokens>(shop.post(Granted::refresh_form(less.refresh)));
    CHECK(all.scopes == tokens.scopes);
}

TEST_CASE("an access token is good for a quarter of an hour, here, as it was made", "[oauth]") {
    Granted shop;
    const Tokens tokens = shop.sign_in();

    auto elsewhere = shop.authority;
    shop.authority.oauth.resource = "https://other.example/mcp";
    CHECK_FALSE(shop.is_good(tokens.access));
    shop.authority = elsewhere;
    shop.authority.oauth.issuer = "https://other.example";
    CHECK_FALSE(shop.is_good(tokens.access));
    shop.authority = elsewhere;
    CHECK(shop.is_good(tokens.access));
    CHECK_FALSE(shop.is_good(tokens.access + "x"));
    // Neither is a staff token an access token, nor the other way round.
    CHECK_FALSE(shop.is_good("sho_" + shop.token(shop.user_id)));
    CHECK_FALSE(shop.is_good(tokens.access.substr(4)));

    shop.now_ms += (kAccessTtlS + 30) * 1000;
    CHECK_FALSE(shop.is_good(tokens.access));
}

TEST_CASE("A15, K7: who is sent away, or has a new password, takes every program along",
          "[oauth]") {
    Granted shop;
    const Tokens tokens = shop.sign_in();
    shop.run("UPDATE staff_user SET token_version = 2");
    CHECK_FALSE(shop.is_good(tokens.access));
    CHECK(refused(shop.post(Granted::refresh_form(tokens.refresh))) == "invalid_grant");
    shop.run("UPDATE staff_user SET token_version = 1");
    CHECK(refused(shop.post(Granted::refresh_form(tokens.refresh))) == "invalid_grant");

    const std::string code = shop.open();
    shop.run("UPDATE staff_user SET is_active = FALSE");
    CHECK(refused(shop.post(Granted::exchange_form(code))) == "invalid_grant");
}

TEST_CASE("revoking either token ends both, for their own client only", "[oauth]") {
    Granted shop;
    const auto revoke_form = [&](const std::string& token, const std::string& client) {
        shop.database->write([&](storage::Connection& connection) {
            revoke(connection, shop.now_ms, shop.authority,
                   {{"token", token}, {"client_id", client}});
        });
    };
    const Tokens first = shop.sign_in();
    revoke_form(first.refresh, "mcp_2");
    CHECK(shop.is_good(first.access));
    revoke_form(first.refresh, "mcp_1");
    CHECK_FALSE(shop.is_good(first.access));

    const Tokens second = shop.sign_in();
    revoke_form(second.access, "mcp_1");
    CHECK_FALSE(shop.is_good(second.access));
    CHECK(refused(shop.post(Granted::refresh_form(second.refresh))) == "invalid_grant");
}

TEST_CASE("grants are bounded for each person, and forgotten when they are over", "[oauth]") {
    Granted shop;
    const Tokens oldest = shop.sign_in();
    for (std::int64_t i = 0; i < auth::kGrantsPerUserMax; ++i) {
        shop.now_ms += 1;
        shop.open();
    }
    CHECK_FALSE(shop.is_good(oldest.access));
    CHECK(shop.count("SELECT COUNT(*) FROM oauth_grant WHERE ended_ms IS NULL") ==
          auth::kGrantsPerUserMax);

    const auto purge = [&] {
        return shop.database->write([&](storage::Connection& connection) {
            return auth::purge_grants(connection, shop.now_ms);
        });
    };
    CHECK(purge() == 0);
    shop.now_ms += std::int64_t{25} * 3600 * 1000;
    CHECK(purge() == auth::kGrantsPerUserMax + 1);
}

TEST_CASE("a subject of another issuer is the member of staff it was linked with", "[oauth]") {
    Granted shop;
    auth::Credentials credentials;
    credentials.bearer = "whatever the issuer writes";
    credentials.foreign =
        auth::ForeignSubject{"https://id.example", "abc", ScopeSet::parse("orders:read")};
    REQUIRE_FALSE(shop.ask(credentials));
    CHECK(shop.ask(credentials).error().code == ErrorCode::unauthenticated);

    const auto link = [&](std::string_view subject) {
        return shop.database->write([&](storage::Connection& connection) {
            return auth::link_identity(connection, shop.now_ms, "+77000000001",
                                       "https://id.example", subject);
        });
    };
    REQUIRE(link("abc"));
    CHECK_FALSE(link("abc"));
    const auto identity = shop.ask(credentials);
    REQUIRE(identity);
    CHECK(identity->caller.user_id == shop.user_id);
    CHECK(identity->scopes.areas->text() == "orders:read");

    credentials.foreign->issuer = "https://other.example";
    CHECK_FALSE(shop.ask(credentials));
    credentials.foreign->issuer = "https://id.example";
    shop.database->write([&](storage::Connection& connection) {
        return auth::unlink_identity(connection, "https://id.example", "abc");
    });
    CHECK_FALSE(shop.ask(credentials));
}

}  // namespace
}  // namespace shopkeeper::oauth
