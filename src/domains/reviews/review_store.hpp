#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "domains/reviews/review.hpp"
#include "storage/database.hpp"

/// The rows of reviews, for the verbs of this folder.
namespace shopkeeper::reviews {

/// The reviews of one target and status, newest first. `product_id` absent: of the company.
struct Selection {
    std::optional<std::int64_t> product_id;
    std::string_view status;
    std::int64_t min_rating = 1;
};

std::int64_t count_reviews(storage::Connection& connection, std::int64_t shop_id,
                           const Selection& selection);
std::vector<Review> select_reviews(storage::Connection& connection, std::int64_t shop_id,
                                   const Selection& selection, std::int64_t skip,
                                   std::int64_t limit);

/// Pending reviews of the shop and of all its products, oldest first.
std::int64_t count_pending(storage::Connection& connection, std::int64_t shop_id);
std::vector<Review> select_pending(storage::Connection& connection, std::int64_t shop_id,
                                   std::int64_t limit);

}  // namespace shopkeeper::reviews
