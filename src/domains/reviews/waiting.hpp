#pragma once

#include <cstdint>

#include "domains/reviews/review.hpp"

/// What moderators look at before they decide.
namespace shopkeeper::reviews {

struct ListWaiting {
    std::int64_t limit = 50;
};

/// Pending reviews of the shop and of all its products, the longest waiting first.
/// Errors: permission_denied. Rule: domain R4, R5.
Result<ReviewPage> waiting(storage::Connection& connection, const CallContext& context,
                           const ListWaiting& command);

struct GetReview {
    std::int64_t review_id = 0;
};

struct ReviewForModerator {
    shop::Shop shop;
    Review review;
};

/// One review in whatever state. Errors: permission_denied, not_found.
Result<ReviewForModerator> get_review(storage::Connection& connection, const CallContext& context,
                                      const GetReview& command);

}  // namespace shopkeeper::reviews
