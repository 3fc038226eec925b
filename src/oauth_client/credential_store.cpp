#include "oauth_client/credential_store.hpp"

namespace shopkeeper::oauth_client {

Credentials MemoryCredentialStore::load(const std::string& issuer) {
    const std::scoped_lock lock(mutex_);
    const auto found = by_issuer_.find(issuer);
    return found == by_issuer_.end() ? Credentials() : found->second;
}

Result<void> MemoryCredentialStore::save(const std::string& issuer,
                                         const Credentials& credentials) {
    const std::scoped_lock lock(mutex_);
    by_issuer_[issuer] = credentials;
    return {};
}

}  // namespace shopkeeper::oauth_client
