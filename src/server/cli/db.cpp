#include <CLI/CLI.hpp>
#include <iostream>

#include "base/json_writer.hpp"
#include "server/cli/program.hpp"
#include "server/db_check.hpp"
#include "server/open_database.hpp"
#include "server/terminal.hpp"
#include "storage/copy/copy.hpp"
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

std::vector<std::string> names_behind(const std::vector<storage::Migration>& migrations,
                                      const storage::SchemaState& schema) {
    std::vector<std::string> names;
    for (const storage::Migration& migration : migrations) {
        if (migration.version > schema.current) names.push_back(migration.name);
    }
    return names;
}

/// What there is to say about a database of any schema.
class Status {
public:
    Status(const Options& options, storage::Database& database)
        : options_(options),
          database_(database),
          migrations_(storage::read_migrations(embedded::migrations())),
          schema_(storage::schema_state(database, migrations_)),
          pending_(names_behind(migrations_, schema_)),
          is_unfinished_(storage::is_unfinished_copy(database)),
          wall_(database.inspect_wall()) {}

    bool is_ready() const { return pending_.empty() && !is_unfinished_; }

    void read() {
        json_.begin_object();
        add("database", "path", options_.database.shown());
        add("engine", "engine", std::string(database_.engine()));
        if (database_.engine() == "sqlite") {
            add("bytes", "bytes",
                static_cast<std::int64_t>(std::filesystem::file_size(options_.database.file)));
        }
        json_.field("schema", schema_.current);
        json_.field("schema_expected", schema_.expected);
        json_.field("pending", pending_);
        json_.field("unfinished_copy", is_unfinished_);
        rows_.push_back({"schema", std::to_string(schema_.current) + " of " +
                                       std::to_string(schema_.expected)});
        for (const std::string& name : pending_) rows_.push_back({"pending", name});
        if (wall_) add("wall", "wall", strength());
        if (pending_.empty()) count();  // an older schema may lack the tables
    }

    void print(bool as_json) {
        json_.end_object();
        if (as_json)
            std::cout << json_.view() << '\n';
        else
            std::cout << table(rows_);
        if (is_unfinished_) {
            std::cerr << "shopkeeper: the database is an unfinished copy; run `shopkeeper db copy` "
                         "again to finish it\n";
        }
        if (wall_ && options_.database.has_wall && !wall_->missing.empty())
            std::cerr << "shopkeeper: the wall between shops is not whole: " << wall_->missing
                      << '\n';
        if (!pending_.empty()) {
            std::cerr << "shopkeeper: the schema is older than this program; the next start or "
                         "`shopkeeper db migrate` brings it up to date\n";
        }
    }

private:
    /// "off" is what was configured; the policies are there all the same.
    std::string strength() const {
        return options_.database.has_wall ? std::string(word(wall_->strength)) : "off";
    }
    void add(std::string_view label, std::string_view name, const std::string& text) {
        rows_.push_back({std::string(label), text});
        json_.field(name, text);
    }
    void add(std::string_view label, std::string_view name, std::int64_t number) {
        rows_.push_back({std::string(label), std::to_string(number)});
        json_.field(name, number);
    }
    void count() {
        database_.read([&](storage::Connection& connection) {
            for (const Count& each : kCounts) {
                add(each.what, each.what, connection.query(each.sql).front().get<std::int64_t>(0));
            }
        });
    }

    const Options& options_;
    storage::Database& database_;
    const std::vector<storage::Migration> migrations_;
    const storage::SchemaState schema_;
    const std::vector<std::string> pending_;
    const bool is_unfinished_;
    const std::optional<storage::Wall> wall_;
    JsonWriter json_;
    std::vector<std::vector<std::string>> rows_;
};

ExitCode status(const Program& program, bool as_json) {
    const Options options = program.options();
    const auto database = connect(options, WhenMissing::refuse);
    Status status(options, *database);
    status.read();
    status.print(as_json);
    return status.is_ready() ? ExitCode::ok : ExitCode::failure;
}

ExitCode migrate(const Program& program, bool only_look, bool as_json) {
    const Options options = program.options();
    const SystemClock clock;
    const auto database = connect(options, WhenMissing::refuse);
    const auto migrations = storage::read_migrations(embedded::migrations());
    const auto schema = storage::schema_state(*database, migrations);
    const std::vector<std::string> names = names_behind(migrations, schema);
    if (!only_look) {  // with no file to apply too: a role may have come that lacks its rights
        const Progress progress("migrating " + options.database.shown());
        storage::migrate(*database, migrations, clock.now_ms());
    }
    if (as_json) {
        JsonWriter json;
        json.begin_object();
        json.field("schema", only_look ? schema.current : schema.expected);
        json.field("schema_expected", schema.expected);
        json.field(only_look ? "pending" : "applied", names);
        json.end_object();
        std::cout << json.view() << '\n';
        return ExitCode::ok;
    }
    for (const std::string& name : names)
        std::cout << (only_look ? "pending  " : "applied  ") << name << '\n';
    if (names.empty()) std::cout << "nothing to do: schema " << schema.current << '\n';
    return ExitCode::ok;
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
        const Progress progress("checking " + options.database.shown());
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
    auto* db = app.add_subcommand("db", "Look at the database, copy it, bring it up to date");
    db->require_subcommand(1);
    const auto as_json = std::make_shared<bool>(false);

    add_db_copies(*db, program);

    auto* show = db->add_subcommand("status", "Where it is and what it holds");
    show->add_flag("--json", *as_json, "One JSON document");
    show->callback([&program, as_json] {
        program.command = [&program, as_json] { return status(program, *as_json); };
    });

    const auto only_look = std::make_shared<bool>(false);
    auto* update = db->add_subcommand("migrate", "Bring the schema up to this program's");
    update->add_flag("--dry-run", *only_look, "Say what is missing, and change nothing");
    update->add_flag("--json", *as_json, "One JSON document");
    update->callback([&program, as_json, only_look] {
        program.command = [&program, as_json, only_look] {
            return migrate(program, *only_look, *as_json);
        };
    });

    auto* verify = db->add_subcommand(
        "check", "Whether ledgers, totals, histories and references agree; changes nothing");
    verify->add_flag("--json", *as_json, "One JSON document");
    verify->callback([&program, as_json] {
        program.command = [&program, as_json] { return check(program, *as_json); };
    });
}

}  // namespace shopkeeper::server::cli
