#include "domains/auth/identity.hpp"

#include <sodium.h>

#include <array>
#include <utility>

#include "base/crypto.hpp"
#include "domains/auth/api_keys.hpp"
#include "domains/auth/grants.hpp"
#include "domains/auth/key_uses.hpp"
#include "domains/auth/permissions.hpp"
#include "domains/auth/user.hpp"

namespace shopkeeper::auth {
namespace {

constexpr std::string_view kInternalKeyName = "internal";

constexpr std::string_view kSelectVerifiedPhone = R"sql(
SELECT phone
FROM client
WHERE shop_id = $1 AND telegram_user_id = $2 AND phone_verified)sql";

/// Whom a credential stands for: nobody, a service, a member of staff, a key of nobody in
/// particular.
struct Bearer {
    bool is_service = false;
    std::optional<User> user;
    std::optional<ApiKey> key;
    std::optional<ScopeSet> areas;  ///< of an OAuth token

    bool is_nobody() const { return !is_service && !user && !key; }
    bool is_same_user(const Bearer& other) const {
        return user && other.user && user->id == other.user->id;
    }
    std::optional<std::int64_t> bound_shop() const { return key ? key->shop_id : std::nullopt; }
    Scopes scopes() const {
        Scopes scopes = key ? key->tools() : Scopes{};
        scopes.areas = areas;
        return scopes;
    }
};

Refusal unauthenticated(std::string message) {
    return refuse(ErrorCode::unauthenticated, std::move(message));
}

Refusal mismatch(std::string message) {
    return permission_denied("identity_mismatch", std::move(message));
}

Result<Bearer> staff(std::optional<User> user, std::string_view why_not) {
    if (!user || !user->is_active) return unauthenticated(std::string(why_not));
    return Bearer{.user = std::move(user), .key = {}, .areas = {}};
}

Result<Bearer> from_token(storage::Connection& connection, const Authority& authority,
                          std::string_view token, UnixMs now_ms) {
    const auto claims = read_token(authority.token_secret, token, now_ms);
    if (!claims) return Refusal(claims.error());
    auto user = find_user(connection, claims->user_id);
    if (user && user->token_version != claims->token_version) user.reset();
    return staff(std::move(user), "The access token has been revoked. Call login for a new one.");
}

/// The token says which grant; what that allows, and for whom, is read now (A15, K7).
Result<Bearer> from_access_token(storage::Connection& connection, const Authority& authority,
                                 std::string_view token, UnixMs now_ms) {
    const auto claims = read_access_token(authority.token_secret, authority.oauth, token, now_ms);
    if (!claims) return Refusal(claims.error());
    const auto grant = find_grant(connection, claims->grant_id);
    std::optional<User> user;
    if (grant) user = find_user(connection, grant->user_id);
    if (user && user->token_version != grant->token_version) user.reset();
    auto bearer = staff(std::move(user), "The access token has been revoked. Sign in again.");
    if (bearer) bearer->areas = claims->scopes & grant->scopes;
    return bearer;
}

Result<Bearer> from_foreign(storage::Connection& connection, const ForeignSubject& foreign) {
    const auto user_id = find_linked_user(connection, foreign.issuer, foreign.subject);
    auto bearer = staff(user_id ? find_user(connection, *user_id) : std::nullopt,
                        "The token belongs to nobody who works here. Ask the shop's operator to "
                        "link its subject with a member of staff.");
    if (bearer) bearer->areas = foreign.scopes;
    return bearer;
}

Result<Bearer> from_key(storage::Connection& connection, const Authority& authority,
                        std::string_view presented, UnixMs now_ms) {
    auto key = find_api_key(connection, presented, now_ms);
    if (!key) return unauthenticated("The API key is unknown, revoked or expired.");
    Bearer bearer;
    if (key->has_scope("internal")) {
        bearer.is_service = true;
    } else if (key->user_id) {
        auto owner = staff(find_user(connection, *key->user_id),
                           "The API key belongs to an account that is not active.");
        if (!owner) return owner;
        bearer = std::move(*owner);
    }
    if (authority.key_uses != nullptr) authority.key_uses->note(key->id, now_ms);
    bearer.key = std::move(key);
    return bearer;
}

bool is_internal_key(const Authority& authority, std::string_view secret) {
    return !authority.internal_key_hash.empty() &&
           equal_in_constant_time(sha256_hex(secret), authority.internal_key_hash);
}

/// What a header or a process configuration may hold: the internal key, an API key or a staff
/// token, an access token.
Result<Bearer> from_secret(storage::Connection& connection, const Authority& authority,
                           std::string_view secret, UnixMs now_ms) {
    if (is_internal_key(authority, secret)) {
        return Bearer{.is_service = true, .user = {}, .key = {}, .areas = {}};
    }
    if (secret.starts_with(kKeyPrefix)) return from_key(connection, authority, secret, now_ms);
    if (secret.starts_with(kAccessPrefix))
        return from_access_token(connection, authority, secret, now_ms);
    return from_token(connection, authority, secret, now_ms);
}

/// The one caller that all credentials of a request together stand for. Rule: domain A2-A4.
Result<Bearer> bearer_of(storage::Connection& connection, const Authority& authority,
                         const Credentials& credentials, UnixMs now_ms) {
    Bearer who;
    const auto add = [&](Result<Bearer> more) -> Result<void> {
        if (!more) return Refusal(more.error());
        if (who.is_nobody())
            who = std::move(*more);
        else if (!who.is_same_user(*more))
            return mismatch("Two credentials of this call name different callers.");
        return {};
    };
    Result<void> added;
    if (credentials.foreign)
        added = add(from_foreign(connection, *credentials.foreign));
    else if (credentials.bearer)
        added = add(from_secret(connection, authority, *credentials.bearer, now_ms));
    if (added && authority.configured_phone) {
        added = add(staff(find_user_by_phone(connection, *authority.configured_phone),
                          "This process is configured to act as a member of staff who is unknown "
                          "or not active."));
    }
    if (added && credentials.token_argument) {
        added = add(from_token(connection, authority, *credentials.token_argument, now_ms));
    }
    if (!added) return Refusal(added.error());
    return who;
}

std::string guest_principal(const Authority& authority, const Credentials& credentials) {
    if (credentials.address == "local") return "guest:local";
    return "guest:" + pseudonym(authority, credentials.address);
}

Identity identity_of(Caller caller, std::optional<std::int64_t> named_shop,
                     const ShopDefaults& defaults, Scopes scopes) {
    return {std::move(caller), named_shop.value_or(defaults.shop_id), named_shop.has_value(),
            scopes};
}

/// A7: the asserted phone, and the phone of the client who carries the asserted Telegram id.
std::vector<std::string> verified_phones(storage::Connection& connection,
                                         const Assertion& assertion) {
    std::vector<std::string> phones;
    if (assertion.verified_phone) phones.push_back(*assertion.verified_phone);
    if (assertion.channel != "telegram") return phones;
    connection.enter_shop(assertion.shop_id);
    for (const storage::Row row :
         connection.query(kSelectVerifiedPhone, {assertion.shop_id, assertion.user_id})) {
        phones.push_back(row.get<std::string>(0));
    }
    return phones;
}

Result<Identity> customer(storage::Connection& connection, const Bearer& who,
                          const Assertion& assertion, const ShopDefaults& defaults) {
    if (who.bound_shop().value_or(assertion.shop_id) != assertion.shop_id) {
        return mismatch("This key acts only in shop " + std::to_string(*who.bound_shop()) + ".");
    }
    Caller caller;
    caller.kind = CallerKind::customer;
    caller.principal = "customer:" + assertion.channel + ":" + assertion.user_id;
    caller.channel = assertion.channel;
    caller.channel_user_id = assertion.user_id;
    caller.verified_phones = verified_phones(connection, assertion);
    return identity_of(std::move(caller), assertion.shop_id, defaults, {});
}

/// Where a member of staff acts. Rule: domain A13, A14.
Result<std::optional<std::int64_t>> staff_shop(const User& user, std::optional<std::int64_t> named,
                                               bool needs_shop) {
    if (user.is_superadmin) {
        if (!named && needs_shop) {
            return invalid_argument(
                "shop_id", "shop_id is required: a superadmin must say in which shop to act.");
        }
        return named;
    }
    if (!user.shop_is_active)
        return permission_denied("shop_blocked", "This shop is not active. Ask its operator.");
    if (named && named != user.shop_id) return not_found("shop", *named);
    return user.shop_id;
}

Result<Identity> staff_identity(const Bearer& who, std::optional<std::int64_t> named,
                                const ShopDefaults& defaults, bool needs_shop) {
    const User& user = *who.user;
    const auto shop = staff_shop(user, named, needs_shop);
    if (!shop) return Refusal(shop.error());
    Caller caller;
    caller.kind = CallerKind::staff;
    caller.principal = "staff:" + std::to_string(user.id);
    caller.user_id = user.id;
    caller.role = user.acting_role();
    caller.is_superadmin = user.is_superadmin;
    caller.name = user.name;
    caller.permissions = permissions_of(caller.role, user.manager_may_edit_settings);
    return identity_of(std::move(caller), *shop, defaults, who.scopes());
}

Result<Identity> identity(storage::Connection& connection, const Authority& authority,
                          const ShopDefaults& defaults, const Credentials& credentials,
                          std::optional<std::int64_t> shop_argument, UnixMs now_ms,
                          bool needs_shop) {
    const auto who = bearer_of(connection, authority, credentials, now_ms);
    if (!who) return Refusal(who.error());

    if (credentials.assertion) {
        if (!who->is_service) {
            return permission_denied(
                "service_only", "Only a service may say who its customer is (request metadata).");
        }
        return customer(connection, *who, *credentials.assertion, defaults);
    }

    // A key that is bound to a shop names it as an argument would, and tolerates no other (A4).
    if (who->bound_shop() && shop_argument && shop_argument != who->bound_shop()) {
        return mismatch("This key acts only in shop " + std::to_string(*who->bound_shop()) + ".");
    }
    const auto named = who->bound_shop() ? who->bound_shop() : shop_argument;

    if (who->user) return staff_identity(*who, named, defaults, needs_shop);

    Caller caller;
    caller.principal = guest_principal(authority, credentials);
    if (who->is_service) {
        caller.kind = CallerKind::service;
        caller.principal = "service:" + (who->key ? who->key->name : std::string(kInternalKeyName));
    }
    return identity_of(std::move(caller), named, defaults, who->scopes());
}

}  // namespace

Result<Identity> identify(storage::Connection& connection, const Authority& authority,
                          const ShopDefaults& defaults, const Credentials& credentials,
                          std::optional<std::int64_t> shop_argument, UnixMs now_ms,
                          bool needs_shop) {
    auto found =
        identity(connection, authority, defaults, credentials, shop_argument, now_ms, needs_shop);
    if (found && needs_shop) connection.enter_shop(found->shop_id);
    return found;
}

std::optional<std::int64_t> foreseen_shop(const Authority& authority, const ShopDefaults& defaults,
                                          const Credentials& credentials,
                                          std::optional<std::int64_t> shop_argument) {
    const bool is_looked_up =
        authority.configured_phone || credentials.token_argument ||
        (credentials.bearer && !is_internal_key(authority, *credentials.bearer));
    if (is_looked_up) return std::nullopt;
    if (credentials.assertion) return credentials.assertion->shop_id;
    return shop_argument.value_or(defaults.shop_id);
}

std::string pseudonym(const Authority& authority, std::string_view value) {
    const auto bytes = [](std::string_view text) {
        return reinterpret_cast<const unsigned char*>(text.data());
    };
    // The key is hashed first, since BLAKE2b takes keys of 16 to 64 bytes and this one comes from a
    // file.
    std::array<unsigned char, 32> key;
    crypto_generichash(key.data(), key.size(), bytes(authority.address_key),
                       authority.address_key.size(), nullptr, 0);
    std::array<unsigned char, 16> digest;
    crypto_generichash(digest.data(), digest.size(), bytes(value), value.size(), key.data(),
                       key.size());
    std::array<char, digest.size() * 2 + 1> hex;
    return sodium_bin2hex(hex.data(), hex.size(), digest.data(), digest.size());
}

}  // namespace shopkeeper::auth
