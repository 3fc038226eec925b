#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "net/http_client.hpp"
#include "oauth/clients.hpp"
#include "oauth/error.hpp"

namespace shopkeeper::oauth {

/// Programs whose client id is the URL of a document about them, which their host vouches for.
/// Documents are fetched from where strangers say, so: https, a path, public addresses only, no
/// redirections, little and soon. What was read is kept for ten minutes. Thread-safe; a call may
/// wait for the other host. Rule: draft-ietf-oauth-client-id-metadata-document 3, 4, 6.
class ClientDocuments {
public:
    static constexpr std::size_t kDocumentBytesMax = std::size_t{5} * 1024;
    static constexpr std::size_t kKeptMax = 100;
    static constexpr std::int64_t kKeptMs = std::int64_t{10} * 60 * 1000;

    /// `admits_loopback`: also http and addresses of this machine, for developers.
    ClientDocuments(net::HttpClient& http, const Clock& clock, bool admits_loopback)
        : http_(http), clock_(clock), admits_loopback_(admits_loopback) {}

    /// True for an id that names a document.
    bool is_document_id(std::string_view client_id) const;

    /// REQUIRES: is_document_id. Errors: invalid_client.
    OAuthResult<Client> find(const std::string& client_id);

private:
    OAuthResult<Client> fetch(const std::string& client_id);

    struct Kept {
        Client client;
        UnixMs until_ms;
    };
    net::HttpClient& http_;
    const Clock& clock_;
    const bool admits_loopback_;
    std::mutex mutex_;
    std::map<std::string, Kept> kept_;  // guarded by mutex_
};

}  // namespace shopkeeper::oauth
