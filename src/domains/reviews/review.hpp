#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/call_context.hpp"
#include "base/result.hpp"
#include "domains/shop/rating.hpp"
#include "domains/shop/shop.hpp"
#include "storage/database.hpp"

/// What customers say of the shop and of its products. Rule: domain 3.6, 8.
namespace shopkeeper::reviews {

struct Review {
    std::int64_t id;
    std::string target;  ///< company, product
    std::optional<std::int64_t> product_id;
    std::string author_name;  ///< untrusted
    std::int64_t rating;
    std::string text;  ///< untrusted
    std::int64_t likes;
    std::int64_t dislikes;
    std::string status;  ///< pending, published, hidden, rejected
    bool verified_purchase;
    std::optional<std::int64_t> order_id;
    std::vector<std::string> flags;
    std::optional<std::string> reply_text;
    std::optional<UnixMs> replied_ms;
    UnixMs created_ms;
    std::vector<std::string> photo_urls;
};

std::optional<Review> find_review(storage::Connection& connection, std::int64_t shop_id,
                                  std::int64_t review_id);

/// Which reviews, of the company unless a product is named.
struct ListReviews {
    std::int64_t skip = 0;
    std::int64_t limit = 10;
    std::optional<std::int64_t> min_rating;
    std::optional<std::string> status;  ///< other than published: moderators only
};

struct ListProductReviews : ListReviews {
    std::int64_t product_id = 0;
};

struct ReviewPage {
    shop::Shop shop;
    std::vector<Review> items;
    shop::RatingStats stats;  ///< over all published reviews of the target
    bool for_moderator;       ///< shows status, flags and order
    std::int64_t total;
    std::int64_t skip;
    std::int64_t limit;
};

/// Newest first, then id descending.
/// Errors: permission_denied (a status only moderators see). Rule: domain R1.
Result<ReviewPage> list_company_reviews(storage::Connection& connection, const CallContext& context,
                                        const ListReviews& command);

/// Errors: not_found (product, also a disabled one for callers without view_products),
/// permission_denied. Rule: domain R1, E4.
Result<ReviewPage> list_product_reviews(storage::Connection& connection, const CallContext& context,
                                        const ListProductReviews& command);

struct CreateReview {
    std::string target;
    std::optional<std::int64_t> product_id;
    std::int64_t rating = 0;
    std::string text;
    std::optional<std::string> author_name;
    std::optional<std::string> tracking_id;
    std::vector<std::string> photo_urls;
};

struct CreatedReview {
    std::int64_t id;
    std::string status;
    bool verified_purchase;
    std::vector<Warning> warnings;
};

/// Writes a review; one with a proven purchase and without flags is published at once.
/// Errors: invalid_argument (product_id, tracking_id, photo_urls), permission_denied (staff),
/// not_found (product, order), failed_precondition (`fulfilment_required`), conflict
/// (`duplicate_review`). Rule: domain R2, R3, R4, R6.
Result<CreatedReview> create_review(storage::Connection& connection, const CallContext& context,
                                    const CreateReview& command);

enum class Moderation { publish, hide, reject, reply };

struct ModerateReview {
    std::int64_t review_id = 0;
    Moderation action = Moderation::publish;
    std::optional<std::string> reply_text;
    std::optional<std::string> reason;
};

struct ModeratedReview {
    shop::Shop shop;
    Review review;
    std::string previous_status;
};

/// Errors: invalid_argument (reply_text, reason), not_found, failed_precondition
/// (`status_transition`), conflict (`concurrent_update`). Rule: domain R5.
Result<ModeratedReview> moderate_review(storage::Connection& connection, const CallContext& context,
                                        const ModerateReview& command);

}  // namespace shopkeeper::reviews
