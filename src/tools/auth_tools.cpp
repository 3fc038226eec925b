#include "domains/auth/login.hpp"
#include "domains/auth/permissions.hpp"
#include "domains/auth/user.hpp"
#include "domains/shop/local_time.hpp"
#include "tools/arguments.hpp"
#include "tools/register_all.hpp"

namespace shopkeeper::auth {

void from_json(const Json& json, Login& command) {
    tools::read(json, "phone", command.phone);
    tools::read(json, "password", command.password);
}

void from_json(const Json&, GetCurrentUser&) {}

namespace {

/// The shop's wall clock; UTC for a superadmin of no shop. Rule: domain C8.
shop::TimeZone zone_of(const User& user) {
    const auto zone = shop::TimeZone::find(user.timezone);
    return zone ? *zone : shop::TimeZone::find("UTC").value();
}

}  // namespace

void to_json(JsonWriter& out, const User& user) {
    const shop::TimeZone zone = zone_of(user);
    out.begin_object();
    out.field("id", user.id);
    out.field("name", user.name);
    out.field("phone", user.phone);
    out.field("role", word(user.role));
    out.field("is_active", user.is_active);
    out.field("is_superadmin", user.is_superadmin);
    out.field("shop_id", user.shop_id);
    out.field("shop_name", user.shop_name);
    out.key("permissions");
    out.begin_array();
    for (const Permission permission :
         shown_permissions(user.acting_role(), user.manager_may_edit_settings)) {
        out.value(word(permission));
    }
    out.end_array();
    out.field("created_at", zone.rfc3339(user.created_ms));
    out.field("updated_at", zone.rfc3339(user.updated_ms));
    out.end_object();
}

void to_json(JsonWriter& out, const SignedIn& signed_in) {
    out.begin_object();
    out.field("access_token", signed_in.access_token);
    out.field("token_type", "bearer");
    out.field("expires_at", zone_of(signed_in.user).rfc3339(signed_in.expires_ms));
    out.key("user");
    to_json(out, signed_in.user);
    out.end_object();
}

}  // namespace shopkeeper::auth

namespace shopkeeper::tools {
namespace {

/// `login` opens its own transactions, so that hashing a password does not hold the writer (K5).
Answer sign_in(storage::Database& database, const auth::Authority& authority,
               const CallContext& context, const Json& arguments) {
    auth::Login command;
    auth::from_json(arguments, command);
    const auto signed_in = auth::login(database, authority, context, command);
    if (!signed_in) return Refusal(signed_in.error());
    JsonWriter writer;
    auth::to_json(writer, *signed_in);
    return std::move(writer).take();
}

}  // namespace

void register_auth(Registry& registry) {
    registry
        .free("login", Access::sign_in(),
              [&authority = registry.environment().authority](
                  storage::Database& database, const CallContext& context, const Json& arguments) {
                  return sign_in(database, authority, context, arguments);
              })
        .verbatim({"password", "token"});
    registry.read("get_current_user", Access::signed_in(), auth::get_current_user)
        .verbatim({"token"});
}

}  // namespace shopkeeper::tools
