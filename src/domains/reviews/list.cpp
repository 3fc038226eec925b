#include "domains/reviews/review.hpp"
#include "domains/reviews/review_store.hpp"

namespace shopkeeper::reviews {
namespace {

constexpr std::string_view kProductVisible = R"sql(
SELECT enabled
FROM product
WHERE shop_id = $1 AND id = $2
)sql";

constexpr std::string_view kPublished = "published";

bool product_is_visible(storage::Connection& connection, const CallContext& context,
                        std::int64_t shop_id, std::int64_t product_id) {
    const storage::Rows rows = connection.query(kProductVisible, {shop_id, product_id});
    if (rows.empty()) return false;
    return rows.front().get<bool>(0) || context.caller.can(Permission::view_products);
}

/// What both lists share; the command of the product list is one of the company list and more.
Result<ReviewPage> list(storage::Connection& connection, const CallContext& context,
                        shop::Shop shop, const ListReviews& command,
                        std::optional<std::int64_t> product_id) {
    const bool is_moderator = context.caller.can(Permission::moderate_reviews);
    if (command.status && *command.status != kPublished && !is_moderator) {
        return permission_denied("role",
                                 "Only moderators see reviews that are not published; leave "
                                 "status out.",
                                 "moderate_reviews");
    }
    const Selection selection{product_id, command.status ? *command.status : kPublished,
                              command.min_rating.value_or(1)};
    const std::int64_t shop_id = shop.id;
    return ReviewPage{
        .shop = std::move(shop),
        .items = select_reviews(connection, shop_id, selection, command.skip, command.limit),
        .stats = product_id ? shop::rating_of_product(connection, shop_id, *product_id)
                            : shop::rating_of_company(connection, shop_id),
        .for_moderator = is_moderator,
        .total = count_reviews(connection, shop_id, selection),
        .skip = command.skip,
        .limit = command.limit};
}

}  // namespace

Result<ReviewPage> list_company_reviews(storage::Connection& connection, const CallContext& context,
                                        const ListReviews& command) {
    auto shop = shop::current(connection, context);
    if (!shop) return Refusal(shop.error());
    return list(connection, context, std::move(*shop), command, std::nullopt);
}

Result<ReviewPage> list_product_reviews(storage::Connection& connection, const CallContext& context,
                                        const ListProductReviews& command) {
    auto shop = shop::current(connection, context);
    if (!shop) return Refusal(shop.error());
    if (!product_is_visible(connection, context, shop->id, command.product_id)) {
        return not_found("product", command.product_id);
    }
    return list(connection, context, std::move(*shop), command, command.product_id);
}

}  // namespace shopkeeper::reviews
