#include "prove/place.hpp"

#include <cstdlib>
#include <stdexcept>

#include "base/clock.hpp"
#include "storage/migrate.hpp"

namespace shopkeeper::prove {
namespace {

constexpr std::string_view kCountShops = "SELECT COUNT(*) FROM shop";

std::filesystem::path new_folder() {
    std::string name =
        (std::filesystem::temp_directory_path() / "shopkeeper-prove-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder to be had: " + name);
    return name;
}

}  // namespace

Place::Place(std::string where) {
    if (where.empty()) {
        own_folder_ = new_folder();
        where = (own_folder_ / "shop.db").string();
    }
    database_ = storage::open_sqlite({.path = where});
    storage::migrate(*database_, storage::read_migrations(embedded::migrations()),
                     SystemClock().now_ms());
    const bool is_empty = database_->read([](storage::Connection& connection) {
        return connection.query(kCountShops).front().get<std::int64_t>(0) == 0;
    });
    if (!is_empty)
        throw std::runtime_error("there are shops in " + where + "; a proof needs an empty place");
}

Place::~Place() {
    database_.reset();
    std::error_code stays;
    if (!own_folder_.empty()) std::filesystem::remove_all(own_folder_, stays);
}

}  // namespace shopkeeper::prove
