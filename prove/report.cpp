#include "prove/report.hpp"

#include "base/json_writer.hpp"
#include "server/db_check.hpp"

namespace shopkeeper::prove {
namespace {

constexpr std::size_t kIdsShown = 10;

void write_texts(JsonWriter& out, const std::vector<std::string>& texts) {
    out.begin_array();
    for (const std::string& text : texts) out.value(text);
    out.end_array();
}

}  // namespace

void Report::expect(std::string_view what, std::int64_t is, std::int64_t should) {
    expect(what, std::to_string(is), std::to_string(should));
}

void Report::expect(std::string_view what, std::string_view is, std::string_view should) {
    if (is == should) return;
    findings.push_back(std::string(what) + ": " + std::string(is) + " instead of " +
                       std::string(should));
}

void add(Tally& to, const Tally& more) {
    for (const auto& [word, times] : more) to[word] += times;
}

void check_invariants(storage::Database& database, std::int64_t now_ms, Report& report) {
    for (const server::Finding& finding : server::check_database(database, now_ms).findings) {
        std::string ids;
        for (std::size_t i = 0; i < finding.ids.size() && i < kIdsShown; ++i)
            ids += " " + finding.ids[i];
        if (finding.ids.size() > kIdsShown)
            ids += " and " + std::to_string(finding.ids.size() - kIdsShown) + " more";
        report.findings.push_back("db check, " + finding.check + ": not so that " + finding.says +
                                  ":" + ids);
    }
}

std::string to_json(const Report& report) {
    JsonWriter out;
    out.begin_object();
    out.key("tables");
    out.begin_array();
    for (const Table& table : report.tables) {
        out.begin_object();
        out.key("head");
        write_texts(out, table.head);
        out.key("rows");
        out.begin_array();
        for (const auto& row : table.rows) write_texts(out, row);
        out.end_array();
        out.end_object();
    }
    out.end_array();
    out.key("findings");
    write_texts(out, report.findings);
    out.end_object();
    return std::move(out).take();
}

}  // namespace shopkeeper::prove
