#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "storage/database.hpp"

namespace shopkeeper::server {

/// A rule that whole tables keep, beyond what one row's constraints can say.
struct Invariant {
    std::string_view name;   ///< "stock.ledger_sum"
    std::string_view table;  ///< whose ids the query returns
    std::string_view says;   ///< the rule in words
    std::string_view sql;    ///< the ids that break it; `$1` is now, when it is used
    bool asks_now = false;
};

std::span<const Invariant> invariants();

struct Finding {
    std::string check;
    std::string table;
    std::string says;
    std::vector<std::string> ids;
};

struct CheckReport {
    std::size_t checks = 0;
    std::vector<Finding> findings;  ///< empty: all is well
};

/// Looks at everything and changes nothing. Rule: operations B3.
CheckReport check_database(storage::Database& database, UnixMs now_ms);
/// The same inside a transaction of the caller's. `engine`: that of its database.
CheckReport check_database(storage::Connection& connection, std::string_view engine, UnixMs now_ms);

}  // namespace shopkeeper::server
