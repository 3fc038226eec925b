#pragma once

#include <cstdint>
#include <string>

#include "storage/database.hpp"

namespace shopkeeper::shop {

/// Rare changes of one shop take turns: settings, catalogue and its search index, clients, reviews,
/// staff. Each of them reads, decides and writes over many rows, which no condition of a single
/// statement could guard. Orders and stock do not come here: they lock the rows they change.
/// Held to the end of the transaction. REQUIRES: taken before the first read that the change
/// depends on, and before any row is locked.
inline void take_turns(storage::Connection& connection, std::int64_t shop_id) {
    connection.lock("shop:" + std::to_string(shop_id));
}

}  // namespace shopkeeper::shop
