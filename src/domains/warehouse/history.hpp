#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domains/warehouse/items.hpp"
#include "domains/warehouse/stock.hpp"

namespace shopkeeper::warehouse {

struct GetHistory {
    std::int64_t warehouse_item_id = 0;
    std::optional<std::string> operation_type;  ///< a word of W2
    std::int64_t skip = 0;
    std::int64_t limit = 50;
};

struct OperationPage {
    shop::Shop shop;
    StockItem item;
    std::vector<Operation> items;
    std::int64_t total;
    std::int64_t skip;
    std::int64_t limit;
};

/// The ledger of one item, its last row first: in the order in which the balances follow each
/// other, whatever the times of calls that ran side by side.
/// Errors: not_found. Rule: domain 3.4, W1, W2.
Result<OperationPage> get_history(storage::Connection& connection, const CallContext& context,
                                  const GetHistory& command);

}  // namespace shopkeeper::warehouse
