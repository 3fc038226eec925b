#include "oauth_client/client.hpp"

#include <algorithm>

namespace shopkeeper::oauth_client {
namespace {

using enum ClientAuthentication;

constexpr ClientAuthentication kAll[] = {none, client_secret_basic, client_secret_post,
                                         private_key_jwt};

}  // namespace

std::string_view word(ClientAuthentication method) {
    switch (method) {
        case none:
            return "none";
        case client_secret_basic:
            return "client_secret_basic";
        case client_secret_post:
            return "client_secret_post";
        case private_key_jwt:
            return "private_key_jwt";
    }
    return {};
}

std::optional<ClientAuthentication> read_client_authentication(std::string_view text) {
    const auto found = std::find_if(std::begin(kAll), std::end(kAll),
                                    [&](ClientAuthentication one) { return word(one) == text; });
    if (found == std::end(kAll)) return std::nullopt;
    return *found;
}

ClientAuthentication authentication_with_secret(const AuthorizationServer& server) {
    const auto& offered = server.token_auth_methods;
    if (offered.empty()) return client_secret_basic;
    for (const auto method : {client_secret_basic, client_secret_post, none}) {
        if (std::find(offered.begin(), offered.end(), word(method)) != offered.end()) return method;
    }
    return client_secret_basic;
}

}  // namespace shopkeeper::oauth_client
