#pragma once

#include <string_view>

#include "storage/database.hpp"

namespace shopkeeper::storage {

/// Runs `work`, for which alone an UPDATE passes the guard of the append-only `table`. This is the
/// one way past such a guard. The mark is a row that is made and deleted in the caller's
/// transaction and so never seen by another; should `work` throw, it goes with everything else.
/// REQUIRES: a write transaction; the table's guard is `maintainable` (migration 0014).
/// Rule: domain T5.
template <class Work>
void in_maintenance(Connection& connection, std::string_view table, Work&& work) {
    connection.execute("INSERT INTO maintenance (guarded) VALUES ($1)", {table});
    work();
    connection.execute("DELETE FROM maintenance WHERE guarded = $1", {table});
}

}  // namespace shopkeeper::storage
