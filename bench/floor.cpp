#include "bench/floor.hpp"

namespace shopkeeper::bench {
namespace {

std::vector<std::string>* recording = nullptr;

int record_statement(unsigned, void*, void* statement, void*) {
    char* sql = sqlite3_expanded_sql(static_cast<sqlite3_stmt*>(statement));
    if (recording && sql) recording->emplace_back(sql);
    sqlite3_free(sql);
    return 0;
}

int trace_connection(sqlite3* handle, char**, const sqlite3_api_routines*) {
    return sqlite3_trace_v2(handle, SQLITE_TRACE_STMT, record_statement, nullptr);
}

/// SQLite's own type of this hook is a function without parameters.
const auto kHook = reinterpret_cast<void (*)()>(trace_connection);

}  // namespace

StatementTrace::StatementTrace() {
    sqlite3_auto_extension(kHook);
}

StatementTrace::~StatementTrace() {
    sqlite3_cancel_auto_extension(kHook);
}

std::vector<std::string> StatementTrace::of(const std::function<void()>& work) {
    std::vector<std::string> statements;
    recording = &statements;
    work();
    recording = nullptr;
    return statements;
}

Floor::Floor(const std::filesystem::path& database, const std::vector<std::string>& statements,
             const Json& document)
    : database_(database) {
    database_.run("PRAGMA cache_size = -8000");
    for (const std::string& sql : statements) statements_.push_back(database_.prepare(sql));
    record(document);
}

Floor::~Floor() {
    for (sqlite3_stmt* statement : statements_) sqlite3_finalize(statement);
}

std::size_t Floor::run() {
    std::size_t read = 0;
    for (sqlite3_stmt* statement : statements_) {
        while (sqlite3_step(statement) == SQLITE_ROW) {
            for (int column = 0; column < sqlite3_column_count(statement); ++column) {
                if (sqlite3_column_type(statement, column) == SQLITE_TEXT)
                    read += static_cast<std::size_t>(sqlite3_column_text(statement, column)[0]);
                else
                    read += static_cast<std::size_t>(sqlite3_column_int64(statement, column));
            }
        }
        sqlite3_reset(statement);
    }
    JsonWriter writer;
    for (const auto& step : steps_) step(writer);
    return read + writer.view().size();
}

void Floor::record(const Json& json) {
    const auto value = [this](auto content) {
        steps_.emplace_back(
            [content = std::move(content)](JsonWriter& out) { out.value(content); });
    };
    if (json.is_object()) {
        steps_.emplace_back([](JsonWriter& out) { out.begin_object(); });
        for (const auto& member : json.items()) {
            steps_.emplace_back([name = member.key()](JsonWriter& out) { out.key(name); });
            record(member.value());
        }
        steps_.emplace_back([](JsonWriter& out) { out.end_object(); });
    } else if (json.is_array()) {
        steps_.emplace_back([](JsonWriter& out) { out.begin_array(); });
        for (const Json& element : json) record(element);
        steps_.emplace_back([](JsonWriter& out) { out.end_array(); });
    } else if (json.is_string()) {
        value(json.get<std::string>());
    } else if (json.is_boolean()) {
        value(json.get<bool>());
    } else if (json.is_number_integer()) {
        value(json.get<std::int64_t>());
    } else if (json.is_number()) {
        value(json.get<double>());
    } else {
        steps_.emplace_back([](JsonWriter& out) { out.null(); });
    }
}

}  // namespace shopkeeper::bench
