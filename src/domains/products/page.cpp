#include "domains/products/page.hpp"

#include <algorithm>
#include <string_view>

#include "storage/id_list.hpp"

namespace shopkeeper::products {
namespace {

/// Claims that ran out and were not swept yet are added back, and looked for only where an item is
/// scarce without them. $2: now; $3: an item of which there is so much is not scarce.
constexpr std::string_view kLookBefore = R"sql(
    SELECT s.is_active, s.locale, s.timezone, s.currency, COALESCE(v.goods, 0), item.id,
           item.quantity - item.reserved + COALESCE((
               SELECT CAST(SUM(r.reserved_quantity) AS BIGINT)
               FROM reservation r
               WHERE r.shop_id = item.shop_id
                 AND r.warehouse_item_id = item.id
                 AND r.state = 'active'
                 AND r.expires_ms BETWEEN 0 AND $2), 0)
    FROM shop s
    LEFT JOIN shelf_revision v ON v.shop_id = s.id
    LEFT JOIN warehouse_item item
      ON item.shop_id = s.id
     AND item.quantity - item.reserved < $3
     AND item.id IN ()sql";
constexpr std::string_view kLookAfter = R"sql()
    WHERE s.id = $1)sql";

/// No item has this id: asked for where a page needs none.
constexpr std::int64_t kNoItem[] = {0};

Look look_of(const storage::Rows& rows) {
    Look look;
    for (const storage::Row row : rows) {
        if (!look.basis) {
            look.basis = {.goods_revision = row.get<std::int64_t>(4),
                          .shop_is_active = row.get<bool>(0),
                          .locale = row.get<std::string>(1),
                          .timezone = row.get<std::string>(2),
                          .currency = row.get<std::string>(3)};
        }
        if (!row.is_null(5))
            look.scarce.emplace(row.get<std::int64_t>(5), row.get<std::int64_t>(6));
    }
    return look;
}

std::span<const std::int64_t> parts_of(const Page& page) {
    if (page.parts.empty()) return kNoItem;
    return page.parts;
}

}  // namespace

std::size_t Page::size() const {
    return sizeof(Page) + items.bytes() + items.size() * sizeof(std::size_t) +
           needed.size() * sizeof(PartNeeded) + parts.size() * sizeof(std::int64_t);
}

void note_parts(Page& page, std::span<const std::int64_t> product_ids,
                std::span<const RecipeLine> lines) {
    std::unordered_map<std::int64_t, std::size_t> places;
    for (const std::int64_t id : product_ids) places.emplace(id, places.size());
    for (const RecipeLine& line : lines) {
        if (line.is_optional) continue;
        page.needed.push_back({places.at(line.product_id), line.warehouse_item_id, line.quantity});
        page.parts.push_back(line.warehouse_item_id);
        page.most_needed = std::max(page.most_needed, line.quantity);
    }
    std::sort(page.parts.begin(), page.parts.end());
    page.parts.erase(std::unique(page.parts.begin(), page.parts.end()), page.parts.end());
}

std::vector<bool> Look::available(const Page& page) const {
    std::vector<bool> available(page.items.size(), true);
    if (scarce.empty()) return available;
    for (const PartNeeded& part : page.needed) {
        const auto left = scarce.find(part.warehouse_item_id);
        if (left != scarce.end() && left->second < part.quantity) available[part.place] = false;
    }
    return available;
}

Look look_alone(storage::Connection& connection, std::int64_t shop_id, const Page& page,
                UnixMs now_ms) {
    return look_of(storage::query_alone_by_ids(connection, kLookBefore, parts_of(page), kLookAfter,
                                               {shop_id, now_ms, page.most_needed}));
}

Look look(storage::Connection& connection, std::int64_t shop_id, const Page& page, UnixMs now_ms) {
    return look_of(storage::query_by_ids(connection, kLookBefore, parts_of(page), kLookAfter,
                                         {shop_id, now_ms, page.most_needed}));
}

}  // namespace shopkeeper::products
