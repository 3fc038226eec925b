#include "oauth_client/registration.hpp"

#include <algorithm>

#include "base/json_writer.hpp"
#include "oauth_client/json_members.hpp"
#include "oauth_client/refused.hpp"

namespace shopkeeper::oauth_client {
namespace {

/// None first: a program on somebody's machine keeps no secret from that somebody.
ClientAuthentication wanted_authentication(const AuthorizationServer& server) {
    const auto& offered = server.token_auth_methods;
    const auto none = word(ClientAuthentication::none);
    if (std::find(offered.begin(), offered.end(), none) != offered.end()) {
        return ClientAuthentication::none;
    }
    return authentication_with_secret(server);
}

}  // namespace

std::string registration_request(const ClientDescription& client,
                                 const AuthorizationServer& server) {
    JsonWriter out;
    out.begin_object();
    out.field("client_name", client.name);
    out.field("application_type", "native");
    out.key("redirect_uris");
    out.begin_array();
    out.value(client.redirect_uri);
    out.end_array();
    out.raw_field("grant_types", R"(["authorization_code","refresh_token"])");
    out.raw_field("response_types", R"(["code"])");
    out.field("token_endpoint_auth_method", word(wanted_authentication(server)));
    out.field_if("scope", spaced(client.scopes));
    out.end_object();
    return std::move(out).take();
}

Result<Client> read_registration(std::string_view document, const ClientDescription& description,
                                 const AuthorizationServer& server) {
    const auto json = parse_object(document);
    Client client;
    if (json) client.id = text_member(*json, "client_id");
    if (client.id.empty()) {
        return refused("invalid_registration", "The authorization server " + server.issuer +
                                                   " has registered us without a client_id.");
    }
    client.redirect_uri = description.redirect_uri;
    client.secret = text_member(*json, "client_secret");
    const auto named = read_client_authentication(text_member(*json, "token_endpoint_auth_method"));
    if (client.secret.empty()) {
        client.authentication = ClientAuthentication::none;
    } else if (named && *named != ClientAuthentication::private_key_jwt) {
        client.authentication = *named;
    } else {
        client.authentication = authentication_with_secret(server);
    }
    const auto expires = json->find("client_secret_expires_at");
    if (expires != json->end() && expires->is_number_integer() && *expires > 0) {
        client.secret_expires_ms = expires->get<UnixMs>() * 1000;
    }
    return client;
}

}  // namespace shopkeeper::oauth_client
