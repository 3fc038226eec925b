#pragma once

#include <string>
#include <string_view>

#include "base/random.hpp"
#include "mcp/state_seal.hpp"

namespace shopkeeper::server {

/// XChaCha20-Poly1305 (libsodium) under a key derived from a secret that the processes of one
/// database share. Thread-safe.
class SecretSeal final : public mcp::StateSeal {
public:
    /// REQUIRES: `random` outlives this.
    SecretSeal(std::string_view secret, Random& random);

    std::string seal(std::string_view content, std::string_view bound_to) override;
    std::optional<Opened> open(std::string_view sealed, std::string_view bound_to) const override;

private:
    const std::string key_;
    Random& random_;
};

}  // namespace shopkeeper::server
