#include <CLI/CLI.hpp>
#include <iostream>

#include "base/json.hpp"
#include "base/phone.hpp"
#include "domains/privacy/erase.hpp"
#include "domains/privacy/export.hpp"
#include "server/cli/program.hpp"
#include "server/cli/verb.hpp"
#include "server/operator_audit.hpp"
#include "server/terminal.hpp"
#include "storage/sqlite_file.hpp"

namespace shopkeeper::server::cli {
namespace {

struct ClientWords {
    std::string phone;
    std::optional<std::int64_t> shop_id;
    bool as_json = false;
    bool is_sure = false;
};

/// Neither names the person nor says how to reach it. Rule: domain I10.
void audit_client(storage::Connection& connection, UnixMs now_ms, std::string_view command,
                  const privacy::Person& person, Json after) {
    audit(connection, now_ms,
          {.command = command,
           .shop_id = person.shop_id,
           .target_kind = "client",
           .target_id = person.client_id,
           .after = std::move(after)});
}

Json counted(const privacy::Erased& erased) {
    return {{"orders", erased.orders},     {"named_in", erased.named_in},
            {"history", erased.history},   {"reviews", erased.reviews},
            {"messages", erased.messages}, {"kept_results", erased.kept_results}};
}

ExitCode export_client(const Program& program, const ClientWords& words) {
    OpenShop open(program);
    const std::int64_t shop_id = words.shop_id.value_or(open.options.shop.shop_id);
    const UnixMs now_ms = open.clock.now_ms();
    const auto document = value_or_fail(
        open.database->write([&](storage::Connection& connection) -> Result<std::string> {
            const auto person = privacy::find_person(connection, shop_id, words.phone);
            if (!person) return Refusal(person.error());
            auto exported = privacy::export_person(connection, *person, now_ms);
            audit_client(connection, now_ms, "client export", *person, {{"exported", true}});
            return exported;
        }));
    if (words.as_json)
        std::cout << document << '\n';
    else
        std::cout << Json::parse(document).dump(2) << '\n';
    return ExitCode::ok;
}

void ask_to_erase(const ClientWords& words, std::int64_t shop_id) {
    if (words.is_sure) return;
    const auto sure = confirm("Erase what shop " + std::to_string(shop_id) + " holds on " +
                              words.phone + "? It cannot be brought back.");
    if (!sure) throw CommandFailure(ExitCode::usage, "add --yes to erase without being asked");
    if (!*sure) throw CommandFailure(ExitCode::failure, "nothing was erased");
}

struct Outcome {
    std::optional<privacy::Erased> erased;  ///< nullopt: no client has this phone (any more)
    bool is_scrubbed = true;
};

void report(const ClientWords& words, const Outcome& outcome) {
    if (words.as_json) {
        Json json = {{"was_client", outcome.erased.has_value()}, {"scrubbed", outcome.is_scrubbed}};
        json["erased"] = outcome.erased ? counted(*outcome.erased) : Json();
        std::cout << dump_json(json) << '\n';
    } else if (!outcome.erased) {
        std::cout << "no client has this phone: nothing to erase\n";
    } else {
        const privacy::Erased& erased = *outcome.erased;
        std::cout << "erased from " << erased.orders << " orders, " << erased.named_in
                  << " orders of others, " << erased.reviews << " reviews, " << erased.messages
                  << " messages and " << erased.kept_results << " kept results\n";
    }
    if (!outcome.is_scrubbed) {
        std::cerr << "the database's log still holds an earlier state that somebody reads: run "
                     "this again, or stop the server\n";
    }
    if (outcome.erased) std::cerr << "backups made before still hold the person\n";
}

ExitCode erase_client(const Program& program, const ClientWords& words) {
    OpenShop open(program);
    const std::int64_t shop_id = words.shop_id.value_or(open.options.shop.shop_id);
    ask_to_erase(words, shop_id);
    const UnixMs now_ms = open.clock.now_ms();
    Outcome outcome;
    outcome.erased = value_or_fail(open.database->write(
        [&](storage::Connection& connection) -> Result<std::optional<privacy::Erased>> {
            const auto person = privacy::find_person(connection, shop_id, words.phone);
            if (!person && person.error().details.entity == "client")
                return std::optional<privacy::Erased>();
            if (!person) return Refusal(person.error());
            const auto erased = privacy::erase_person(connection, *person, now_ms);
            if (!erased) return Refusal(erased.error());
            audit_client(connection, now_ms, "client erase", *person, counted(*erased));
            return std::optional(*erased);
        }));
    // Also when there was nothing to erase: an earlier run may have been cut off before this.
    if (!open.options.database.file.empty()) {
        const Progress progress("Writing the database anew");
        outcome.is_scrubbed = storage::scrub_sqlite_file(open.options.database.file.string());
    }
    report(words, outcome);
    return outcome.is_scrubbed ? ExitCode::ok : ExitCode::unavailable;
}

}  // namespace

void add_client(CLI::App& app, Program& program) {
    auto* client = app.add_subcommand("client", "What is held on one customer");
    client->require_subcommand(1);
    const auto words = std::make_shared<ClientWords>();
    const auto verb = [&](const char* name, const char* meaning, auto run) {
        auto* command = client->add_subcommand(name, meaning);
        command->add_option("phone", words->phone, "Phone of the customer, +7 700 000 12 34")
            ->required();
        command->add_option("--shop", words->shop_id,
                            "Number of the shop; the default shop when left out");
        command->callback([&program, words, run] {
            program.command = [&program, words, run] { return run(program, *words); };
        });
        return command;
    };

    verb("export", "Show everything that is held, as one JSON document", export_client)
        ->add_flag("--json", words->as_json, "In one line");

    auto* erasing = verb("erase", "Erase the person; orders keep their amounts", erase_client);
    erasing->add_flag("--json", words->as_json, "One JSON document");
    erasing->add_flag("--yes", words->is_sure, "Do not ask");
}

}  // namespace shopkeeper::server::cli
