#pragma once

#include <cstdint>

#include "base/call_context.hpp"
#include "storage/database.hpp"

namespace shopkeeper::warehouse {

/// The warning `reserved_exceeds_stock` for an item of which more is promised than there is; it
/// names the orders that hold a claim. Rule: domain W8, W12, C10.
Warning reserved_exceeds_stock(storage::Connection& connection, std::int64_t shop_id,
                               std::int64_t warehouse_item_id, UnixMs now_ms);

}  // namespace shopkeeper::warehouse
