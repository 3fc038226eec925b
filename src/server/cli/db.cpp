#include <CLI/CLI.hpp>
#include <iostream>

#include "base/json_writer.hpp"
#include "server/cli/program.hpp"
#include "server/db_check.hpp"
#include "server/open_database.hpp"
#include "server/terminal.hpp"
#include "storage/migrate.hpp"

namespace shopkeeper::server::cli {
namespace {

constexpr std::size_t kIdsShown = 10;

struct Count {
    std::string_view what;
    std::string_view sql;
};
constexpr Count kCounts[] = {
    {"shops", "SELECT COUNT(*) FROM shop"},
    {"staff", "SELECT COUNT(*) FROM staff_user"},
    {"products", "SELECT COUNT(*) FROM product"},
    {"warehouse_items", "SELECT COUNT(*) FROM warehouse_item"},
    {"clients", "SELECT COUNT(*) FROM client"},
    {"orders", "SELECT COUNT(*) FROM orders"},
    {"reviews", "SELECT COUNT(*) FROM review"},
};

ExitCode status(const Program& program, bool as_json) {
    const Options options = program.options();
    const SystemClock clock;
    const auto database =
        storage::open_sqlite({.path = options.database.string(), .create = false});
    const auto schema =
        storage::schema_state(*database, storage::read_migrations(embedded::migrations()));
    const bool is_current = schema.current == schema.expected;

    JsonWriter json;
    json.begin_object();
    json.field("path", options.database.string());
    json.field("engine", database->engine());
    json.field("bytes", static_cast<std::int64_t>(std::filesystem::file_size(options.database)));
    json.field("schema", schema.current);
    json.field("schema_expected", schema.expected);
    std::vector<std::vector<std::string>> rows = {
        {"database", options.database.string()},
        {"schema", std::to_string(schema.current) + " of " + std::to_string(schema.expected)}};
    for (const Count& count : kCounts) {
        if (!is_current) break;  // an older schema may lack the tables
        const auto number = database->read([&](storage::Connection& connection) {
            return connection.query(count.sql).front().get<std::int64_t>(0);
        });
        json.field(count.what, number);
        rows.push_back({std::string(count.what), std::to_string(number)});
    }
    json.end_object();
    if (as_json)
        std::cout << json.view() << '\n';
    else
        std::cout << table(rows);
    if (!is_current)
        std::cerr << "shopkeeper: the schema is older than this program; the next start brings it "
                     "up to date\n";
    return is_current ? ExitCode::ok : ExitCode::failure;
}

void print_json(const CheckReport& report) {
    JsonWriter json;
    json.begin_object();
    json.field("ok", report.findings.empty());
    json.field("checks", static_cast<std::int64_t>(report.checks));
    json.key("findings");
    json.begin_array();
    for (const Finding& finding : report.findings) {
        json.begin_object();
        json.field("check", finding.check);
        json.field("table", finding.table);
        json.field("rule", finding.says);
        json.field("ids", finding.ids);
        json.end_object();
    }
    json.end_array();
    json.end_object();
    std::cout << json.view() << '\n';
}

void print_text(const CheckReport& report) {
    for (const Finding& finding : report.findings) {
        std::cout << "fail  " << finding.check << "  " << finding.table << ": ";
        for (std::size_t i = 0; i < finding.ids.size() && i < kIdsShown; ++i)
            std::cout << (i > 0 ? ", " : "") << finding.ids[i];
        if (finding.ids.size() > kIdsShown)
            std::cout << " and " << finding.ids.size() - kIdsShown << " more";
        std::cout << "\n      broken: " << finding.says << '\n';
    }
    std::cout << report.checks - report.findings.size() << " ok, " << report.findings.size()
              << " fail\n";
}

ExitCode check(const Program& program, bool as_json) {
    Options options = program.options();
    options.migrates = false;  // looking changes nothing
    const SystemClock clock;
    const auto database = open_database(options, WhenMissing::refuse, clock);
    CheckReport report;
    {
        const Progress progress("checking " + options.database.string());
        report = check_database(*database, clock.now_ms());
    }
    if (as_json)
        print_json(report);
    else
        print_text(report);
    return report.findings.empty() ? ExitCode::ok : ExitCode::failure;
}

}  // namespace

void add_db(CLI::App& app, Program& program) {
    auto* db = app.add_subcommand("db", "Look at the database");
    db->require_subcommand(1);
    const auto as_json = std::make_shared<bool>(false);

    auto* show = db->add_subcommand("status", "Where it is and what it holds");
    show->add_flag("--json", *as_json, "One JSON document");
    show->callback([&program, as_json] {
        program.command = [&program, as_json] { return status(program, *as_json); };
    });

    auto* verify = db->add_subcommand(
        "check", "Whether ledgers, totals, histories and references agree; changes nothing");
    verify->add_flag("--json", *as_json, "One JSON document");
    verify->callback([&program, as_json] {
        program.command = [&program, as_json] { return check(program, *as_json); };
    });
}

}  // namespace shopkeeper::server::cli
