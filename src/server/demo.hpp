#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "storage/database.hpp"

namespace shopkeeper::server {

struct DemoOptions {
    /// One password for all four members of staff; absent: a random one for each. Rule: domain X1.
    std::optional<std::string> staff_password;
};

struct DemoStaff {
    std::string name;
    std::string phone;
    std::string role;
    std::string password;  ///< shown this once; the database has only its hash
};

struct DemoOrder {
    std::string order_number;
    std::string tracking_id;
};

/// What a first run prints.
struct DemoReport {
    bool loaded = false;  ///< false: the database has a shop already, and nothing was changed
    std::int64_t shop_id = 8;
    std::vector<DemoStaff> staff;
    std::vector<DemoOrder> current_orders;  ///< numbers 35 to 39
};

/// Fills a database without shops with shop 8: three months of a small shop's life, ending now. The
/// shop's past is lived through again: every delivery, order, payment and review goes through the
/// verb that customers and staff use, at the moment it happened, so every rule holds for the rows.
/// One transaction: a demo shop is there completely or not at all.
/// REQUIRES: a migrated database. Throws std::logic_error when a verb refuses, which is a bug of
/// the tables. Rule: domain section 10.
DemoReport load_demo(storage::Database& database, const Clock& clock, Random& random,
                     const DemoOptions& options = {});

}  // namespace shopkeeper::server
