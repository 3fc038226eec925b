#include <algorithm>

#include "base/json_writer.hpp"
#include "base/locale.hpp"
#include "base/text.hpp"
#include "base/url.hpp"
#include "domains/reviews/flags.hpp"
#include "domains/reviews/review.hpp"
#include "domains/shop/shop_lock.hpp"
#include "journal/events.hpp"

namespace shopkeeper::reviews {
namespace {

constexpr std::size_t kFoldedMax = 2000;
constexpr std::size_t kTrackingDigits = 9;
constexpr UnixMs kSamePrincipalMs = 30LL * 24 * 3600 * 1000;  // R3
/// So many of the shop's latest reviews are looked at for near-copies (R4).
constexpr std::int64_t kCompared = 500;

/// $3 is the product that must be in the order, or NULL.
constexpr std::string_view kOrderByTracking = R"sql(
SELECT orders.id, orders.client_id, orders.status,
       (CAST($3 AS BIGINT) IS NULL OR EXISTS (
           SELECT 1
           FROM order_line line
           WHERE line.shop_id = orders.shop_id
             AND line.order_id = orders.id
             AND line.product_id = $3))
FROM orders
WHERE orders.shop_id = $1 AND orders.tracking_id = $2
)sql";

/// The newest delivered order that the customer owns (A8) and that holds the product.
constexpr std::string_view kOwnedOrder = R"sql(
SELECT orders.id, orders.client_id
FROM orders
WHERE orders.shop_id = $1
  AND orders.status = 'delivered'
  AND ((orders.channel = $2 AND orders.channel_user_id = $3)
       OR orders.phone IN ($4, $5)
       OR orders.sender_phone IN ($4, $5))
  AND (CAST($6 AS BIGINT) IS NULL OR EXISTS (
          SELECT 1
          FROM order_line line
          WHERE line.shop_id = orders.shop_id
            AND line.order_id = orders.id
            AND line.product_id = $6))
ORDER BY orders.created_ms DESC, orders.id DESC
LIMIT 1
)sql";

constexpr std::string_view kProduct = R"sql(
SELECT enabled
FROM product
WHERE shop_id = $1 AND id = $2
)sql";

constexpr std::string_view kReviewOfOrder = R"sql(
SELECT id
FROM review
WHERE shop_id = $1
  AND order_id = $2
  AND target = $3
  AND (CAST($4 AS BIGINT) IS NULL OR product_id = $4)
)sql";

constexpr std::string_view kUnverifiedSince = R"sql(
SELECT id
FROM review
WHERE shop_id = $1
  AND principal = $2
  AND created_ms > $3
  AND verified_purchase = FALSE
  AND target = $4
  AND (CAST($5 AS BIGINT) IS NULL OR product_id = $5)
LIMIT 1
)sql";

constexpr std::string_view kLatestTexts = R"sql(
SELECT text_folded
FROM review
WHERE shop_id = $1
ORDER BY id DESC
LIMIT $2
)sql";

constexpr std::string_view kInsert = R"sql(
INSERT INTO review (
    shop_id, target, product_id, author_name, rating, text, text_folded, status,
    verified_purchase, order_id, client_id, principal, flags, created_ms, updated_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14)
RETURNING id
)sql";

constexpr std::string_view kInsertPhoto = R"sql(
INSERT INTO review_photo (shop_id, review_id, url, display_order)
VALUES ($1, $2, $3, $4)
)sql";

constexpr Label kCustomer = {"Покупатель", "Сатып алушы", "Customer"};

/// The delivered order behind a review.
struct Purchase {
    std::int64_t order_id;
    std::int64_t client_id;
};

Refusal duplicate_review() {
    return conflict("duplicate_review",
                    "There is a review of this by the same customer already; it cannot be "
                    "written twice.");
}

Result<void> check_command(const CallContext& context, const CreateReview& command) {
    if (context.caller.is_staff()) {
        return permission_denied("role", "Staff cannot review their own shop.");
    }
    const bool is_product = command.target == "product";
    if (is_product != command.product_id.has_value()) {
        return invalid_argument("product_id", is_product
                                                  ? "A review of a product needs its product_id."
                                                  : "A review of the company has no product_id.");
    }
    for (std::size_t i = 0; i < command.photo_urls.size(); ++i) {
        const auto fits =
            url::check_public_https(command.photo_urls[i], "photo_urls[" + std::to_string(i) + "]");
        if (!fits) return Refusal(fits.error());
    }
    return {};
}

/// Nine digits; what people put between them is dropped (O44).
Result<std::string> tracking_id_of(const std::string& given) {
    std::string digits;
    bool is_clean = true;
    for (const char c : given) {
        if (c >= '0' && c <= '9')
            digits += c;
        else if (c != ' ' && c != '-')
            is_clean = false;
    }
    if (is_clean && digits.size() == kTrackingDigits) return digits;
    return invalid_argument("tracking_id",
                            "tracking_id is the order's nine-digit tracking number, for instance "
                            "123456789 (not the order number #00012).",
                            given);
}

/// R2: a delivered order shown by its tracking id.
Result<Purchase> purchase_by_tracking(storage::Connection& connection, std::int64_t shop_id,
                                      const CreateReview& command) {
    const auto tracking_id = tracking_id_of(*command.tracking_id);
    if (!tracking_id) return Refusal(tracking_id.error());
    const storage::Rows rows =
        connection.query(kOrderByTracking, {shop_id, *tracking_id, command.product_id});
    if (rows.empty()) return not_found("order", *tracking_id);
    const storage::Row row = rows.front();
    const auto status = row.get<std::string>(2);
    if (status != "delivered") {
        return failed_precondition("fulfilment_required",
                                   "An order can be reviewed once it is delivered. Try again "
                                   "then, or leave tracking_id out.",
                                   status, {"delivered"});
    }
    if (!row.get<bool>(3)) {
        return invalid_argument("tracking_id",
                                "This order does not hold the product. Give the tracking_id of "
                                "one that does, or leave it out.",
                                *tracking_id);
    }
    return Purchase{row.get<std::int64_t>(0), row.get<std::int64_t>(1)};
}

/// R2: the newest fitting order of a customer whom a service vouches for.
std::optional<Purchase> purchase_of_customer(storage::Connection& connection, std::int64_t shop_id,
                                             const Caller& caller, const CreateReview& command) {
    // At most two phones are verified (A7): the asserted one and the linked client's.
    const auto& phones = caller.verified_phones;
    const std::string first = phones.empty() ? "" : phones.front();
    const std::string second = phones.empty() ? "" : phones.back();
    const storage::Rows rows = connection.query(
        kOwnedOrder,
        {shop_id, caller.channel, caller.channel_user_id, first, second, command.product_id});
    if (rows.empty()) return std::nullopt;
    return Purchase{rows.front().get<std::int64_t>(0), rows.front().get<std::int64_t>(1)};
}

Result<std::optional<Purchase>> purchase_of(storage::Connection& connection,
                                            const CallContext& context, std::int64_t shop_id,
                                            const CreateReview& command) {
    if (command.tracking_id) {
        auto purchase = purchase_by_tracking(connection, shop_id, command);
        if (!purchase) return Refusal(purchase.error());
        return std::optional(*purchase);
    }
    if (!context.caller.is_customer()) return std::optional<Purchase>();
    return purchase_of_customer(connection, shop_id, context.caller, command);
}

/// A disabled product is hidden, except from those who have bought it. Rule: domain P1, E4.
bool product_is_visible(storage::Connection& connection, std::int64_t shop_id,
                        std::int64_t product_id, bool was_bought) {
    const storage::Rows rows = connection.query(kProduct, {shop_id, product_id});
    return !rows.empty() && (was_bought || rows.front().get<bool>(0));
}

bool is_duplicate(storage::Connection& connection, const CallContext& context, std::int64_t shop_id,
                  const CreateReview& command, const std::optional<Purchase>& purchase) {
    if (purchase) {
        return !connection
                    .query(kReviewOfOrder,
                           {shop_id, purchase->order_id, command.target, command.product_id})
                    .empty();
    }
    return !connection
                .query(kUnverifiedSince,
                       {shop_id, context.caller.principal, context.now_ms - kSamePrincipalMs,
                        command.target, command.product_id})
                .empty();
}

bool repeats_another(storage::Connection& connection, std::int64_t shop_id,
                     std::string_view folded) {
    for (const storage::Row row : connection.query(kLatestTexts, {shop_id, kCompared})) {
        if (is_near_copy(folded, row.get<std::string_view>(0))) return true;
    }
    return false;
}

std::string joined(const std::vector<std::string>& words) {
    std::string result;
    for (const std::string& word : words) result += (result.empty() ? "" : ",") + word;
    return result;
}

void announce(storage::Connection& connection, const CallContext& context, std::int64_t shop_id,
              const CreateReview& command, const CreatedReview& review,
              const std::vector<std::string>& flags) {
    JsonWriter data;
    data.begin_object();
    data.field("review_id", review.id);
    data.field("target", command.target);
    data.field("product_id", command.product_id);
    data.field("rating", command.rating);
    data.field("status", review.status);
    data.field("verified_purchase", review.verified_purchase);
    data.field("flags", flags);
    data.end_object();
    journal::emit(connection, context, shop_id,
                  {"review.created", "review", std::to_string(review.id), std::move(data).take()});
}

}  // namespace

Result<CreatedReview> create_review(storage::Connection& connection, const CallContext& context,
                                    const CreateReview& command) {
    shop::take_turns(connection, context.shop_id);
    const auto shop = shop::current(connection, context);
    if (!shop) return Refusal(shop.error());
    if (const auto fits = check_command(context, command); !fits) return Refusal(fits.error());
    const auto purchase = purchase_of(connection, context, shop->id, command);
    if (!purchase) return Refusal(purchase.error());
    const bool is_verified = purchase->has_value();
    if (command.product_id &&
        !product_is_visible(connection, shop->id, *command.product_id, is_verified)) {
        return not_found("product", *command.product_id);
    }
    if (is_duplicate(connection, context, shop->id, command, *purchase)) return duplicate_review();

    const std::string author =
        command.author_name.value_or(std::string(kCustomer.in(shop->locale)));
    const std::string folded = text::truncate(text::fold(command.text), kFoldedMax);
    // A name can carry a link or an insult as well as a text can.
    std::vector<std::string> flags = flags_of(command.text + "\n" + author);
    if (repeats_another(connection, shop->id, folded)) flags.emplace_back("repeated");

    CreatedReview review{.id = 0,
                         .status = is_verified && flags.empty() ? "published" : "pending",
                         .verified_purchase = is_verified,
                         .warnings = {}};
    std::optional<std::int64_t> order_id;
    std::optional<std::int64_t> client_id;
    if (is_verified) {
        order_id = (*purchase)->order_id;
        client_id = (*purchase)->client_id;
    }
    review.id =
        connection
            .query(kInsert, {shop->id, command.target, command.product_id, author, command.rating,
                             command.text, folded, review.status, is_verified, order_id, client_id,
                             context.caller.principal, joined(flags), context.now_ms})
            .front()
            .get<std::int64_t>(0);
    for (std::size_t i = 0; i < command.photo_urls.size(); ++i) {
        connection.execute(kInsertPhoto, {shop->id, review.id, command.photo_urls[i], i});
    }
    announce(connection, context, shop->id, command, review, flags);
    context.audit.target_kind = "review";
    context.audit.target_id = std::to_string(review.id);
    if (review.status == "pending") {
        review.warnings.push_back(
            {"pending_moderation", "The review is shown after a moderator has seen it."});
    }
    return review;
}

}  // namespace shopkeeper::reviews
