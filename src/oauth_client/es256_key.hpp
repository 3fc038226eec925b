#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace shopkeeper::oauth_client {

/// A private key on the curve P-256, which signs JWTs as ES256. OpenSSL's libcrypto does the work;
/// it is loaded with the first key, so that who needs none does not pay for it. Immutable,
/// thread-safe.
class Es256Key {
public:
    /// Reads a PEM text without a passphrase.
    /// Errors: unauthenticated, reason `invalid_key`: no such key, another curve, another kind of
    /// key; unavailable: libcrypto is not installed.
    static Result<std::shared_ptr<const Es256Key>> from_pem(std::string_view pem);

    ~Es256Key();
    Es256Key(const Es256Key&) = delete;
    Es256Key& operator=(const Es256Key&) = delete;

    /// The signature as JWS has it: r and s, 32 bytes each (RFC 7518 section 3.4).
    std::string sign(std::string_view text) const;

private:
    struct Handle;
    explicit Es256Key(std::unique_ptr<Handle> handle);

    std::unique_ptr<Handle> handle_;
};

}  // namespace shopkeeper::oauth_client
