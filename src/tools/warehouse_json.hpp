#pragma once

#include "base/json_writer.hpp"
#include "domains/shop/shop.hpp"
#include "domains/warehouse/items.hpp"
#include "domains/warehouse/stock.hpp"

namespace shopkeeper::warehouse {

/// A StockItem as one JSON object. Rule: domain 3.0.
void write_item(JsonWriter& out, const shop::Shop& shop, const StockItem& item);

/// A StockOperation as one JSON object; results of orders show them too. Rule: domain 3.0.
void write_operation(JsonWriter& out, const shop::Shop& shop, const Operation& operation);

}  // namespace shopkeeper::warehouse
