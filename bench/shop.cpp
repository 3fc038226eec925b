#include "bench/shop.hpp"

#include <stdexcept>

#include "base/embedded.hpp"
#include "bench/sqlite.hpp"
#include "tools/register_all.hpp"

namespace shopkeeper::bench {

Shop::Shop(const std::filesystem::path& database, std::string_view staff_phone)
    : database_(storage::open_sqlite({.path = database.string(), .create = false})),
      rate_limits_(tools::RateOptions{.enabled = false}) {
    authority_.token_secret = "a-token-secret-of-the-bench-0123456789abcdef";
    authority_.address_key = "an-address-key-of-the-bench-0123456789abcdef";
    if (!staff_phone.empty()) authority_.configured_phone = staff_phone;
    registry_ = std::make_unique<tools::Registry>(tools::Environment{.database = *database_,
                                                                     .clock = clock_,
                                                                     .random = random_,
                                                                     .authority = authority_,
                                                                     .defaults = defaults_,
                                                                     .rate_limits = rate_limits_});
    tools::register_all(*registry_);
}

std::string Shop::call(std::string_view tool, Json arguments) {
    mcp::ToolCall call{};
    call.name = tool;
    call.arguments = std::move(arguments);
    call.address = "local";
    mcp::ToolOutcome outcome = registry_->call(std::move(call));
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
