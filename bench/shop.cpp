#include "bench/shop.hpp"

#include <stdexcept>

#include "bench/sqlite.hpp"

namespace shopkeeper::bench {

Shop::Shop(const std::filesystem::path& database, std::string_view staff_phone)
    : database_(storage::open_sqlite({.path = database.string(), .create = false})),
      shop_(*database_, clock_, random_, staff_phone) {}

std::string Shop::call(std::string_view tool, Json arguments) {
    mcp::ToolOutcome outcome = shop_.call(tool, std::move(arguments));
    if (outcome.kind != mcp::ToolOutcome::Kind::answered ||
        outcome.members.find("\"structuredContent\"") == std::string::npos)
        throw std::runtime_error(std::string(tool) + " is refused: " + outcome.members);
    return std::move(outcome.members);
}

Json Shop::result(std::string_view tool, Json arguments) {
    const auto document = parse_json("{" + call(tool, std::move(arguments)) + "}");
    if (!document) throw std::runtime_error(std::string(tool) + " answers no JSON");
    return document->at("structuredContent");
}

DatabaseCopy::DatabaseCopy(const std::filesystem::path& original, std::string_view name)
    : path_(original.parent_path() / (std::string(name) + ".db")) {
    remove_files();
    Sqlite(original).run("VACUUM INTO '" + path_.string() + "'");
    Sqlite(path_).run("PRAGMA journal_mode = WAL");
}

DatabaseCopy::~DatabaseCopy() {
    remove_files();
}

void DatabaseCopy::remove_files() const {
    for (const char* ending : {"", "-wal", "-shm"}) {
        std::error_code absent;
        std::filesystem::remove(path_.string() + ending, absent);
    }
}

}  // namespace shopkeeper::bench
