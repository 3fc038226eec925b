#include <CLI/CLI.hpp>
#include <iostream>

#include "base/json_writer.hpp"
#include "domains/auth/password.hpp"
#include "domains/auth/staff.hpp"
#include "domains/auth/user.hpp"
#include "server/cli/program.hpp"
#include "server/cli/verb.hpp"
#include "server/operator_audit.hpp"
#include "server/terminal.hpp"

namespace shopkeeper::server::cli {
namespace {

struct UserWords {
    std::string phone;
    std::string name;
    std::string role = "florist";
    std::optional<std::int64_t> shop_id;
    bool is_superadmin = false;
    bool as_json = false;
};

Role role_of(const std::string& text) {
    const auto role = auth::parse_role(text);
    if (!role)
        throw CommandFailure(
            ExitCode::usage,
            "no role \"" + text + "\"; there are director, admin, manager, florist, courier");
    return *role;
}

/// What the audit may know of an account. The version of its tokens stands for its password too:
/// whatever ends somebody's sessions raises it (K7). Rule: domain I10.
Json audited(const auth::User& user) {
    return {{"role", word(user.role)},
            {"is_superadmin", user.is_superadmin},
            {"is_active", user.is_active},
            {"token_version", user.token_version}};
}

ExitCode add(const Program& program, const UserWords& words) {
    OpenShop shop(program);
    const Role role = role_of(words.role);
    const std::string phone = value_or_fail(auth::staff_phone(words.phone));
    const std::string hash =
        value_or_fail(auth::hash_password(ask_password(program.environment), phone));
    auth::NewStaff staff{.shop_id = words.shop_id,
                         .name = words.name,
                         .phone = phone,
                         .role = role,
                         .is_superadmin = words.is_superadmin,
                         .password_hash = hash};
    if (!staff.shop_id && !staff.is_superadmin) staff.shop_id = shop.options.shop.shop_id;
    const UnixMs now_ms = shop.clock.now_ms();
    const auto id = value_or_fail(
        shop.database->write([&](storage::Connection& connection) -> Result<std::int64_t> {
            const auto added = auth::add_staff(connection, now_ms, staff);
            if (!added) return added;
            audit(connection, now_ms,
                  {.command = "user add",
                   .shop_id = staff.shop_id,
                   .target_kind = "staff_user",
                   .target_id = *added,
                   .after = audited(*auth::find_user(connection, *added))});
            return added;
        }));
    std::cout << "staff " << id << ": " << words.name << ", " << words.role << ", signs in with "
              << phone << '\n';
    return ExitCode::ok;
}

/// A change of the person with this phone, made and audited in one transaction.
template <class Work>
ExitCode change(const Program& program, const UserWords& words, std::string_view command,
                std::string_view done, Work&& work) {
    OpenShop shop(program);
    const std::string phone = value_or_fail(auth::staff_phone(words.phone));
    const UnixMs now_ms = shop.clock.now_ms();
    const auto changed = shop.database->write([&](storage::Connection& connection) -> Result<void> {
        const auto before = auth::find_user_by_phone(connection, phone);
        if (const auto outcome = work(connection, now_ms, phone); !outcome) return outcome;
        const auto after = auth::find_user_by_phone(connection, phone);
        if (before->token_version == after->token_version) return {};
        audit(connection, now_ms,
              {.command = command,
               .shop_id = after->shop_id,
               .target_kind = "staff_user",
               .target_id = after->id,
               .before = audited(*before),
               .after = audited(*after)});
        return {};
    });
    if (!changed) fail(changed.error());
    std::cout << phone << ": " << done << '\n';
    return ExitCode::ok;
}

ExitCode passwd(const Program& program, const UserWords& words) {
    const std::string phone = value_or_fail(auth::staff_phone(words.phone));
    const std::string hash =
        value_or_fail(auth::hash_password(ask_password(program.environment), phone));
    return change(program, words, "user passwd", "password changed; earlier sign-ins have ended",
                  [&](storage::Connection& connection, UnixMs now_ms, const std::string& e164) {
                      return auth::set_password(connection, now_ms, e164, hash);
                  });
}

void print_json(const std::vector<auth::User>& staff) {
    JsonWriter json;
    json.begin_array();
    for (const auth::User& user : staff) {
        json.begin_object();
        json.field("id", user.id);
        json.field("shop_id", user.shop_id);
        json.field("phone", user.phone);
        json.field("name", user.name);
        json.field("role", word(user.role));
        json.field("is_superadmin", user.is_superadmin);
        json.field("is_active", user.is_active);
        json.end_object();
    }
    json.end_array();
    std::cout << json.view() << '\n';
}

ExitCode list(const Program& program, const UserWords& words) {
    OpenShop shop(program);
    const auto staff = shop.database->read([&](storage::Connection& connection) {
        return auth::list_staff(connection, words.shop_id);
    });
    if (words.as_json) {
        print_json(staff);
        return ExitCode::ok;
    }
    std::vector<std::vector<std::string>> rows = {
        {"ID", "SHOP", "PHONE", "ROLE", "ACTIVE", "NAME"}};
    for (const auth::User& user : staff) {
        rows.push_back({std::to_string(user.id),
                        user.shop_id ? std::to_string(*user.shop_id) : "all", user.phone,
                        user.is_superadmin ? "superadmin" : std::string(word(user.role)),
                        user.is_active ? "yes" : "no", user.name});
    }
    std::cout << table(rows);
    return ExitCode::ok;
}

}  // namespace

void add_user(CLI::App& app, Program& program) {
    auto* user = app.add_subcommand("user", "The shop's staff accounts");
    user->require_subcommand(1);
    const auto words = std::make_shared<UserWords>();
    const auto verb = [&](const char* name, const char* meaning, auto run) {
        auto* command = user->add_subcommand(name, meaning);
        command->callback([&program, words, run] {
            program.command = [&program, words, run] { return run(program, *words); };
        });
        return command;
    };
    const auto with_phone = [&](CLI::App* command) {
        command->add_option("phone", words->phone, "Phone of the account, +7 700 000 12 34")
            ->required();
        return command;
    };

    auto* adding = with_phone(verb("add", "Add a member of staff; asks for the password", add));
    adding->add_option("--name", words->name, "Name")->required();
    adding->add_option("--role", words->role, "director, admin, manager, florist or courier")
        ->capture_default_str();
    adding->add_option("--shop", words->shop_id,
                       "Number of the shop; the default shop when left out");
    adding->add_flag("--superadmin", words->is_superadmin, "May act in every shop");

    with_phone(verb("passwd", "Set a new password; earlier sign-ins end", passwd));

    auto* role =
        with_phone(verb("role", "Change somebody's role", [](const Program& p, const UserWords& w) {
            const Role wanted = role_of(w.role);
            return change(
                p, w, "user role", "role is " + w.role,
                [&](storage::Connection& connection, UnixMs now_ms, const std::string& phone) {
                    return auth::change_role(connection, now_ms, {phone, wanted, std::nullopt});
                });
        }));
    role->add_option("role", words->role, "director, admin, manager, florist or courier")
        ->required();

    with_phone(
        verb("deactivate", "End somebody's access", [](const Program& p, const UserWords& w) {
            return change(p, w, "user deactivate", "deactivated", auth::deactivate);
        }));
    with_phone(verb("activate", "Give access back", [](const Program& p, const UserWords& w) {
        return change(p, w, "user activate", "active", auth::activate);
    }));

    auto* listing = verb("list", "Everybody with an account", list);
    listing->add_option("--shop", words->shop_id, "Only this shop");
    listing->add_flag("--json", words->as_json, "One JSON document");
}

}  // namespace shopkeeper::server::cli
