#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "oauth_client/authorization_server.hpp"
#include "oauth_client/es256_key.hpp"

namespace shopkeeper::oauth_client {

/// How a client shows at the token endpoint that it is the one that was registered.
enum class ClientAuthentication { none, client_secret_basic, client_secret_post, private_key_jwt };

/// The name in OAuth's registry, and back.
std::string_view word(ClientAuthentication method);
std::optional<ClientAuthentication> read_client_authentication(std::string_view word);

/// Who this program is to one authorization server, and to no other.
struct Client {
    std::string id;
    std::string secret = {};  ///< empty: it has none
    ClientAuthentication authentication = ClientAuthentication::none;
    /// Registered for this one only; empty: whoever registered it knew ours.
    std::string redirect_uri = {};
    std::optional<UnixMs> secret_expires_ms = {};
    std::shared_ptr<const Es256Key> key = {};  ///< for private_key_jwt; never stored

    bool is_expired(UnixMs now_ms) const {
        return secret_expires_ms && *secret_expires_ms <= now_ms;
    }
};

/// What a client with a secret uses, in the order of preference: what the server says it takes,
/// client_secret_basic where it says nothing (RFC 8414).
ClientAuthentication authentication_with_secret(const AuthorizationServer& server);

}  // namespace shopkeeper::oauth_client
