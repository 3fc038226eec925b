#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/call_context.hpp"
#include "base/result.hpp"
#include "domains/shop/shop.hpp"
#include "storage/database.hpp"

namespace shopkeeper::warehouse {

/// A warehouse item with its level of this moment. Rule: domain 3.0 StockItem.
struct StockItem {
    std::int64_t id;
    std::string name;
    std::string name_folded;
    std::string kind;
    std::string unit;
    std::int64_t quantity;
    std::int64_t reserved_quantity;  ///< claims that count (O25)
    std::int64_t min_quantity;
    std::int64_t cost_price_minor;
    std::int64_t retail_price_minor;
    std::optional<std::string> image_url;
    std::optional<UnixMs> last_delivery_ms;
    UnixMs created_ms;
    UnixMs updated_ms;

    std::int64_t available_quantity() const { return quantity - reserved_quantity; }
    bool is_low_stock() const { return available_quantity() <= min_quantity; }  // W19
};

std::optional<StockItem> find_item(storage::Connection& connection, std::int64_t shop_id,
                                   std::int64_t warehouse_item_id, UnixMs now_ms);
std::optional<StockItem> find_item_by_name(storage::Connection& connection, std::int64_t shop_id,
                                           std::string_view name, UnixMs now_ms);

struct ListItems {
    /// Whether a name is what is looked for; absent: every name is. A function, because what makes
    /// two words the same is known in a domain above this one (F2, F13).
    std::function<bool(std::string_view name)> fits_name;
    bool low_stock = false;
    std::optional<std::string> kind;
    std::int64_t skip = 0;
    std::int64_t limit = 50;
};

struct StockItemPage {
    shop::Shop shop;
    std::vector<StockItem> items;
    std::int64_t total;
    std::int64_t skip;
    std::int64_t limit;
};

/// The shop's items by folded name, then id; `low_stock` keeps what is at or below its minimum.
/// Rule: domain 3.4, C7, W19.
Result<StockItemPage> list_items(storage::Connection& connection, const CallContext& context,
                                 const ListItems& command);

}  // namespace shopkeeper::warehouse
