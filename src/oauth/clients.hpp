#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "oauth/error.hpp"
#include "storage/database.hpp"

/// Programs that ask members of staff for access: public clients, which keep no secret.
namespace shopkeeper::oauth {

struct Client {
    std::string id;
    std::string name;  ///< as the program says; 1 to 100 characters
    std::vector<std::string> redirect_uris;
    /// The host that vouches for name and redirects, by a document of its own; empty: nobody does.
    std::string vouching_host = {};

    bool has_redirect(std::string_view presented) const;
};

/// What a program says about itself, in a registration (RFC 7591) or in a document of its own, with
/// what is not said left out. Errors: invalid_redirect_uri, invalid_client_metadata.
OAuthResult<Client> read_client_metadata(std::string_view json);

/// Programs that are registered at once; each can make a login page appear, and no more.
inline constexpr std::int64_t kClientsMax = 1000;

/// Registers a program under an id of ours. When there are too many, those that have led to no
/// grant make room. Errors: temporarily_unavailable; those of `read_client_metadata`.
OAuthResult<Client> register_client(storage::Connection& connection, Random& random, UnixMs now_ms,
                                    std::string_view metadata_json);

/// A program that registered itself.
std::optional<Client> find_client(storage::Connection& connection, std::string_view id);
/// Notes that it was let in, so that it is remembered.
void mark_used(storage::Connection& connection, std::string_view id, UnixMs now_ms);

/// Forgets who was never let in for a day, or not for 90; returns how many. For housekeeping.
std::int64_t purge_clients(storage::Connection& connection, UnixMs now_ms);

}  // namespace shopkeeper::oauth
