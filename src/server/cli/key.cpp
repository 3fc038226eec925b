#include <CLI/CLI.hpp>
#include <iostream>

#include "domains/auth/api_keys.hpp"
#include "domains/auth/staff.hpp"
#include "domains/shop/local_time.hpp"
#include "server/cli/program.hpp"
#include "server/cli/verb.hpp"
#include "server/operator_audit.hpp"
#include "server/terminal.hpp"

namespace shopkeeper::server::cli {
namespace {

constexpr std::int64_t kDayMs = std::int64_t{24} * 3600 * 1000;

struct KeyWords {
    std::string name;
    std::string scopes;
    std::string staff_phone;
    std::optional<std::int64_t> shop_id;
    std::optional<std::int64_t> days;
    std::int64_t id = 0;
};

/// What the audit may know of a key. Rule: domain I10, K10.
Json audited(const auth::ApiKey& key) {
    return {{"scopes", key.scopes},
            {"user_id", key.user_id ? Json(*key.user_id) : Json()},
            {"expires_ms", key.expires_ms ? Json(*key.expires_ms) : Json()},
            {"is_active", key.is_active}};
}

void audit_key(storage::Connection& connection, UnixMs now_ms, std::string_view command,
               const std::optional<auth::ApiKey>& before, const auth::ApiKey& after) {
    audit(connection, now_ms,
          {.command = command,
           .shop_id = after.shop_id,
           .target_kind = "api_key",
           .target_id = after.id,
           .before = before ? audited(*before) : Json(),
           .after = audited(after)});
}

ExitCode create(const Program& program, const KeyWords& words) {
    OpenShop shop(program);
    SystemRandom random;
    const UnixMs now_ms = shop.clock.now_ms();
    const std::string phone =
        words.staff_phone.empty() ? "" : value_or_fail(auth::staff_phone(words.staff_phone));
    const auto created = value_or_fail(
        shop.database->write([&](storage::Connection& connection) -> Result<auth::CreatedApiKey> {
            auth::NewApiKey key{.name = words.name,
                                .scopes = words.scopes,
                                .shop_id = words.shop_id,
                                .user_id = {},
                                .expires_ms = {}};
            if (!phone.empty()) {
                const auto user = auth::find_user_by_phone(connection, phone);
                if (!user) return not_found("staff member", phone);
                key.user_id = user->id;
            }
            if (words.days) key.expires_ms = now_ms + *words.days * kDayMs;
            auto made = auth::create_api_key(connection, random, now_ms, key);
            if (!made) return made;
            audit_key(connection, now_ms, "key create", {},
                      *auth::find_api_key_by_id(connection, made->id));
            return made;
        }));
    std::cerr << "key " << created.id << " \"" << words.name << "\", shown this once:\n";
    std::cout << created.key << '\n';
    return ExitCode::ok;
}

ExitCode list(const Program& program, const KeyWords&) {
    OpenShop shop(program);
    const UnixMs now_ms = shop.clock.now_ms();
    const auto keys = shop.database->read(
        [](storage::Connection& connection) { return auth::list_api_keys(connection); });
    const auto utc = shop::TimeZone::find("UTC").value();
    std::vector<std::vector<std::string>> rows = {
        {"ID", "SHOP", "STAFF", "STATE", "LAST USED", "SCOPES", "NAME"}};
    for (const auth::ApiKey& key : keys) {
        const bool is_expired = key.expires_ms && *key.expires_ms <= now_ms;
        rows.push_back({std::to_string(key.id), key.shop_id ? std::to_string(*key.shop_id) : "any",
                        key.user_id ? std::to_string(*key.user_id) : "-",
                        !key.is_active ? "revoked"
                        : is_expired   ? "expired"
                                       : "active",
                        key.last_used_ms ? utc.rfc3339(*key.last_used_ms) : "never", key.scopes,
                        key.name});
    }
    std::cout << table(rows);
    return ExitCode::ok;
}

ExitCode revoke(const Program& program, const KeyWords& words) {
    OpenShop shop(program);
    const UnixMs now_ms = shop.clock.now_ms();
    const auto revoked = shop.database->write([&](storage::Connection& connection) -> Result<void> {
        const auto before = auth::find_api_key_by_id(connection, words.id);
        const auto done = auth::revoke_api_key(connection, words.id, now_ms);
        if (done && before->is_active) {
            audit_key(connection, now_ms, "key revoke", before,
                      *auth::find_api_key_by_id(connection, words.id));
        }
        return done;
    });
    if (!revoked) fail(revoked.error());
    std::cout << "key " << words.id << " revoked\n";
    return ExitCode::ok;
}

}  // namespace

void add_key(CLI::App& app, Program& program) {
    auto* key = app.add_subcommand("key", "Keys for programs that call the shop");
    key->require_subcommand(1);
    const auto words = std::make_shared<KeyWords>();
    const auto verb = [&](const char* name, const char* meaning, auto run) {
        auto* command = key->add_subcommand(name, meaning);
        command->callback([&program, words, run] {
            program.command = [&program, words, run] { return run(program, *words); };
        });
        return command;
    };

    auto* creating = verb("create", "Make a key; it is shown once", create);
    creating->add_option("--name", words->name, "What it is for")->required();
    creating
        ->add_option("--scopes", words->scopes,
                     "tools:read, tools:write, tools:admin, internal ...")
        ->required();
    creating->add_option("--staff", words->staff_phone,
                         "Acts as the staff member with this phone; else as a guest");
    creating->add_option("--shop", words->shop_id, "Acts in this shop only");
    creating->add_option("--days", words->days, "Expires after so many days")
        ->check(CLI::Range(1, 3650));

    verb("list", "All keys, without what opens the door", list);
    verb("revoke", "End a key", revoke)
        ->add_option("id", words->id, "Number of the key")
        ->required();
}

}  // namespace shopkeeper::server::cli
