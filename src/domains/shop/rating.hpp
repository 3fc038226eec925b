#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/json_writer.hpp"
#include "storage/database.hpp"

namespace shopkeeper::shop {

/// What the published reviews of a shop or of one product amount to. It lives here, below products
/// and reviews, because settings, products and reviews all show it. Rule: domain 3.0 RatingStats.
struct RatingStats {
    std::int64_t total_count = 0;
    std::optional<std::int64_t>
        average_tenths;  ///< 45 is 4.5, rounded half up; absent without reviews
    std::array<std::int64_t, 5>
        count_by_rating{};  ///< [0] counts the reviews with 1, [4] those with 5
};

RatingStats rating_of_company(storage::Connection& connection, std::int64_t shop_id);
RatingStats rating_of_product(storage::Connection& connection, std::int64_t shop_id,
                              std::int64_t product_id);

/// The wire form, the same in every tool.
void to_json(JsonWriter& out, const RatingStats& stats);

}  // namespace shopkeeper::shop
