// The login page as a browser and an attacker see it, over a real listener.
#include "oauth/authorization_server.hpp"

#include <catch2/catch.hpp>

#include <optional>
#include <regex>

#include "base/json.hpp"
#include "net/http_server.hpp"
#include "oauth/routes.hpp"
#include "support/fakes.hpp"
#include "support/http_probe.hpp"
#include "unit/auth/auth_fixture.hpp"
#include "unit/oauth/fake_http.hpp"

namespace shopkeeper::oauth {
namespace {

using Catch::Contains;
using test::WireReply;

constexpr auto kVerifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
constexpr auto kPhone = "+77000000001";
constexpr auto kFormType = "Content-Type: application/x-www-form-urlencoded";

/// A shop with its login page, and a registered program.
struct LoginPage : auth::Shops {
    std::int64_t user_id = add(kPhone, Role::director);
    test::FakeClock clock{now_ms};
    test::FakeHttp http;
    ClientDocuments documents{http, clock, false};
    int logins_left = 1000;
    std::optional<AuthorizationServer> own;
    net::HttpServer server{net::HttpOptions{}};
    std::optional<Routes> routes;
    std::string client_id;

    LoginPage() {
        const Site site = Site::at("https://shop.example");
        authority.oauth = {site.issuer, site.resource};
        own.emplace(AuthorizationServerOptions{
            .database = *database,
            .clock = clock,
            .random = random,
            .authority = authority,
            .defaults = defaults,
            .site = site,
            .documents = &documents,
            .charge_login = [this](const Visitor&) -> Result<void> {
                if (logins_left-- > 0) return {};
                ErrorDetails details;
                details.retry_after_s = 7;
                return refuse(ErrorCode::rate_limited, "slow", std::move(details));
            }});
        routes.emplace(server,
                       RoutesOptions{.site = site,
                                     .servers = {site.issuer},
                                     .own = &*own,
                                     .charge = [](const Visitor&) -> Result<void> { return {}; }});
        server.start();
        client_id =
            json(fetch("POST", "/register", {"Content-Type: application/json"},
                       R"({"client_name":"Robot","redirect_uris":["http://127.0.0.1/cb"]})"))
                .at("client_id");
    }
    ~LoginPage() { server.stop(); }

    WireReply fetch(std::string_view method, std::string_view path,
                    const std::vector<std::string>& headers = {}, std::string_view body = {}) {
        return test::fetch(server.port(), method, path, headers, body);
    }
    static Json json(const WireReply& reply) { return parse_json(reply.body).value(); }

    net::FormFields request() const {
        return {{"client_id", client_id},
                {"redirect_uri", "http://127.0.0.1:4000/cb"},
                {"response_type", "code"},
                {"state", "st&ate"},
                {"scope", "orders:read"},
                {"resource", "https://shop.example/mcp"},
                {"code_challenge_method", "S256"},
                {"code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"}};
    }
    WireReply ask(const net::FormFields& fields, const std::string& cookie = {}) {
        std::vector<std::string> headers;
        if (!cookie.empty()) headers.push_back("Cookie: " + cookie);
        return fetch("GET", "/authorize?" + net::encode_form(fields), headers);
    }
    WireReply post(const std::string& cookie, const net::FormFields& form) {
        std::vector<std::string> headers{kFormType};
        if (!cookie.empty()) headers.push_back("Cookie: " + cookie);
        return fetch("POST", "/authorize", headers, net::encode_form(form));
    }
};

net::FormFields with(net::FormFields fields, std::string_view name, std::string_view value) {
    for (auto& [key, old] : fields) {
        if (key == name) old = value;
    }
    return fields;
}

/// The cookie as a browser sends it back.
std::string cookie_of(const WireReply& reply) {
    const std::string set = reply.header("Set-Cookie");
    return set.substr(0, set.find(';'));
}

std::string form_token_of(const WireReply& page) {
    static const std::regex kToken("name=\"form_token\" value=\"([^\"]*)\"");
    std::smatch found;
    const bool has_token = std::regex_search(page.body, found, kToken);
    return has_token ? found[1].str() : "";
}

/// What a person does on the pages, step by step.
struct Person {
    LoginPage& shop;
    net::FormFields request;
    std::string cookie;
    std::string form_token;

    Person(LoginPage& where, const net::FormFields& what) : shop(where), request(what) { look(); }
    WireReply look() {
        auto page = shop.ask(request, cookie);
        if (page.has("Set-Cookie")) cookie = cookie_of(page);
        form_token = form_token_of(page);
        return page;
    }
    net::FormFields form(std::string_view step) const {
        return {{"step", std::string(step)},
                {"request", net::encode_form(request)},
                {"form_token", form_token}};
    }
    WireReply sign_in(std::string_view password = auth::Shops::kPassword) {
        auto fields = form("login");
        fields.emplace_back("phone", kPhone);
        fields.emplace_back("password", std::string(password));
        auto reply = shop.post(cookie, fields);
        if (reply.status == 303) {
            cookie = cookie_of(reply);
            look();
        }
        return reply;
    }
    WireReply decide(std::string_view decision) {
        auto fields = form("consent");
        fields.emplace_back("decision", std::string(decision));
        return shop.post(cookie, fields);
    }
};

net::FormFields answer_of(const WireReply& reply) {
    const std::string to = reply.header("Location");
    return net::decode_form(to.substr(to.find('?') + 1));
}

std::string_view value(const net::FormFields& fields, std::string_view name) {
    for (const auto& [key, text] : fields) {
        if (key == name) return text;
    }
    return {};
}

TEST_CASE("a person signs in, allows, and the program gets its tokens", "[oauth]") {
    LoginPage shop;
    Person person(shop, shop.request());

    const WireReply signed_in = person.sign_in();
    REQUIRE(signed_in.status == 303);
    CHECK(signed_in.header("Location") == "/authorize?" + net::encode_form(shop.request()));
    CHECK_THAT(person.look().body, Contains("Somebody") && Contains("Robot"));
    const WireReply allowed = person.decide("allow");

    REQUIRE(allowed.status == 303);
    CHECK_THAT(allowed.header("Location"), Catch::StartsWith("http://127.0.0.1:4000/cb?"));
    const auto answer = answer_of(allowed);
    CHECK(value(answer, "state") == "st&ate");
    CHECK(value(answer, "iss") == "https://shop.example");
    const WireReply tokens =
        shop.fetch("POST", "/token", {kFormType},
                   net::encode_form({{"grant_type", "authorization_code"},
                                     {"client_id", shop.client_id},
                                     {"redirect_uri", "http://127.0.0.1:4000/cb"},
                                     {"code", std::string(value(answer, "code"))},
                                     {"code_verifier", kVerifier}}));
    REQUIRE(tokens.status == 200);
    CHECK(tokens.header("Cache-Control") == "no-store");
    const Json given = LoginPage::json(tokens);
    CHECK(given.at("token_type") == "Bearer");
    CHECK(given.at("scope") == "orders:read");
    shop.now_ms = shop.clock.now_ms();
    const std::string access = given.at("access_token");
    CHECK(static_cast<auth::Shops&>(shop).ask(auth::bearer(access))->caller.user_id ==
          shop.user_id);
    CHECK(shop.count("SELECT COUNT(*) FROM audit_log WHERE tool = 'authorize'") == 1);

    shop.fetch("POST", "/revoke", {kFormType},
               net::encode_form({{"token", access}, {"client_id", shop.client_id}}));
    CHECK_FALSE(static_cast<auth::Shops&>(shop).ask(auth::bearer(access)));
}

TEST_CASE("a person may allow changes where reading was asked, and only there", "[oauth]") {
    LoginPage shop;
    Person person(shop, shop.request());
    person.sign_in();
    CHECK_THAT(person.look().body, Contains("name=\"changes\""));
    auto form = person.form("consent");
    form.emplace_back("decision", "allow");
    form.emplace_back("changes", "yes");
    REQUIRE(shop.post(person.cookie, form).status == 303);
    CHECK(shop.text("SELECT scopes FROM oauth_grant") == "orders:read orders:write");
}

TEST_CASE("who refuses sends the program away with nothing", "[oauth]") {
    LoginPage shop;
    Person person(shop, shop.request());
    person.sign_in();

    const auto answer = answer_of(person.decide("deny"));

    CHECK(value(answer, "error") == "access_denied");
    CHECK(value(answer, "code").empty());
    CHECK(shop.count("SELECT COUNT(*) FROM oauth_grant") == 0);
}

TEST_CASE("nothing is ever sent to an address that is not the client's", "[oauth]") {
    LoginPage shop;
    for (const char* uri :
         {"https://evil.example/cb", "http://127.0.0.1:4000/other", "http://localhost:4000/cb",
          "javascript:alert(1)", "", "http://127.0.0.1:4000@evil.example/cb"}) {
        INFO(uri);
        const WireReply reply = shop.ask(with(shop.request(), "redirect_uri", uri));
        CHECK(reply.status == 400);
        CHECK_FALSE(reply.has("Location"));
        // Nor is an error about something else.
        const WireReply other =
            shop.ask(with(with(shop.request(), "redirect_uri", uri), "response_type", "token"));
        CHECK_FALSE(other.has("Location"));
    }
    const WireReply unknown = shop.ask(with(shop.request(), "client_id", "mcp_unknown"));
    CHECK(unknown.status == 400);
    CHECK_FALSE(unknown.has("Location"));
}

TEST_CASE("other errors go back to the program, with its state and our name", "[oauth]") {
    LoginPage shop;
    const auto error_of = [&](std::string_view name, std::string_view given) {
        const WireReply reply = shop.ask(with(shop.request(), name, given));
        CHECK(reply.status == 303);
        const auto answer = answer_of(reply);
        CHECK(value(answer, "state") == "st&ate");
        CHECK(value(answer, "iss") == "https://shop.example");
        return std::string(value(answer, "error"));
    };
    CHECK(error_of("code_challenge_method", "plain") == "invalid_request");
    CHECK(error_of("response_type", "token") == "unsupported_response_type");
    CHECK(error_of("scope", "everything") == "invalid_scope");
    CHECK(error_of("resource", "https://evil.example/mcp") == "invalid_target");
}

TEST_CASE("a wrong password, a stranger and too many tries stay on the page", "[oauth]") {
    LoginPage shop;
    Person person(shop, shop.request());
    const WireReply wrong = person.sign_in("wrong horse");
    CHECK(wrong.status == 403);
    CHECK_THAT(wrong.body, Contains("role=\"alert\"") && !Contains("wrong horse"));

    shop.logins_left = 0;
    const WireReply limited = person.sign_in();
    CHECK(limited.status == 429);
    CHECK(limited.header("Retry-After") == "7");
    CHECK(shop.count("SELECT COUNT(*) FROM oauth_grant") == 0);
}

TEST_CASE("the page throttles an account as login does", "[oauth]") {
    LoginPage shop;
    Person person(shop, shop.request());
    for (int i = 0; i < 5; ++i) person.sign_in("wrong horse");
    // The right password, too soon.
    CHECK(person.sign_in().status == 429);
}

TEST_CASE("a form counts only with the cookie and the token of its own page", "[oauth]") {
    LoginPage shop;
    Person person(shop, shop.request());
    REQUIRE(person.sign_in().status == 303);
    Person attacker(shop, with(shop.request(), "state", "attack"));
    const auto forged = [&](const std::string& cookie, net::FormFields form) {
        form.emplace_back("decision", "allow");
        const WireReply reply = shop.post(cookie, form);
        CHECK_FALSE(reply.has("Location"));
        return reply.status;
    };

    CHECK(forged("", person.form("consent")) == 403);
    CHECK(forged(person.cookie + "x", person.form("consent")) == 403);
    CHECK(forged(person.cookie, with(person.form("consent"), "form_token", "")) == 403);
    // The attacker's own token in the victim's browser, and for another request.
    CHECK(forged(person.cookie, attacker.form("consent")) == 403);
    CHECK(forged(person.cookie, with(person.form("consent"), "request",
                                     net::encode_form(attacker.request))) == 403);
    // A session that has not signed in allows nothing.
    CHECK(forged(attacker.cookie, attacker.form("consent")) == 403);
    CHECK(shop.count("SELECT COUNT(*) FROM oauth_grant") == 0);

    const WireReply as_json =
        shop.fetch("POST", "/authorize", {"Content-Type: text/plain", "Cookie: " + person.cookie},
                   net::encode_form(person.form("consent")));
    CHECK(as_json.status == 400);
    CHECK(person.decide("allow").status == 303);
}

TEST_CASE("a session ends by itself, and with the rights of its person", "[oauth]") {
    LoginPage shop;
    Person person(shop, shop.request());
    const std::string stranger = person.cookie;
    REQUIRE(person.sign_in().status == 303);
    CHECK(person.cookie != stranger);
    shop.run("UPDATE staff_user SET token_version = 2");
    CHECK(person.decide("allow").status == 403);
    shop.run("UPDATE staff_user SET token_version = 1");
    shop.clock.set(shop.now_ms + kBrowserSessionTtlS * 1000);
    CHECK(person.decide("allow").status == 403);
    CHECK_THAT(person.look().body, Contains("name=\"password\""));
}

TEST_CASE("pages cannot be framed, kept or scripted, and the cookie is only ours", "[oauth]") {
    LoginPage shop;
    const WireReply page = shop.ask(shop.request());
    CHECK(page.status == 200);
    CHECK_THAT(page.header("Content-Security-Policy"), Contains("default-src 'none'") &&
                                                           Contains("frame-ancestors 'none'") &&
                                                           Contains("form-action 'self';"));
    CHECK(page.header("X-Frame-Options") == "DENY");
    CHECK(page.header("Cache-Control") == "no-store");
    CHECK_THAT(page.header("Set-Cookie"), Catch::StartsWith("__Host-shopkeeper=") &&
                                              Contains("HttpOnly") && Contains("SameSite=Strict") &&
                                              Contains("Secure") && Contains("Path=/"));
    Person person(shop, shop.request());
    person.sign_in();
    CHECK_THAT(person.look().header("Content-Security-Policy"),
               Contains("form-action 'self' http://127.0.0.1:4000;"));
}

TEST_CASE("a program with a document of its own need not register", "[oauth]") {
    LoginPage shop;
    constexpr auto kId = "https://app.example/client.json";
    shop.http.answer(kId, R"({"client_id":"https://app.example/client.json","client_name":"App",
                              "redirect_uris":["https://app.example/cb"]})");
    const auto request =
        with(with(shop.request(), "client_id", kId), "redirect_uri", "https://app.example/cb");
    Person person(shop, request);
    person.sign_in();
    CHECK_THAT(person.look().body, Contains("app.example"));
    const auto answer = answer_of(person.decide("allow"));
    CHECK_FALSE(value(answer, "code").empty());
    CHECK(shop.ask(with(request, "redirect_uri", "https://evil.example/cb")).status == 400);
}

TEST_CASE("the documents stand where programs look for them", "[oauth]") {
    LoginPage shop;
    for (const char* path :
         {"/.well-known/oauth-protected-resource/mcp", "/.well-known/oauth-protected-resource"}) {
        CHECK(LoginPage::json(shop.fetch("GET", path)).at("resource") ==
              "https://shop.example/mcp");
    }
    CHECK(LoginPage::json(shop.fetch("GET", "/.well-known/oauth-authorization-server",
                                     {"X-Forwarded-Host: evil.example", "X-Forwarded-Proto: http"}))
              .at("issuer") == "https://shop.example");
    CHECK(shop.fetch("GET", "/token").status == 405);
    const WireReply bad = shop.fetch("POST", "/token", {kFormType}, "grant_type=password");
    CHECK(bad.status == 400);
    CHECK(shop.fetch("POST", "/token", {"Content-Type: application/json"}, "{}").status == 400);
    CHECK(shop.fetch("GET", "/authorize/style.css").status == 200);
}

}  // namespace
}  // namespace shopkeeper::oauth
