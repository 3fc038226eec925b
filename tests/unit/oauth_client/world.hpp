#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "net/form.hpp"
#include "oauth_client/authorizer.hpp"
#include "oauth_client/pkce.hpp"
#include "support/fake_http_client.hpp"
#include "support/fakes.hpp"
#include "support/following_browser.hpp"

namespace shopkeeper::oauth_client {

using Fields = std::map<std::string, std::string>;

inline Fields fields_of(std::string_view form) {
    const auto fields = net::decode_form(form);
    return {fields.begin(), fields.end()};
}

inline constexpr const char* kShop = "https://shop.example/mcp";
inline constexpr const char* kAuth = "https://auth.example";

/// An authorization server that does all right, and remembers what it was asked. A test changes
/// what it says.
struct Issuer {
    explicit Issuer(std::string name_) : name(std::move(name_)) {
        metadata = {
            {"issuer", name},
            {"authorization_endpoint", name + "/authorize"},
            {"token_endpoint", name + "/token"},
            {"registration_endpoint", name + "/register"},
            {"code_challenge_methods_supported", {"S256"}},
            {"token_endpoint_auth_methods_supported", {"none"}},
            {"authorization_response_iss_parameter_supported", true},
        };
    }

    /// nullopt: no such page here.
    std::optional<net::HttpResponse> answer(const net::HttpRequest& request) {
        using test::FakeHttpClient;
        const auto path = request.url.substr(name.size(), request.url.find('?') - name.size());
        if (path == "/.well-known/oauth-authorization-server" && !metadata.is_null()) {
            return FakeHttpClient::json(200, dump_json(metadata));
        }
        if (path == "/register") {
            registrations.push_back(*parse_json(request.body));
            return FakeHttpClient::json(201, dump_json(registration));
        }
        if (path == "/authorize") return authorize(request.url);
        if (path == "/token") return token(request);
        return std::nullopt;
    }

    net::HttpResponse authorize(const std::string& url) {
        visits.push_back(fields_of(url.substr(url.find('?') + 1)));
        const Fields& visit = visits.back();
        net::FormFields back{{"state", visit.at("state")}};
        if (denial.empty()) {
            back.emplace_back("code", "code-" + std::to_string(visits.size()));
        } else {
            back.emplace_back("error", denial);
        }
        if (!iss.empty()) back.emplace_back("iss", iss);
        return test::FakeHttpClient::reply(
            302, {{"Location", visit.at("redirect_uri") + "?" + net::encode_form(back)}}, "");
    }

    net::HttpResponse token(const net::HttpRequest& request) {
        token_requests.push_back(request);
        const Fields form = fields_of(request.body);
        if (!token_error.empty()) {
            return test::FakeHttpClient::json(token_status,
                                              dump_json(Json{{"error", token_error}}));
        }
        if (form.at("grant_type") == "authorization_code") {
            const bool is_proven =
                !visits.empty() &&
                s256(form.at("code_verifier")) == visits.back()["code_challenge"] &&
                form.at("code") == "code-" + std::to_string(visits.size()) &&
                form.at("redirect_uri") == visits.back()["redirect_uri"];
            if (!is_proven) return test::FakeHttpClient::json(400, R"({"error":"invalid_grant"})");
        }
        const std::string number = std::to_string(token_requests.size());
        Json body{{"access_token", name + "#" + number}, {"token_type", "Bearer"}};
        body["refresh_token"] = "refresh-" + number;
        body["expires_in"] = 3600;
        if (!granted_scope.empty()) body["scope"] = granted_scope;
        return test::FakeHttpClient::json(200, dump_json(body));
    }

    const std::string name;
    Json metadata;  ///< null: none
    Json registration{{"client_id", "registered"}};
    std::string iss = name;     ///< in the redirect; empty: absent
    std::string denial;         ///< the error that the person brings back
    std::string granted_scope;  ///< empty: not said
    std::string token_error;    ///< of the token endpoint
    int token_status = 400;

    std::vector<Json> registrations;
    std::vector<Fields> visits;  ///< authorization requests
    std::vector<net::HttpRequest> token_requests;
};

/// A protected server, two authorization servers and a client that speaks with them.
struct World {
    World() { options.server_url = kShop; }

    net::HttpResult<net::HttpResponse> answer(const net::HttpRequest& request) {
        if (silent_host != "" && request.url.starts_with(silent_host)) {
            return test::FakeHttpClient::failure(net::HttpFailure::Kind::timed_out);
        }
        for (Issuer* issuer : {&auth, &other}) {
            if (!request.url.starts_with(issuer->name + "/")) continue;
            if (auto page = issuer->answer(request)) return *std::move(page);
        }
        const auto page = pages.find(request.url);
        if (page != pages.end()) return page->second;
        return test::FakeHttpClient::reply(404, {}, "nothing here");
    }

    void publish(const Json& resource_metadata) {
        pages["https://shop.example/.well-known/oauth-protected-resource/mcp"] =
            test::FakeHttpClient::json(200, dump_json(resource_metadata));
    }

    Authorizer& client() {
        if (!authorizer) {
            auto opened = Authorizer::open(options, {http, clock, random, browser_or_none}, store);
            authorizer = std::move(opened).value();
        }
        return *authorizer;
    }
    /// As if the program had been started anew.
    void restart() { authorizer.reset(); }

    std::string token() { return client().bearer(kShop).value_or(""); }

    Result<void> refused(int status, std::string www_authenticate, int attempt = 1) {
        return client().renew({.status = status,
                               .www_authenticate = std::move(www_authenticate),
                               .attempt = attempt,
                               .refused_token = token()},
                              {});
    }

    /// The reason of a first 401; empty: there is a token now.
    std::string reason_of_401(std::string www_authenticate = "Bearer", int attempt = 1) {
        const auto renewed = refused(401, std::move(www_authenticate), attempt);
        return renewed ? "" : renewed.error().details.reason;
    }

    Issuer auth{kAuth};
    Issuer other{"https://other.example"};
    std::map<std::string, net::HttpResponse> pages{
        {"https://shop.example/.well-known/oauth-protected-resource/mcp",
         test::FakeHttpClient::json(200, R"({"resource":"https://shop.example/mcp",
                      "authorization_servers":["https://auth.example"]})")}};
    std::string silent_host;  ///< URLs that begin so are never answered

    test::FakeHttpClient http{[this](const net::HttpRequest& request) { return answer(request); }};
    test::FakeClock clock{1'000'000'000'000};
    test::SeededRandom random;
    test::FollowingBrowser browser{http};
    Browser* browser_or_none = &browser;
    MemoryCredentialStore store;
    AuthorizerOptions options;
    std::unique_ptr<Authorizer> authorizer;
};

}  // namespace shopkeeper::oauth_client
