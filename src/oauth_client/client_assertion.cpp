#include "oauth_client/client_assertion.hpp"

#include "base/crypto.hpp"
#include "base/json_writer.hpp"

namespace shopkeeper::oauth_client {

std::string client_assertion(const Es256Key& key, const std::string& client_id,
                             const std::string& issuer, UnixMs now_ms, Random& random) {
    constexpr UnixMs kLifeSeconds = 60;
    constexpr std::size_t kIdBytes = 16;
    JsonWriter claims;
    claims.begin_object();
    claims.field("iss", client_id);
    claims.field("sub", client_id);
    claims.field("aud", issuer);
    claims.field("iat", now_ms / 1000);
    claims.field("exp", now_ms / 1000 + kLifeSeconds);
    claims.field("jti", random.hex(kIdBytes));
    claims.end_object();
    const std::string text =
        base64url(R"({"alg":"ES256","typ":"JWT"})") + "." + base64url(claims.view());
    return text + "." + base64url(key.sign(text));
}

}  // namespace shopkeeper::oauth_client
