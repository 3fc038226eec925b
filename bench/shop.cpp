#include "bench/shop.hpp"

#include <atomic>
#include <cstdio>
#include <stdexcept>

#include "bench/sqlite.hpp"

namespace shopkeeper::bench {

Shop::Shop(std::unique_ptr<storage::Database> database, std::string_view staff_phone)
    : database_(std::move(database)), shop_(*database_, clock_, random_, staff_phone) {}

Shop::Shop(const std::filesystem::path& database, std::string_view staff_phone)
    : Shop(storage::open_sqlite({.path = database.string(), .create = false}), staff_phone) {}

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

Json next_order() {
    static std::atomic<std::int64_t> counter = 0;
    const std::int64_t n = ++counter;
    char phone[16];
    std::snprintf(phone, sizeof phone, "+7702%07d", static_cast<int>(n % 10'000'000));
    return {{"customer_name", "Customer " + std::to_string(n)},
            {"customer_phone", phone},
            {"items", {{{"product_id", 5}, {"quantity", 1}}}},
            {"delivery_type", "delivery"},
            {"delivery_address", "Street 1"},
            {"delivery_date", "послезавтра"},
            {"delivery_time", "14:00"}};
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
