#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "oauth_client/client.hpp"
#include "oauth_client/tokens.hpp"

namespace shopkeeper::oauth_client {

/// All that one authorization server has given us.
struct Credentials {
    std::optional<Client> client = {};          ///< registered by ourselves
    std::map<std::string, Tokens> tokens = {};  ///< by the resource they are for
};

/// Where credentials are kept, each under the issuer that gave them: what one authorization server
/// knows of us is never shown to another. Thread-safe.
/// Rule: MCP 2026-07-28 authorization, "Authorization Server Binding".
class CredentialStore {
public:
    virtual ~CredentialStore() = default;

    /// Empty where there are none, or none that can be read.
    virtual Credentials load(const std::string& issuer) = 0;
    /// Replaces those of the issuer. Errors: unavailable, when they could not be written down.
    virtual Result<void> save(const std::string& issuer, const Credentials& credentials) = 0;
};

/// Forgotten when the program ends.
class MemoryCredentialStore final : public CredentialStore {
public:
    Credentials load(const std::string& issuer) override;
    Result<void> save(const std::string& issuer, const Credentials& credentials) override;

private:
    std::mutex mutex_;
    std::map<std::string, Credentials> by_issuer_;
};

/// One file an issuer, which only the user may read; replaced as a whole, so that no reader and no
/// crash ever sees half of it. Processes may share the folder: the last save counts.
class FileCredentialStore final : public CredentialStore {
public:
    /// The folder is made, for the user alone, when something is first saved.
    explicit FileCredentialStore(std::filesystem::path folder) : folder_(std::move(folder)) {}

    Credentials load(const std::string& issuer) override;
    Result<void> save(const std::string& issuer, const Credentials& credentials) override;

private:
    std::filesystem::path file_of(const std::string& issuer) const;

    const std::filesystem::path folder_;
    std::mutex mutex_;
};

}  // namespace shopkeeper::oauth_client
