#pragma once

#include <cstdint>
#include <limits>
#include <memory>

#include "storage/migrate.hpp"
#include "support/temp_folder.hpp"
#include "support/test_database.hpp"

namespace shopkeeper::test {

/// An empty database of this run's engine, for readers and writers at once, migrated up to a
/// schema.
class BareShop {
public:
    explicit BareShop(std::int64_t schema = std::numeric_limits<std::int64_t>::max())
        : database_(empty_database(folder_.file("shop.db"))) {
        auto migrations = storage::read_migrations(embedded::migrations());
        std::erase_if(migrations, [&](const auto& one) { return one.version > schema; });
        storage::migrate(*database_, migrations, 0);
        if (on_postgresql()) serving_ = open_again(*database_, "");
    }

    storage::Database& database() { return *database_; }
    /// The same as a server is connected: behind the wall between shops where there is one.
    storage::Database& serving() { return serving_ ? *serving_ : *database_; }

private:
    const TempFolder folder_;
    const std::shared_ptr<storage::Database> database_;
    std::unique_ptr<storage::Database> serving_;
};

}  // namespace shopkeeper::test
