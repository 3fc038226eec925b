#include "domains/auth/staff.hpp"

#include "base/phone.hpp"
#include "base/text.hpp"

namespace shopkeeper::auth {
namespace {

constexpr std::size_t kNameMax = 100;

constexpr std::string_view kSelectShop = R"sql(
SELECT id
FROM shop
WHERE id = $1)sql";

constexpr std::string_view kInsert = R"sql(
INSERT INTO staff_user (shop_id, name, phone, role, is_active, is_superadmin, password_hash, token_version,
                        created_ms, updated_ms)
VALUES ($1, $2, $3, $4, TRUE, $5, $6, 1, $7, $7)
ON CONFLICT (phone) DO NOTHING
RETURNING id)sql";

constexpr std::string_view kSetPassword = R"sql(
UPDATE staff_user
SET password_hash = $2, token_version = token_version + 1, updated_ms = $3
WHERE phone = $1)sql";

constexpr std::string_view kSetRole = R"sql(
UPDATE staff_user
SET role = $2, token_version = token_version + 1, updated_ms = $3
WHERE id = $1)sql";

constexpr std::string_view kSetActive = R"sql(
UPDATE staff_user
SET is_active = $2, token_version = token_version + 1, updated_ms = $3
WHERE id = $1)sql";

constexpr std::string_view kCountOtherDirectors = R"sql(
SELECT COUNT(*)
FROM staff_user
WHERE shop_id = $1 AND id <> $2 AND is_active AND role IN ('director', 'admin'))sql";

constexpr std::string_view kSelectIds = R"sql(
SELECT id
FROM staff_user
WHERE CAST($1 AS BIGINT) IS NULL OR shop_id = $1
ORDER BY shop_id, id)sql";

bool is_director(Role role) {
    return role == Role::director || role == Role::admin;
}

/// A18: somebody must be left who may do everything.
Result<void> keep_a_director(storage::Connection& connection, const User& user) {
    if (!user.shop_id || !user.is_active || !is_director(user.role)) return {};
    // Two directors who are sent away at the same moment are sent away one after the other.
    connection.lock("directors:" + std::to_string(*user.shop_id));
    const auto others = connection.query(kCountOtherDirectors, {*user.shop_id, user.id});
    if (others.front().get<std::int64_t>(0) > 0) return {};
    return failed_precondition({}, "This is the last active director of shop " +
                                       std::to_string(*user.shop_id) +
                                       ". Add another director first.");
}

Result<User> existing(storage::Connection& connection, std::string_view phone_e164) {
    auto user = find_user_by_phone(connection, phone_e164);
    if (!user) return not_found("staff member", phone::mask(phone_e164));
    return std::move(*user);
}

Result<void> check_shop(storage::Connection& connection, const NewStaff& staff) {
    if (!staff.shop_id) {
        if (staff.is_superadmin) return {};
        return invalid_argument("shop_id", "shop_id is required for everybody but a superadmin.");
    }
    if (connection.query(kSelectShop, {*staff.shop_id}).empty())
        return not_found("shop", *staff.shop_id);
    return {};
}

}  // namespace

Result<std::string> staff_phone(std::string_view given) {
    auto read = phone::normalize(given, "phone");
    if (!read) return Refusal(read.error());
    if (read->is_foreign) {
        return invalid_argument("phone",
                                "phone must be a Kazakhstani number, for example +7 700 000 12 34.",
                                std::string(given));
    }
    return std::move(read->e164);
}

Result<std::int64_t> add_staff(storage::Connection& connection, UnixMs now_ms,
                               const NewStaff& staff) {
    const auto phone = staff_phone(staff.phone);
    if (!phone) return Refusal(phone.error());
    const std::string name = text::clean(staff.name);
    if (name.empty() || text::code_points(name) > kNameMax) {
        return invalid_argument("name", "name must have 1 to 100 characters.", staff.name);
    }
    if (const auto checked = check_shop(connection, staff); !checked)
        return Refusal(checked.error());

    const auto rows = connection.query(kInsert, {staff.shop_id, name, *phone, word(staff.role),
                                                 staff.is_superadmin, staff.password_hash, now_ms});
    if (rows.empty())
        return conflict("phone_linked", "There is already a member of staff with this phone.");
    return rows.front().get<std::int64_t>(0);
}

Result<void> set_password(storage::Connection& connection, UnixMs now_ms,
                          std::string_view phone_e164, std::string_view password_hash) {
    if (connection.execute(kSetPassword, {phone_e164, password_hash, now_ms}) == 0) {
        return not_found("staff member", phone::mask(phone_e164));
    }
    return {};
}

Result<void> change_role(storage::Connection& connection, UnixMs now_ms, const RoleChange& change) {
    const auto user = existing(connection, change.phone_e164);
    if (!user) return Refusal(user.error());
    if (change.actor_user_id == user->id)
        return permission_denied("role", "Nobody changes their own role.");
    if (user->role == change.role) return {};
    if (!is_director(change.role)) {
        if (const auto kept = keep_a_director(connection, *user); !kept) return kept;
    }
    connection.execute(kSetRole, {user->id, word(change.role), now_ms});
    return {};
}

Result<void> deactivate(storage::Connection& connection, UnixMs now_ms,
                        std::string_view phone_e164) {
    const auto user = existing(connection, phone_e164);
    if (!user) return Refusal(user.error());
    if (!user->is_active) return {};
    if (const auto kept = keep_a_director(connection, *user); !kept) return kept;
    connection.execute(kSetActive, {user->id, false, now_ms});
    return {};
}

Result<void> activate(storage::Connection& connection, UnixMs now_ms, std::string_view phone_e164) {
    const auto user = existing(connection, phone_e164);
    if (!user) return Refusal(user.error());
    if (!user->is_active) connection.execute(kSetActive, {user->id, true, now_ms});
    return {};
}

std::vector<User> list_staff(storage::Connection& connection, std::optional<std::int64_t> shop_id) {
    std::vector<User> staff;
    for (const storage::Row row : connection.query(kSelectIds, {shop_id})) {
        if (auto user = find_user(connection, row.get<std::int64_t>(0)))
            staff.push_back(std::move(*user));
    }
    return staff;
}

}  // namespace shopkeeper::auth
