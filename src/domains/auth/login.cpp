#include "domains/auth/login.hpp"

#include <optional>

#include "base/phone.hpp"
#include "domains/auth/attempts.hpp"
#include "domains/auth/password.hpp"
#include "domains/auth/token.hpp"
#include "journal/audit.hpp"

namespace shopkeeper::auth {
namespace {

constexpr std::string_view kRehash = R"sql(
UPDATE staff_user
SET password_hash = $3
WHERE id = $1 AND password_hash = $2)sql";

struct Attempt {
    std::int64_t id;
    std::optional<User> user;
};

/// Tells nobody whether it was the phone, the password or the account.
Refusal refused() {
    return refuse(ErrorCode::unauthenticated, "The phone or the password is wrong.");
}

/// A phone that is none is throttled by its own text: it must not be told apart from an unknown
/// one.
std::string comparable(const std::string& given) {
    const auto read = phone::normalize(given, "phone");
    return read ? read->e164 : given;
}

bool knows_password(const std::optional<User>& user, std::string_view password) {
    if (user) return verify_password(user->password_hash, password);
    verify_nobody(password);
    return false;
}

void rehash_if_due(storage::Connection& connection, const User& user,
                   const std::optional<std::string>& new_hash) {
    if (new_hash) connection.execute(kRehash, {user.id, user.password_hash, *new_hash});
}

/// The audit row stands in the user's own shop, wherever the call was addressed. Rule: domain I9.
void audit(storage::Connection& connection, const CallContext& context, const User& user,
           std::string_view digest) {
    AuditNote note;
    note.target_kind = "staff_user";
    note.target_id = std::to_string(user.id);
    const CallContext in_own_shop{.caller = context.caller,
                                  .shop_id = user.shop_id.value_or(context.shop_id),
                                  .shop_given = true,
                                  .now_ms = context.now_ms,
                                  .source = context.source,
                                  .request_id = context.request_id,
                                  .defaults = context.defaults,
                                  .random = context.random,
                                  .audit = note};
    journal::append_audit(connection, in_own_shop, "login", digest);
}

}  // namespace

Result<SignedIn> login(storage::Database& database, const Authority& authority,
                       const CallContext& context, const Login& command) {
    const std::string phone = comparable(command.phone);
    const std::string phone_digest = pseudonym(authority, "phone:" + phone);
    const std::string address_digest = pseudonym(authority, "address:" + context.caller.principal);

    const auto attempt = database.write([&](storage::Connection& connection) -> Result<Attempt> {
        const auto id = open_attempt(connection, phone_digest, address_digest, context.now_ms);
        if (!id) return Refusal(id.error());
        return Attempt{*id, find_user_by_phone(connection, phone)};
    });
    if (!attempt) return Refusal(attempt.error());

    const bool knows = knows_password(attempt->user, command.password);
    if (!knows || !attempt->user->is_active) return refused();
    const User& user = *attempt->user;
    const bool is_blocked = !user.shop_is_active && !user.is_superadmin;

    std::optional<std::string> new_hash;
    if (needs_rehash(user.password_hash)) {
        // A password that today's rules would refuse keeps its old hash: signing in is not the
        // moment.
        if (auto hash = hash_password(command.password, user.phone)) new_hash = std::move(*hash);
    }
    database.write([&](storage::Connection& connection) {
        mark_succeeded(connection, attempt->id);
        rehash_if_due(connection, user, new_hash);
        if (!is_blocked) audit(connection, context, user, phone_digest);
    });
    if (is_blocked) {
        return permission_denied("shop_blocked", "This shop is not active. Ask its operator.");
    }

    const std::string token = issue_token(authority.token_secret, user.id, user.token_version,
                                          context.now_ms, authority.token_ttl_s, context.random);
    return SignedIn{token, context.now_ms + authority.token_ttl_s * 1000, user};
}

}  // namespace shopkeeper::auth
