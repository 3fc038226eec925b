#include "domains/products/labels.hpp"

namespace shopkeeper::products {
namespace {

constexpr std::string_view kLabelsAfter = R"sql(
SELECT id, name, description, updated_ms
FROM product
WHERE shop_id = $1 AND id > $2 AND enabled = TRUE
ORDER BY id
LIMIT $3
)sql";

}  // namespace

Result<LabelPage> labels(storage::Connection& connection, const CallContext& context,
                         const ListLabels& command) {
    auto shop = shop::current(connection, context);
    if (!shop) return Refusal(shop.error());
    LabelPage page{.shop = std::move(*shop), .items = {}};
    for (const storage::Row row :
         connection.query(kLabelsAfter, {page.shop.id, command.after_id, command.limit})) {
        page.items.push_back({row.get<std::int64_t>(0), row.get<std::string>(1),
                              row.get<std::optional<std::string>>(2), row.get<std::int64_t>(3)});
    }
    return page;
}

}  // namespace shopkeeper::products
