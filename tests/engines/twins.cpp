#include "engines/twins.hpp"

#include <catch2/catch.hpp>
#include <regex>

#include "journal/audit.hpp"
#include "storage/copy/copy.hpp"
#include "support/test_database.hpp"

namespace shopkeeper::test {
namespace {

constexpr std::size_t kRowsPerBatch = 2000;

/// Numbers of requests count on through the whole process.
std::string without_request_ids(const std::string& text) {
    static const std::regex kRequestId(R"(r-\d+)");
    return std::regex_replace(text, kRequestId, "r-n");
}

/// The table without the columns that are of one process.
storage::Table comparable(storage::Table table) {
    for (std::size_t i = table.columns.size(); i-- > 0;) {
        if (table.columns[i].name != "trace_id" && table.columns[i].name != "request_id") continue;
        table.columns.erase(table.columns.begin() + static_cast<std::ptrdiff_t>(i));
        for (std::size_t& column : table.key) column -= column > i ? 1 : 0;
    }
    return table;
}

}  // namespace

Twins::Twins(UnixMs now_ms, const std::function<void(Twins&, storage::Database&)>& fill)
    : clock(now_ms) {
    const auto migrations = storage::read_migrations(embedded::migrations());
    sqlite_.database = storage::open_sqlite({.path = ":memory:"});
    storage::migrate(*sqlite_.database, migrations, now_ms);
    fill(*this, *sqlite_.database);
    postgresql_.database = empty_database();
    storage::copy_database(*sqlite_.database, *postgresql_.database, migrations, now_ms);
}

harness::LocalShop& Twins::side(Side& side, const std::string& who) {
    auto& caller = side.callers[who];
    if (!caller) {
        caller = std::make_unique<harness::LocalShop>(*side.database, clock, side.random,
                                                      who == "guest" ? "" : who);
    }
    return *caller;
}

harness::Reply Twins::ask(const std::string& who, std::string_view tool, Json arguments) {
    INFO(who << ": " << tool << " " << arguments.dump());
    const auto lite = side(sqlite_, who).call(tool, arguments);
    const auto post = side(postgresql_, who).call(tool, arguments);
    REQUIRE(lite.kind == mcp::ToolOutcome::Kind::answered);
    REQUIRE(post.kind == mcp::ToolOutcome::Kind::answered);
    CHECK(without_request_ids(post.members) == without_request_ids(lite.members));
    CHECK(without_request_ids(post.meta) == without_request_ids(lite.meta));

    harness::Reply reply;
    const Json members = Json::parse("{" + lite.members + "}");
    if (members.value("isError", false)) {
        reply.error = Json::parse(members["content"][0]["text"].get<std::string>()).at("error");
    } else {
        reply.result = members.at("structuredContent");
        succeeded_.emplace(tool);
    }
    return reply;
}

void Twins::compare_rows() {
    const auto migrations = storage::read_migrations(embedded::migrations());
    sqlite_.database->read([&](storage::Connection& lite) {
        postgresql_.database->read([&](storage::Connection& post) {
            for (const storage::Table& table : storage::tables_of(migrations)) {
                INFO(table.name);
                if (table.name != "audit_log")
                    CHECK_NOTHROW(
                        storage::compare_table(lite, post, comparable(table), kRowsPerBatch));
            }
            for (storage::Connection* side : {&lite, &post})
                CHECK(journal::first_broken_audit_row(*side, 8) == 0);
        });
    });
}

}  // namespace shopkeeper::test
