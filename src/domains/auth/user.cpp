#include "domains/auth/user.hpp"

namespace shopkeeper::auth {
namespace {

constexpr std::string_view kSelectById = R"sql(
SELECT u.id, u.shop_id, u.name, u.phone, u.role, u.is_active, u.is_superadmin, u.password_hash,
       u.token_version, u.created_ms, u.updated_ms,
       s.name, s.timezone, s.is_active, s.manager_may_edit_settings
FROM staff_user u
LEFT JOIN shop s ON s.id = u.shop_id
WHERE u.id = $1)sql";

constexpr std::string_view kSelectByPhone = R"sql(
SELECT u.id, u.shop_id, u.name, u.phone, u.role, u.is_active, u.is_superadmin, u.password_hash,
       u.token_version, u.created_ms, u.updated_ms,
       s.name, s.timezone, s.is_active, s.manager_may_edit_settings
FROM staff_user u
LEFT JOIN shop s ON s.id = u.shop_id
WHERE u.phone = $1)sql";

std::optional<User> first(const storage::Rows& rows) {
    if (rows.empty()) return std::nullopt;
    const storage::Row row = rows.front();
    return User{
        .id = row.get<std::int64_t>(0),
        .shop_id = row.get<std::optional<std::int64_t>>(1),
        .name = row.get<std::string>(2),
        .phone = row.get<std::string>(3),
        .role = parse_role(row.get<std::string_view>(4)).value(),
        .is_active = row.get<bool>(5),
        .is_superadmin = row.get<bool>(6),
        .password_hash = row.get<std::string>(7),
        .token_version = row.get<std::int64_t>(8),
        .created_ms = row.get<std::int64_t>(9),
        .updated_ms = row.get<std::int64_t>(10),
        .shop_name = row.get<std::optional<std::string>>(11),
        .timezone = row.get<std::optional<std::string>>(12).value_or("UTC"),
        .shop_is_active = row.get<std::optional<bool>>(13).value_or(true),
        .manager_may_edit_settings = row.get<std::optional<bool>>(14).value_or(false),
    };
}

}  // namespace

std::optional<User> find_user(storage::Connection& connection, std::int64_t id) {
    return first(connection.query(kSelectById, {id}));
}

std::optional<User> find_user_by_phone(storage::Connection& connection,
                                       std::string_view phone_e164) {
    return first(connection.query(kSelectByPhone, {phone_e164}));
}

std::optional<Role> parse_role(std::string_view text) {
    for (const Role role :
         {Role::courier, Role::florist, Role::manager, Role::admin, Role::director}) {
        if (word(role) == text) return role;
    }
    return std::nullopt;
}

Result<User> get_current_user(storage::Connection& connection, const CallContext& context,
                              const GetCurrentUser&) {
    auto user = find_user(connection, context.caller.user_id);
    if (!user) return refuse(ErrorCode::unauthenticated, "This account no longer exists.");
    return std::move(*user);
}

}  // namespace shopkeeper::auth
