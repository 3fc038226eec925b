#include "domains/reviews/review_store.hpp"

#include <algorithm>

#include "storage/id_list.hpp"

namespace shopkeeper::reviews {
namespace {

constexpr std::string_view kCount = R"sql(
SELECT COUNT(*)
FROM review
WHERE shop_id = $1
  AND target = $2
  AND (CAST($3 AS BIGINT) IS NULL OR product_id = $3)
  AND status = $4
  AND rating >= $5
)sql";

constexpr std::string_view kSelect = R"sql(
SELECT id, target, product_id, author_name, rating, text, likes, dislikes, status,
       verified_purchase, order_id, flags, reply_text, replied_ms, created_ms
FROM review
WHERE shop_id = $1
  AND target = $2
  AND (CAST($3 AS BIGINT) IS NULL OR product_id = $3)
  AND status = $4
  AND rating >= $5
ORDER BY created_ms DESC, id DESC
LIMIT $6 OFFSET $7
)sql";

constexpr std::string_view kCountPending = R"sql(
SELECT COUNT(*)
FROM review
WHERE shop_id = $1 AND target IN ('company', 'product') AND status = 'pending'
)sql";

constexpr std::string_view kSelectPending = R"sql(
SELECT id, target, product_id, author_name, rating, text, likes, dislikes, status,
       verified_purchase, order_id, flags, reply_text, replied_ms, created_ms
FROM review
WHERE shop_id = $1 AND target IN ('company', 'product') AND status = 'pending'
ORDER BY created_ms, id
LIMIT $2
)sql";

constexpr std::string_view kFind = R"sql(
SELECT id, target, product_id, author_name, rating, text, likes, dislikes, status,
       verified_purchase, order_id, flags, reply_text, replied_ms, created_ms
FROM review
WHERE shop_id = $1 AND id = $2
)sql";

constexpr std::string_view kPhotosBefore = R"sql(
SELECT review_id, url
FROM review_photo
WHERE shop_id = $1 AND review_id IN ()sql";

std::string_view target_of(const Selection& selection) {
    return selection.product_id ? "product" : "company";
}

/// Flags are stored as words with commas between them.
std::vector<std::string> split_flags(std::string_view stored) {
    std::vector<std::string> flags;
    while (!stored.empty()) {
        const std::size_t comma = std::min(stored.find(','), stored.size());
        flags.emplace_back(stored.substr(0, comma));
        stored.remove_prefix(std::min(comma + 1, stored.size()));
    }
    return flags;
}

Review read_review(const storage::Row& row) {
    return {row.get<std::int64_t>(0),
            row.get<std::string>(1),
            row.get<std::optional<std::int64_t>>(2),
            row.get<std::string>(3),
            row.get<std::int64_t>(4),
            row.get<std::string>(5),
            row.get<std::int64_t>(6),
            row.get<std::int64_t>(7),
            row.get<std::string>(8),
            row.get<bool>(9),
            row.get<std::optional<std::int64_t>>(10),
            split_flags(row.get<std::string_view>(11)),
            row.get<std::optional<std::string>>(12),
            row.get<std::optional<std::int64_t>>(13),
            row.get<std::int64_t>(14),
            {}};
}

std::vector<Review> with_photos(storage::Connection& connection, std::int64_t shop_id,
                                const storage::Rows& rows) {
    std::vector<Review> reviews;
    std::vector<std::int64_t> ids;
    for (const storage::Row row : rows) {
        reviews.push_back(read_review(row));
        ids.push_back(reviews.back().id);
    }
    for (const storage::Row photo :
         storage::query_by_ids(connection, kPhotosBefore, ids,
                               ") ORDER BY review_id, display_order, id", {shop_id})) {
        const auto review = std::find_if(reviews.begin(), reviews.end(), [&](const Review& each) {
            return each.id == photo.get<std::int64_t>(0);
        });
        review->photo_urls.push_back(photo.get<std::string>(1));
    }
    return reviews;
}

}  // namespace

std::int64_t count_reviews(storage::Connection& connection, std::int64_t shop_id,
                           const Selection& selection) {
    return connection
        .query(kCount, {shop_id, target_of(selection), selection.product_id, selection.status,
                        selection.min_rating})
        .front()
        .get<std::int64_t>(0);
}

std::vector<Review> select_reviews(storage::Connection& connection, std::int64_t shop_id,
                                   const Selection& selection, std::int64_t skip,
                                   std::int64_t limit) {
    return with_photos(
        connection, shop_id,
        connection.query(kSelect, {shop_id, target_of(selection), selection.product_id,
                                   selection.status, selection.min_rating, limit, skip}));
}

std::int64_t count_pending(storage::Connection& connection, std::int64_t shop_id) {
    return connection.query(kCountPending, {shop_id}).front().get<std::int64_t>(0);
}

std::vector<Review> select_pending(storage::Connection& connection, std::int64_t shop_id,
                                   std::int64_t limit) {
    return with_photos(connection, shop_id, connection.query(kSelectPending, {shop_id, limit}));
}

std::optional<Review> find_review(storage::Connection& connection, std::int64_t shop_id,
                                  std::int64_t review_id) {
    auto reviews = with_photos(connection, shop_id, connection.query(kFind, {shop_id, review_id}));
    if (reviews.empty()) return std::nullopt;
    return std::move(reviews.front());
}

}  // namespace shopkeeper::reviews
