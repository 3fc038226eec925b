#include <CLI/CLI.hpp>
#include <iostream>

#include "base/json_writer.hpp"
#include "server/cli/program.hpp"
#include "server/db_backup.hpp"
#include "server/db_restore.hpp"
#include "server/open_database.hpp"
#include "server/terminal.hpp"
#include "storage/copy/copy.hpp"
#include "storage/migrate.hpp"

namespace shopkeeper::server::cli {
namespace {

struct Words {
    std::string file;
    std::string from;
    std::string to;
    bool force = false;
    bool restart = false;
    bool as_json = false;
};

/// What is being done, in front of a person who waits.
class Told {
public:
    explicit Told(std::string task) : task_(std::move(task)), progress_(task_) {}
    Tell tell() {
        return [this](const std::string& what) { progress_.tell(task_ + ": " + what); };
    }

private:
    const std::string task_;
    Progress progress_;
};

ExitCode backup(const Program& program, const Words& words) {
    const Options options = program.options();
    const SystemClock clock;
    const auto database = connect(options, WhenMissing::refuse);
    const std::filesystem::path file = words.file.empty()
                                           ? backup_file(options.home, clock.now_ms())
                                           : std::filesystem::path(words.file);
    Backup done;
    {
        Told told("backup");
        done = back_up(*database, options, file, clock, told.tell());
    }
    if (words.as_json) {
        JsonWriter json;
        json.begin_object();
        json.field("file", done.file.string());
        json.field("bytes", done.bytes);
        json.field("schema", done.schema);
        json.end_object();
        std::cout << json.view() << '\n';
    } else {
        std::cout << table({{"backup", done.file.string()},
                            {"bytes", std::to_string(done.bytes)},
                            {"schema", std::to_string(done.schema)}});
    }
    return ExitCode::ok;
}

ExitCode restore(const Program& program, const Words& words) {
    const Options options = program.options();
    const SystemClock clock;
    Restored done;
    {
        Told told("restore");
        done = server::restore(words.file, options, words.force, clock, told.tell());
    }
    if (words.as_json) {
        JsonWriter json;
        json.begin_object();
        json.field("database", options.database.shown());
        json.field("schema_of_backup", done.schema_of_backup);
        json.field("schema", done.schema);
        json.field("put_aside", done.put_aside.string());
        json.field("findings", static_cast<std::int64_t>(done.findings.size()));
        json.end_object();
        std::cout << json.view() << '\n';
    } else {
        std::vector<std::vector<std::string>> rows = {{"database", options.database.shown()}};
        rows.push_back({"schema", std::to_string(done.schema) + ", the backup had " +
                                      std::to_string(done.schema_of_backup)});
        if (!done.put_aside.empty()) rows.push_back({"put aside", done.put_aside.string()});
        std::cout << table(rows);
    }
    for (const Finding& finding : done.findings) {
        std::cerr << "shopkeeper: the backup breaks " << finding.check << " (" << finding.says
                  << "); `shopkeeper db check` names the rows\n";
    }
    return ExitCode::ok;
}

void print_json(const storage::CopyReport& report) {
    JsonWriter json;
    json.begin_object();
    json.field("resumed", report.resumed);
    json.field("rows_copied", report.rows_copied);
    json.field("digest", report.digest);
    json.key("tables");
    json.begin_array();
    for (const storage::TableDigest& each : report.tables) {
        json.begin_object();
        json.field("table", each.table);
        json.field("rows", each.rows);
        json.field("digest", each.digest);
        json.end_object();
    }
    json.end_array();
    json.end_object();
    std::cout << json.view() << '\n';
}

void print_text(const storage::CopyReport& report) {
    constexpr std::size_t kDigitsShown = 16;
    std::vector<std::vector<std::string>> rows = {{"table", "rows", "digest"}};
    std::int64_t all = 0;
    for (const storage::TableDigest& each : report.tables) {
        rows.push_back(
            {each.table, std::to_string(each.rows), each.digest.substr(0, kDigitsShown)});
        all += each.rows;
    }
    rows.push_back({"all", std::to_string(all), report.digest.substr(0, kDigitsShown)});
    std::cout << table(rows) << (report.resumed ? "resumed; " : "") << "copied "
              << report.rows_copied << " rows in this run; source and target hold the same\n";
}

ExitCode copy(const Program& program, const Words& words) {
    const Options options = program.options();
    const SystemClock clock;
    const auto source = connect_to(words.from, options, WhenMissing::refuse);
    const auto target = connect_to(words.to, options, WhenMissing::create);
    storage::CopyReport report;
    {
        Told told("copy");
        report = storage::copy_database(
            *source, *target, storage::read_migrations(embedded::migrations()), clock.now_ms(),
            {.restart = words.restart, .on_step = in_words(told.tell())});
    }
    if (words.as_json)
        print_json(report);
    else
        print_text(report);
    return ExitCode::ok;
}

template <class Verb>
void run_with(CLI::App* command, Program& program, const std::shared_ptr<Words>& words, Verb verb) {
    command->add_flag("--json", words->as_json, "One JSON document");
    command->callback([&program, words, verb] {
        program.command = [&program, words, verb] { return verb(program, *words); };
    });
}

}  // namespace

void add_db_copies(CLI::App& db, Program& program) {
    const auto words = std::make_shared<Words>();

    auto* save =
        db.add_subcommand("backup", "Write one SQLite file, while the shop goes on selling");
    save->add_option("file", words->file, "Default: backups/shop-<time>.db in the home");
    run_with(save, program, words, backup);

    auto* load = db.add_subcommand("restore", "Make the database what a backup holds");
    load->add_option("file", words->file, "A file that backup wrote")->required();
    load->add_flag("--force", words->force,
                   "Although there is a shop, which is put aside, or the backup breaks rules");
    run_with(load, program, words, restore);

    auto* move = db.add_subcommand(
        "copy",
        "Copy all shops into another database, and compare every row; goes on with a copy "
        "that was interrupted");
    move->add_option("--from", words->from, "Database that is read")->required();
    move->add_option("--to", words->to, "Database that is filled: new, empty or half copied")
        ->required();
    move->add_flag("--restart", words->restart, "Throw an unfinished copy away and begin anew");
    run_with(move, program, words, copy);
}

}  // namespace shopkeeper::server::cli
