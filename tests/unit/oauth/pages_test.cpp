#include "oauth/pages.hpp"

#include <catch2/catch.hpp>

#include "base/json.hpp"
#include "oauth/metadata.hpp"

namespace shopkeeper::oauth {
namespace {

using Catch::Contains;

const Client kHostile{"mcp_1", "<script>alert(1)</script>\"'&", {"http://127.0.0.1/cb"}, {}};
const Form kForm{"client_id=a&state=\"><script>", "token"};

TEST_CASE("whatever a program calls itself, its name is text", "[oauth]") {
    for (const std::string& html :
         {login_page(Locale::en, kHostile, kForm, LoginTrouble::wrong, "\"><img src=x>"),
          consent_page(Locale::en, kHostile, "http://127.0.0.1/cb", auth::ScopeSet::all(),
                       "<i>Person</i>", kForm)}) {
        CHECK_THAT(html, !Contains("<script"));
        CHECK_THAT(html, !Contains("<img"));
        CHECK_THAT(html, !Contains("<i>"));
        CHECK_THAT(html, Contains("&lt;script&gt;alert(1)"));
        CHECK_THAT(html, Contains("name=\"request\" value=\"client_id=a&amp;state=&quot;&gt;"));
    }
}

TEST_CASE("a consent names the program, the person, the scopes and the place", "[oauth]") {
    const Client vouched{"https://app.example/c", "App", {}, "app.example"};
    const std::string html = consent_page(Locale::en, vouched, "https://app.example/cb",
                                          auth::ScopeSet::parse("orders:write"), "Aigul", kForm);
    CHECK_THAT(html, Contains("<strong>App</strong>"));
    CHECK_THAT(html, Contains("<strong>Aigul</strong>"));
    CHECK_THAT(html, Contains("make, change and cancel orders"));
    CHECK_THAT(html, !Contains("warehouse"));
    CHECK_THAT(html, Contains("<strong>https://app.example</strong>"));
    CHECK_THAT(html, Contains("vouched for by app.example."));
    CHECK_THAT(consent_page(Locale::en, kHostile, "http://127.0.0.1:5/cb",
                            auth::ScopeSet::reading(), "Aigul", kForm),
               Contains("a program on this computer") && Contains("Nobody vouches"));
}

TEST_CASE("pages speak Russian, Kazakh and English, and run no script", "[oauth]") {
    CHECK_THAT(
        login_page(Locale::ru, kHostile, kForm, LoginTrouble::none, ""),
        Contains("lang=\"ru\"") && Contains("Вход в магазин") && !Contains("role=\"alert\""));
    CHECK_THAT(login_page(Locale::kk, kHostile, kForm, LoginTrouble::too_often, ""),
               Contains("Құпиясөз") && Contains("role=\"alert\""));
    for (const Fault fault :
         {Fault::bad_request, Fault::unknown_client, Fault::foreign_redirect, Fault::expired}) {
        CHECK_THAT(fault_page(Locale::en, fault), Contains("<p>") && !Contains("<script"));
    }
    CHECK(stylesheet().find("font-family") != std::string_view::npos);

    CHECK(locale_for("en", "ru") == Locale::en);
    CHECK(locale_for("", "de-DE,de;q=0.9,kk-KZ;q=0.8,en;q=0.7") == Locale::kk);
    CHECK(locale_for("fr", "") == Locale::ru);
}

TEST_CASE("the documents say where tokens come from, and for what", "[oauth]") {
    const Site site = Site::at("https://shop.example");
    CHECK(resource_metadata_url(site) ==
          "https://shop.example/.well-known/oauth-protected-resource/mcp");
    const auto resource = parse_json(resource_metadata(site, {"https://id.example"}));
    CHECK(resource->at("resource") == "https://shop.example/mcp");
    CHECK(resource->at("authorization_servers") == Json::array({"https://id.example"}));
    CHECK(resource->at("bearer_methods_supported") == Json::array({"header"}));
    CHECK(resource->dump().find("offline_access") == std::string::npos);

    const auto server = parse_json(server_metadata(site, {}));
    CHECK(server->at("issuer") == "https://shop.example");
    CHECK(server->at("code_challenge_methods_supported") == Json::array({"S256"}));
    CHECK(server->at("token_endpoint_auth_methods_supported") == Json::array({"none"}));
    CHECK(server->at("authorization_response_iss_parameter_supported") == true);
    CHECK(server->at("registration_endpoint") == "https://shop.example/register");
    const auto closed = parse_json(server_metadata(site, {.dynamic = false, .documents = false}));
    CHECK_FALSE(closed->contains("registration_endpoint"));
    CHECK(closed->at("client_id_metadata_document_supported") == false);
}

}  // namespace
}  // namespace shopkeeper::oauth
