#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/call_context.hpp"
#include "base/caller.hpp"
#include "base/result.hpp"
#include "domains/auth/scopes.hpp"
#include "domains/auth/staff_identities.hpp"
#include "domains/auth/token.hpp"
#include "storage/database.hpp"

/// From what a request carries to who is calling. Rule: domain section 2.1, 2.2.
namespace shopkeeper::auth {

class KeyUses;

/// The secrets and limits of one process; immutable after start. Never logged, never shown.
struct Authority {
    std::string token_secret;  ///< HS256 key, at least 32 bytes (K8)
    std::string
        internal_key_hash;    ///< SHA-256 (hex) of the internal service key; empty: there is none
    std::string address_key;  ///< keys the hashes under which addresses and phones are stored (A11)
    std::int64_t token_ttl_s = 43200;  ///< K6: 300..86400
    Audience oauth;                    ///< of our own authorization server; empty: there is none
    std::optional<std::string>
        configured_phone;         ///< stdio and `call --as`: act as this staff member (A2)
    KeyUses* key_uses = nullptr;  ///< told which keys were used; null: nobody keeps it
};

/// A customer identity asserted by a service in `_meta["dev.shopkeeper/caller"]`. Rule: domain A5.
struct Assertion {
    std::int64_t shop_id;
    std::string channel;  ///< telegram, whatsapp, web, instagram
    std::string user_id;
    std::optional<std::string> verified_phone;  ///< normalised
};

/// What one request carries.
struct Credentials {
    std::optional<std::string> bearer;          ///< Authorization header: staff token or API key
    std::optional<std::string> token_argument;  ///< the `token` argument of tools marked T
    /// What `bearer` says, where another authorization server issued it and that was checked.
    std::optional<ForeignSubject> foreign;
    std::optional<Assertion> assertion;
    std::string address = "local";
    bool is_loopback = true;
};

/// What a caller's credential allows of what the caller may do: kinds of tools, by a key (A4), or
/// areas of the shop, by an OAuth token. Everything for other callers.
struct Scopes {
    bool read = true;
    bool write = true;
    bool admin = true;
    std::optional<ScopeSet> areas = {};  ///< absent: all
};

struct Identity {
    Caller caller;
    std::int64_t shop_id;  ///< where the call acts
    bool shop_given;       ///< named by argument, key, assertion or the user's own shop
    Scopes scopes;
};

/// Resolves the caller and the shop. Reads role, shop and active flag from the database now (A15).
/// `shop_argument` is the `shop_id` argument where the tool has one and it was given.
/// Errors: unauthenticated (bad, expired, revoked: A3), permission_denied (identity_mismatch: A2,
/// A4, A6; service_only: A5; shop_blocked: A14), not_found (another shop: A13), invalid_argument (a
/// superadmin who names no shop: A13; `needs_shop` is false for the tools that have no `shop_id`
/// argument: they are about who the caller is). With `needs_shop` the transaction has entered the
/// shop when this succeeds.
Result<Identity> identify(storage::Connection& connection, const Authority& authority,
                          const ShopDefaults& defaults, const Credentials& credentials,
                          std::optional<std::int64_t> shop_argument, UnixMs now_ms,
                          bool needs_shop = true);

/// The shop in which the call will act, where that can be said before anything is read: a guest's,
/// the internal service's, and that of the customer whom it asserts. So their transactions need
/// not begin outside of every shop.
std::optional<std::int64_t> foreseen_shop(const Authority& authority, const ShopDefaults& defaults,
                                          const Credentials& credentials,
                                          std::optional<std::int64_t> shop_argument);

/// The keyed hash under which an address or phone may be stored (A11, I10).
std::string pseudonym(const Authority& authority, std::string_view value);

}  // namespace shopkeeper::auth
