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

ScratchFile::ScratchFile(std::filesystem::path path) : path_(std::move(path)) {
    remove_files();
}

ScratchFile::~ScratchFile() {
    remove_files();
}

void ScratchFile::remove_files() const {
    for (const char* ending : {"", "-wal", "-shm"}) {
        std::error_code absent;
        std::filesystem::remove(path_.string() + ending, absent);
    }
}

DatabaseCopy::DatabaseCopy(const std::filesystem::path& original, std::string_view name)
    : ScratchFile(original.parent_path() / (std::string(name) + ".db")) {
    Sqlite(original).run("VACUUM INTO '" + path().string() + "'");
    Sqlite(path()).run("PRAGMA journal_mode = WAL");
}

harness::TownShop invent_shop(const std::filesystem::path& file, std::int64_t products,
                              std::int64_t orders) {
    const auto database = storage::open_sqlite({.path = file.string()});
    const auto quietly = [](const std::string&) {};
    const harness::TownSize size{.shops = 1, .products = products, .orders = orders};
    return harness::build_town(*database, size, quietly).shops.front();
}

}  // namespace shopkeeper::bench
