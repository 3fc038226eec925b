#include "domains/auth/staff_identities.hpp"

#include "base/phone.hpp"
#include "domains/auth/user.hpp"

namespace shopkeeper::auth {
namespace {

constexpr std::size_t kIssuerMax = 500;
constexpr std::size_t kSubjectMax = 255;

constexpr std::string_view kInsert = R"sql(
INSERT INTO staff_identity (issuer, subject, user_id, created_ms)
VALUES ($1, $2, $3, $4)
ON CONFLICT (issuer, subject) DO NOTHING)sql";

constexpr std::string_view kDelete = R"sql(
DELETE FROM staff_identity
WHERE issuer = $1 AND subject = $2)sql";

constexpr std::string_view kSelectUser = R"sql(
SELECT user_id
FROM staff_identity
WHERE issuer = $1 AND subject = $2)sql";

}  // namespace

Result<void> link_identity(storage::Connection& connection, UnixMs now_ms,
                           std::string_view phone_e164, std::string_view issuer,
                           std::string_view subject) {
    if (issuer.empty() || issuer.size() > kIssuerMax)
        return invalid_argument("issuer", "issuer must be the URL of an authorization server.");
    if (subject.empty() || subject.size() > kSubjectMax)
        return invalid_argument("subject", "subject must have 1 to 255 characters.");
    const auto user = find_user_by_phone(connection, phone_e164);
    if (!user) return not_found("staff member", phone::mask(phone_e164));
    if (connection.execute(kInsert, {issuer, subject, user->id, now_ms}) == 0)
        return conflict("subject_linked",
                        "This subject is linked with a member of staff already; unlink it first.");
    return {};
}

Result<void> unlink_identity(storage::Connection& connection, std::string_view issuer,
                             std::string_view subject) {
    if (connection.execute(kDelete, {issuer, subject}) == 0)
        return not_found("subject", std::string(subject));
    return {};
}

std::optional<std::int64_t> find_linked_user(storage::Connection& connection,
                                             std::string_view issuer, std::string_view subject) {
    const auto rows = connection.query(kSelectUser, {issuer, subject});
    if (rows.empty()) return std::nullopt;
    return rows.front().get<std::int64_t>(0);
}

}  // namespace shopkeeper::auth
