#include <CLI/CLI.hpp>
#include <iostream>

#include "base/utc_text.hpp"
#include "domains/auth/grants.hpp"
#include "domains/auth/staff.hpp"
#include "domains/auth/staff_identities.hpp"
#include "server/cli/program.hpp"
#include "server/cli/verb.hpp"
#include "server/operator_audit.hpp"
#include "server/terminal.hpp"

namespace shopkeeper::server::cli {
namespace {

struct AccessWords {
    std::string phone;
    std::string grant_id;
    std::string issuer;
    std::string subject;
};

/// Everything of a grant but its id, its person and its program stays out of the chain (I10).
void audit_grant(storage::Connection& connection, UnixMs now_ms, const auth::User& user,
                 std::string_view command, const std::string& client_id) {
    audit(connection, now_ms,
          {.command = command,
           .shop_id = user.shop_id,
           .target_kind = "staff_user",
           .target_id = user.id,
           .after = {{"client_id", client_id}}});
}

ExitCode list(const Program& program, const AccessWords& words) {
    OpenShop shop(program);
    std::vector<std::vector<std::string>> rows = {{"ID", "PHONE", "PROGRAM", "LAST USED", "MAY"}};
    shop.database->read([&](storage::Connection& connection) {
        std::optional<std::int64_t> user_id;
        if (!words.phone.empty()) {
            const auto phone = value_or_fail(auth::staff_phone(words.phone));
            const auto user = auth::find_user_by_phone(connection, phone);
            user_id = user ? user->id : 0;
        }
        for (const auth::Grant& grant : auth::list_grants(connection, user_id)) {
            const auto user = auth::find_user(connection, grant.user_id);
            rows.push_back({grant.id, user ? user->phone : "", grant.client_name,
                            utc::rfc3339(grant.used_ms), grant.scopes.text()});
        }
    });
    std::cout << table(rows);
    return ExitCode::ok;
}

ExitCode end(const Program& program, const AccessWords& words) {
    OpenShop shop(program);
    const UnixMs now_ms = shop.clock.now_ms();
    const auto ended = shop.database->write([&](storage::Connection& connection) -> Result<void> {
        const auto grant = auth::find_grant(connection, words.grant_id);
        if (!grant) return not_found("access", words.grant_id);
        auth::end_grant(connection, grant->id, now_ms);
        if (const auto user = auth::find_user(connection, grant->user_id))
            audit_grant(connection, now_ms, *user, "access end", grant->client_id);
        return {};
    });
    if (!ended) fail(ended.error());
    std::cout << words.grant_id << ": ended\n";
    return ExitCode::ok;
}

ExitCode link(const Program& program, const AccessWords& words) {
    OpenShop shop(program);
    const std::string phone = value_or_fail(auth::staff_phone(words.phone));
    const UnixMs now_ms = shop.clock.now_ms();
    const auto linked = shop.database->write([&](storage::Connection& connection) -> Result<void> {
        const auto done =
            auth::link_identity(connection, now_ms, phone, words.issuer, words.subject);
        if (!done) return done;
        audit_grant(connection, now_ms, *auth::find_user_by_phone(connection, phone), "access link",
                    words.issuer);
        return {};
    });
    if (!linked) fail(linked.error());
    std::cout << phone << ": tokens of " << words.issuer << " for " << words.subject
              << " are theirs\n";
    return ExitCode::ok;
}

ExitCode unlink(const Program& program, const AccessWords& words) {
    OpenShop shop(program);
    const UnixMs now_ms = shop.clock.now_ms();
    const auto unlinked =
        shop.database->write([&](storage::Connection& connection) -> Result<void> {
            const auto user_id = auth::find_linked_user(connection, words.issuer, words.subject);
            const auto done = auth::unlink_identity(connection, words.issuer, words.subject);
            if (!done) return done;
            if (const auto user = auth::find_user(connection, user_id.value_or(0)))
                audit_grant(connection, now_ms, *user, "access unlink", words.issuer);
            return {};
        });
    if (!unlinked) fail(unlinked.error());
    std::cout << words.subject << ": unlinked\n";
    return ExitCode::ok;
}

}  // namespace

void add_access(CLI::App& app, Program& program) {
    auto* access = app.add_subcommand("access", "Programs that staff let in, and other sign-ins");
    access->require_subcommand(1);
    const auto words = std::make_shared<AccessWords>();
    const auto verb = [&](const char* name, const char* meaning, auto run) {
        auto* command = access->add_subcommand(name, meaning);
        command->callback([&program, words, run] {
            program.command = [&program, words, run] { return run(program, *words); };
        });
        return command;
    };
    auto* listing = verb("list", "Programs that may act for staff", list);
    listing->add_option("--staff", words->phone, "Only for the account with this phone");
    verb("end", "End a program's access, at once", end)
        ->add_option("id", words->grant_id, "Id of the access, of `access list`")
        ->required();

    const auto with_subject = [&](CLI::App* command) {
        command->add_option("--issuer", words->issuer, "Issuer URL of the authorization server")
            ->required();
        command->add_option("--subject", words->subject, "What its tokens call the person (sub)")
            ->required();
        return command;
    };
    with_subject(verb("link", "Tokens of another server are a member of staff's", link))
        ->add_option("phone", words->phone, "Phone of the account")
        ->required();
    with_subject(verb("unlink", "They are nobody's any more", unlink));
}

}  // namespace shopkeeper::server::cli
