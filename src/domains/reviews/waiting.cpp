#include "domains/reviews/waiting.hpp"

#include "domains/reviews/review_store.hpp"

namespace shopkeeper::reviews {
namespace {

/// The shop, for a moderator of it.
Result<shop::Shop> moderated_shop(storage::Connection& connection, const CallContext& context) {
    auto shop = shop::current(connection, context);
    if (shop && !context.caller.can(Permission::moderate_reviews)) {
        return permission_denied("role", "Only moderators see reviews that are not published.",
                                 "moderate_reviews");
    }
    return shop;
}

}  // namespace

Result<ReviewPage> waiting(storage::Connection& connection, const CallContext& context,
                           const ListWaiting& command) {
    auto shop = moderated_shop(connection, context);
    if (!shop) return Refusal(shop.error());
    const std::int64_t shop_id = shop->id;
    return ReviewPage{.shop = std::move(*shop),
                      .items = select_pending(connection, shop_id, command.limit),
                      .stats = shop::rating_of_company(connection, shop_id),
                      .for_moderator = true,
                      .total = count_pending(connection, shop_id),
                      .skip = 0,
                      .limit = command.limit};
}

Result<ReviewForModerator> get_review(storage::Connection& connection, const CallContext& context,
                                      const GetReview& command) {
    auto shop = moderated_shop(connection, context);
    if (!shop) return Refusal(shop.error());
    auto review = find_review(connection, shop->id, command.review_id);
    if (!review) return not_found("review", command.review_id);
    return ReviewForModerator{std::move(*shop), std::move(*review)};
}

}  // namespace shopkeeper::reviews
