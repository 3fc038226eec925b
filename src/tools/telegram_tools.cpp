#include "domains/telegram/registration.hpp"
#include "tools/arguments.hpp"
#include "tools/register_all.hpp"
#include "tools/results.hpp"

namespace shopkeeper::telegram {
namespace {

void write_client(JsonWriter& out, const shop::Shop& shop, const Client& client) {
    out.begin_object();
    out.field("id", client.id);
    out.field("shop_id", client.shop_id);
    out.field("phone", client.phone);
    out.field("phone_verified", client.phone_verified);
    out.field("customer_name", client.name);
    out.field("telegram_user_id", client.telegram_user_id);
    out.field("telegram_username", client.telegram_username);
    out.field("telegram_first_name", client.telegram_first_name);
    out.field("created_at", shop.rfc3339(client.created_ms));
    out.field("updated_at", shop.rfc3339(client.updated_ms));
    out.end_object();
}

void write_untrusted_names(JsonWriter& out) {
    tools::write_untrusted(
        out, {"client.customer_name", "client.telegram_username", "client.telegram_first_name"});
}

}  // namespace

using tools::read;

// get_telegram_client

void from_json(const Json& arguments, GetClient& command) {
    read(arguments, "telegram_user_id", command.telegram_user_id);
}

void to_json(JsonWriter& out, const FoundClient& found) {
    out.begin_object();
    out.field("registered", found.client.has_value());
    out.key("client");
    if (found.client)
        write_client(out, found.shop, *found.client);
    else
        out.null();
    write_untrusted_names(out);
    out.end_object();
}

// register_telegram_client

void from_json(const Json& arguments, RegisterClient& command) {
    read(arguments, "telegram_user_id", command.telegram_user_id);
    read(arguments, "phone", command.phone);
    read(arguments, "customer_name", command.customer_name);
    read(arguments, "telegram_username", command.telegram_username);
    read(arguments, "telegram_first_name", command.telegram_first_name);
    read(arguments, "contact_verified", command.contact_verified);
}

void to_json(JsonWriter& out, const RegisteredClient& registered) {
    out.begin_object();
    out.field("result", word(registered.result));
    out.key("client");
    write_client(out, registered.shop, registered.client);
    tools::write_warnings(out, registered.warnings);
    write_untrusted_names(out);
    out.end_object();
}

}  // namespace shopkeeper::telegram

namespace shopkeeper::tools {

void register_telegram(Registry& registry) {
    registry.read("get_telegram_client",
                  Access::client_records(Permission::view_clients, /*customer_own=*/true),
                  telegram::get_client);
    registry.write("register_telegram_client",
                   Access::client_records(Permission::update_clients, /*customer_own=*/false),
                   telegram::register_client);
}

}  // namespace shopkeeper::tools
