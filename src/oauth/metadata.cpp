#include "oauth/metadata.hpp"

#include "base/json_writer.hpp"
#include "domains/auth/scopes.hpp"

namespace shopkeeper::oauth {
namespace {

using Words = std::vector<std::string>;

Words all_scopes() {
    Words scopes;
    auth::for_each_scope([&](auth::Scope scope) { scopes.push_back(word(scope)); });
    return scopes;
}

}  // namespace

std::string resource_metadata_url(const Site& site) {
    return site.issuer + std::string(kResourceMetadataPath) +
           site.resource.substr(site.issuer.size());
}

std::string resource_metadata(const Site& site, const Words& servers) {
    JsonWriter out;
    out.begin_object();
    out.field("resource", site.resource);
    out.field("authorization_servers", servers);
    out.field("scopes_supported", all_scopes());
    out.field("bearer_methods_supported", Words{"header"});
    out.field("resource_name", "Shopkeeper");
    out.end_object();
    return std::move(out).take();
}

std::string server_metadata(const Site& site, const Registration& registration) {
    JsonWriter out;
    out.begin_object();
    out.field("issuer", site.issuer);
    out.field("authorization_endpoint", site.issuer + "/authorize");
    out.field("token_endpoint", site.issuer + "/token");
    if (registration.dynamic) out.field("registration_endpoint", site.issuer + "/register");
    out.field("revocation_endpoint", site.issuer + "/revoke");
    out.field("scopes_supported", all_scopes());
    out.field("response_types_supported", Words{"code"});
    out.field("response_modes_supported", Words{"query"});
    out.field("grant_types_supported", Words{"authorization_code", "refresh_token"});
    out.field("token_endpoint_auth_methods_supported", Words{"none"});
    out.field("revocation_endpoint_auth_methods_supported", Words{"none"});
    out.field("code_challenge_methods_supported", Words{"S256"});
    out.field("authorization_response_iss_parameter_supported", true);
    out.field("client_id_metadata_document_supported", registration.documents);
    out.field("ui_locales_supported", Words{"ru", "kk", "en"});
    out.end_object();
    return std::move(out).take();
}

}  // namespace shopkeeper::oauth
