#include "domains/warehouse/items.hpp"

#include "base/text.hpp"

namespace shopkeeper::warehouse {
namespace {

/// One text for one item, one name and all items: absent parameters do not narrow.
constexpr std::string_view kItems = R"sql(
SELECT item.id, item.name, item.name_folded, item.kind, item.unit, item.quantity,
       item.reserved - COALESCE((
           SELECT CAST(SUM(r.reserved_quantity) AS BIGINT)
           FROM reservation r
           WHERE r.shop_id = item.shop_id
             AND r.warehouse_item_id = item.id
             AND r.state = 'active'
             AND r.expires_ms <= $2), 0),
       item.min_quantity, item.cost_price_minor, item.retail_price_minor, item.image_url,
       item.last_delivery_ms, item.created_ms, item.updated_ms
FROM warehouse_item item
WHERE item.shop_id = $1
  AND (CAST($3 AS BIGINT) IS NULL OR item.id = $3)
  AND (CAST($4 AS TEXT) IS NULL OR item.name_folded = $4)
  AND (CAST($5 AS TEXT) IS NULL OR item.kind = $5)
ORDER BY item.name_folded, item.id
)sql";

StockItem read_item(const storage::Row& row) {
    return {row.get<std::int64_t>(0),
            row.get<std::string>(1),
            row.get<std::string>(2),
            row.get<std::string>(3),
            row.get<std::string>(4),
            row.get<std::int64_t>(5),
            row.get<std::int64_t>(6),
            row.get<std::int64_t>(7),
            row.get<std::int64_t>(8),
            row.get<std::int64_t>(9),
            row.get<std::optional<std::string>>(10),
            row.get<std::optional<std::int64_t>>(11),
            row.get<std::int64_t>(12),
            row.get<std::int64_t>(13)};
}

std::optional<StockItem> first(const storage::Rows& rows) {
    if (rows.empty()) return std::nullopt;
    return read_item(rows.front());
}

}  // namespace

std::optional<StockItem> find_item(storage::Connection& connection, std::int64_t shop_id,
                                   std::int64_t warehouse_item_id, UnixMs now_ms) {
    return first(connection.query(kItems, {shop_id, now_ms, warehouse_item_id, nullptr, nullptr}));
}

std::optional<StockItem> find_item_by_name(storage::Connection& connection, std::int64_t shop_id,
                                           std::string_view name, UnixMs now_ms) {
    const std::string folded = text::fold(name);
    return first(connection.query(kItems, {shop_id, now_ms, nullptr, folded, nullptr}));
}

Result<StockItemPage> list_items(storage::Connection& connection, const CallContext& context,
                                 const ListItems& command) {
    auto shop = shop::current(connection, context);
    if (!shop) return Refusal(shop.error());

    const auto matches = [&](const StockItem& item) {
        if (command.low_stock && !item.is_low_stock()) return false;
        return !command.fits_name || command.fits_name(item.name);
    };

    const std::int64_t shop_id = shop->id;
    StockItemPage page{std::move(*shop), {}, 0, command.skip, command.limit};
    for (const storage::Row row :
         connection.query(kItems, {shop_id, context.now_ms, nullptr, nullptr, command.kind})) {
        StockItem item = read_item(row);
        if (!matches(item)) continue;
        const bool on_page =
            page.total >= command.skip && page.total < command.skip + command.limit;
        if (on_page) page.items.push_back(std::move(item));
        ++page.total;
    }
    return page;
}

}  // namespace shopkeeper::warehouse
