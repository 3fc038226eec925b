#include "domains/shop/rating.hpp"

#include <string>

namespace shopkeeper::shop {
namespace {

constexpr std::string_view kCompanyRatings = R"sql(
    SELECT rating, COUNT(*)
      FROM review
     WHERE shop_id = $1
       AND target = 'company'
       AND status = 'published'
     GROUP BY rating
)sql";

constexpr std::string_view kProductRatings = R"sql(
    SELECT rating, COUNT(*)
      FROM review
     WHERE shop_id = $1
       AND product_id = $2
       AND status = 'published'
     GROUP BY rating
)sql";

RatingStats stats_of(const storage::Rows& counts) {
    RatingStats stats;
    std::int64_t sum = 0;
    for (const auto row : counts) {
        const auto rating = row.get<std::int64_t>(0);
        const auto count = row.get<std::int64_t>(1);
        stats.count_by_rating.at(static_cast<std::size_t>(rating - 1)) = count;
        stats.total_count += count;
        sum += rating * count;
    }
    if (stats.total_count > 0) {
        stats.average_tenths = (20 * sum + stats.total_count) / (2 * stats.total_count);
    }
    return stats;
}

}  // namespace

RatingStats rating_of_company(storage::Connection& connection, std::int64_t shop_id) {
    return stats_of(connection.query(kCompanyRatings, {shop_id}));
}

RatingStats rating_of_product(storage::Connection& connection, std::int64_t shop_id,
                              std::int64_t product_id) {
    return stats_of(connection.query(kProductRatings, {shop_id, product_id}));
}

void to_json(JsonWriter& out, const RatingStats& stats) {
    out.begin_object();
    out.field("total_count", stats.total_count);
    out.key("average_rating");
    if (stats.average_tenths) {
        out.raw(std::to_string(*stats.average_tenths / 10) + "." +
                std::to_string(*stats.average_tenths % 10));
    } else {
        out.null();
    }
    out.key("rating_breakdown");
    out.begin_object();
    for (std::size_t rating = 5; rating >= 1; --rating) {
        out.field(std::to_string(rating), stats.count_by_rating[rating - 1]);
    }
    out.end_object();
    out.end_object();
}

}  // namespace shopkeeper::shop
