#include "domains/telegram/registration.hpp"

#include <algorithm>

#include "base/json_writer.hpp"
#include "domains/shop/shop_lock.hpp"
#include "journal/events.hpp"

namespace shopkeeper::telegram {
namespace {

constexpr std::size_t kTelegramIdMax = 20;

constexpr std::string_view kInsert = R"sql(
INSERT INTO client (shop_id, phone, name, phone_verified, is_foreign, created_ms, updated_ms)
VALUES ($1, $2, $3, $4, $5, $6, $6)
RETURNING id
)sql";

/// The one statement that changes a client; is_foreign follows the phone.
constexpr std::string_view kUpdate = R"sql(
UPDATE client
SET phone = $3, phone_verified = $4, is_foreign = $5, name = $6, telegram_user_id = $7,
    telegram_username = $8, telegram_first_name = $9, updated_ms = $10
WHERE shop_id = $1 AND id = $2
)sql";

constexpr std::string_view kUnlink = R"sql(
UPDATE client
SET telegram_user_id = NULL, telegram_username = NULL, telegram_first_name = NULL,
    phone_verified = FALSE, updated_ms = $3
WHERE shop_id = $1 AND id = $2
)sql";

Result<void> check_id(const std::string& telegram_user_id) {
    const bool digits = std::all_of(telegram_user_id.begin(), telegram_user_id.end(),
                                    [](char c) { return c >= '0' && c <= '9'; });
    if (digits && !telegram_user_id.empty() && telegram_user_id.size() <= kTelegramIdMax) {
        return {};
    }
    return invalid_argument("telegram_user_id",
                            "telegram_user_id is the numeric Telegram id: 1 to 20 digits, for "
                            "instance 700000001.",
                            telegram_user_id);
}

Refusal phone_linked() {
    return conflict("phone_linked",
                    "This phone or Telegram id belongs to another client. Ask the customer to "
                    "share the contact in Telegram, so that the service can verify it.");
}

/// What the two records say, and what shall become of them.
struct Plan {
    Registration result;
    std::optional<Client> target;  ///< absent: a new client
    std::optional<Client> loser;   ///< another client that gives its link up
};

/// The decision table of G3 and G4.
Result<Plan> decide(const std::optional<Client>& by_id, const std::optional<Client>& by_phone,
                    bool verified) {
    if (by_id && by_phone && by_id->id == by_phone->id) {
        return Plan{Registration::updated, by_id, {}};
    }
    if (by_id) {
        if (!verified) return phone_linked();
        if (!by_phone) return Plan{Registration::relinked, by_id, {}};
        return Plan{Registration::relinked, by_phone, by_id};
    }
    if (!by_phone) return Plan{Registration::created, {}, {}};
    if (!by_phone->telegram_user_id) return Plan{Registration::linked, by_phone, {}};
    if (!verified) return phone_linked();
    return Plan{Registration::relinked, by_phone, {}};
}

/// A link that is new is as verified as the contact that made it: a phone that was verified for an
/// earlier Telegram user says nothing of this one. Rule: domain G5.
bool stays_verified(const Plan& plan, bool verified) {
    return verified || (plan.result == Registration::updated && plan.target->phone_verified);
}

/// What a client is after the registration. `by_id` is the record that this Telegram user had: what
/// Telegram said of him there comes along (G4).
Client after(const Plan& plan, const std::optional<Client>& by_id, const RegisterClient& command,
             const phone::Phone& phone, const CallContext& context, bool verified) {
    Client client = plan.target.value_or(Client{});
    if (!plan.target || verified || context.caller.is_staff()) client.name = command.customer_name;
    client.phone = phone.e164;
    client.phone_verified = stays_verified(plan, verified);
    client.telegram_user_id = command.telegram_user_id;
    const Client known = by_id.value_or(Client{});
    client.telegram_username =
        command.telegram_username ? command.telegram_username : known.telegram_username;
    client.telegram_first_name =
        command.telegram_first_name ? command.telegram_first_name : known.telegram_first_name;
    return client;
}

std::vector<std::string> changed_fields(const Client& before, const Client& now) {
    std::vector<std::string> fields;
    if (before.phone != now.phone) fields.emplace_back("phone");
    if (before.phone_verified != now.phone_verified) fields.emplace_back("phone_verified");
    if (before.name != now.name) fields.emplace_back("name");
    if (before.telegram_user_id != now.telegram_user_id) fields.emplace_back("telegram_user_id");
    if (before.telegram_username != now.telegram_username) {
        fields.emplace_back("telegram_username");
    }
    if (before.telegram_first_name != now.telegram_first_name) {
        fields.emplace_back("telegram_first_name");
    }
    return fields;
}

void announce(storage::Connection& connection, const CallContext& context, std::int64_t shop_id,
              std::int64_t client_id, std::string_view result,
              const std::vector<std::string>& fields) {
    JsonWriter data;
    data.begin_object();
    data.field("client_id", client_id);
    data.field("result", result);
    data.field("fields", fields);
    data.end_object();
    journal::emit(connection, context, shop_id,
                  {"client.changed", "client", std::to_string(client_id), std::move(data).take()});
}

/// A link as the audit may keep it: the phone masked, no name. Rule: domain I9, I10.
void write_link(JsonWriter& json, const Client& client) {
    json.begin_object();
    json.field("client_id", client.id);
    json.field("phone", phone::mask(client.phone));
    json.field("phone_verified", client.phone_verified);
    json.field("telegram_user_id", client.telegram_user_id);
    json.end_object();
}

std::string links_json(std::initializer_list<const Client*> clients) {
    JsonWriter json;
    json.begin_array();
    for (const Client* client : clients) {
        if (client != nullptr) write_link(json, *client);
    }
    json.end_array();
    return std::move(json).take();
}

void store(storage::Connection& connection, const CallContext& context, const Client& client,
           bool is_foreign) {
    connection.execute(kUpdate,
                       {client.shop_id, client.id, client.phone, client.phone_verified, is_foreign,
                        client.name, client.telegram_user_id, client.telegram_username,
                        client.telegram_first_name, context.now_ms});
}

Client insert(storage::Connection& connection, const CallContext& context, std::int64_t shop_id,
              const Client& client, bool is_foreign) {
    Client made = client;
    made.shop_id = shop_id;
    made.id = connection
                  .query(kInsert, {shop_id, client.phone, client.name, client.phone_verified,
                                   is_foreign, context.now_ms})
                  .front()
                  .get<std::int64_t>(0);
    return made;
}

std::vector<Warning> warnings_of(const phone::Phone& phone) {
    std::vector<Warning> warnings;
    if (phone.is_foreign) {
        warnings.push_back({"foreign_phone", "The phone is not a Kazakhstani number."});
    }
    if (phone.unusual_operator) {
        warnings.push_back(
            {"unusual_operator", "The phone has an operator code that is not in use; check it."});
    }
    return warnings;
}

}  // namespace

std::string_view word(Registration registration) {
    switch (registration) {
        case Registration::created:
            return "created";
        case Registration::linked:
            return "linked";
        case Registration::updated:
            return "updated";
        case Registration::relinked:
            break;
    }
    return "relinked";
}

Result<FoundClient> get_client(storage::Connection& connection, const CallContext& context,
                               const GetClient& command) {
    auto shop = shop::current(connection, context);
    if (!shop) return Refusal(shop.error());
    if (const auto fits = check_id(command.telegram_user_id); !fits) return Refusal(fits.error());
    const Caller& caller = context.caller;
    const bool is_own =
        caller.channel == "telegram" && caller.channel_user_id == command.telegram_user_id;
    if (caller.is_customer() && !is_own) {
        return permission_denied("identity_mismatch",
                                 "A customer sees only the own record; leave the id to the "
                                 "service.");
    }
    const std::int64_t shop_id = shop->id;
    return FoundClient{std::move(*shop),
                       find_by_telegram(connection, shop_id, command.telegram_user_id)};
}

Result<RegisteredClient> register_client(storage::Connection& connection,
                                         const CallContext& context,
                                         const RegisterClient& command) {
    shop::take_turns(connection, context.shop_id);
    auto shop = shop::current(connection, context);
    if (!shop) return Refusal(shop.error());
    if (const auto fits = check_id(command.telegram_user_id); !fits) return Refusal(fits.error());
    const auto phone = phone::normalize(command.phone, "phone");
    if (!phone) return Refusal(phone.error());

    const bool verified = command.contact_verified && context.caller.is_service();
    const auto by_id = find_by_telegram(connection, shop->id, command.telegram_user_id);
    const auto by_phone = find_by_phone(connection, shop->id, phone->e164);
    const auto plan = decide(by_id, by_phone, verified);
    if (!plan) return Refusal(plan.error());

    Client client = after(*plan, by_id, command, *phone, context, verified);
    if (plan->loser) {
        connection.execute(kUnlink, {shop->id, plan->loser->id, context.now_ms});
        announce(connection, context, shop->id, plan->loser->id, "unlinked",
                 {"telegram_user_id", "telegram_username", "telegram_first_name"});
    }
    if (!plan->target) client = insert(connection, context, shop->id, client, phone->is_foreign);
    const auto fields = changed_fields(plan->target.value_or(Client{}), client);
    context.audit.target_kind = "client";
    context.audit.target_id = std::to_string(client.id);
    context.audit.effective = !fields.empty();
    if (!fields.empty()) {
        store(connection, context, client, phone->is_foreign);
        announce(connection, context, shop->id, client.id, word(plan->result), fields);
        Client unlinked = plan->loser.value_or(Client{});
        unlinked.telegram_user_id.reset();
        unlinked.phone_verified = false;
        context.audit.before_json = links_json(
            {plan->target ? &*plan->target : nullptr, plan->loser ? &*plan->loser : nullptr});
        context.audit.after_json = links_json({&client, plan->loser ? &unlinked : nullptr});
    }
    const std::int64_t shop_id = shop->id;
    auto stored = find_by_telegram(connection, shop_id, command.telegram_user_id);
    return RegisteredClient{std::move(*shop), plan->result, std::move(stored.value()),
                            warnings_of(*phone)};
}

}  // namespace shopkeeper::telegram
