#include "prove/place.hpp"

#include <cstdlib>
#include <stdexcept>

#include "base/clock.hpp"
#include "server/database_place.hpp"
#include "storage/migrate.hpp"

namespace shopkeeper::prove {
namespace {

constexpr std::string_view kCountShops = "SELECT COUNT(*) FROM shop";

constexpr const char* kFolderInMemory = "/dev/shm";

/// Wide enough for the threads of a proof; as patient as a server is by default.
const server::DatabasePlace kLimits{.file = {},
                                    .url = {},
                                    .busy_timeout = std::chrono::seconds(5),
                                    .connections_max = 20,
                                    .statement_max = std::chrono::seconds(30)};

std::filesystem::path new_folder(Place::Own own) {
    const bool in_memory =
        own == Place::Own::in_memory && std::filesystem::is_directory(kFolderInMemory);
    const std::filesystem::path parent =
        in_memory ? kFolderInMemory : std::filesystem::temp_directory_path();
    std::string name = (parent / "shopkeeper-prove-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder to be had: " + name);
    return name;
}

}  // namespace

Place::Place(std::string where, Own own, std::int64_t schema) {
    if (where.empty()) {
        own_folder_ = new_folder(own);
        where = (own_folder_ / "shop.db").string();
    }
    database_ = server::open_place(kLimits.at(where), true);
    auto migrations = storage::read_migrations(embedded::migrations());
    std::erase_if(migrations, [&](const auto& migration) { return migration.version > schema; });
    storage::migrate(*database_, migrations, SystemClock().now_ms());
    const bool is_empty = database_->read([](storage::Connection& connection) {
        return connection.query(kCountShops).front().get<std::int64_t>(0) == 0;
    });
    if (!is_empty)
        throw std::runtime_error("there are shops in " + kLimits.at(where).shown() +
                                 "; a proof needs an empty place");
}

Place::~Place() {
    database_.reset();
    std::error_code stays;
    if (!own_folder_.empty()) std::filesystem::remove_all(own_folder_, stays);
}

}  // namespace shopkeeper::prove
