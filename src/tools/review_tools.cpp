#include "domains/reviews/review.hpp"
#include "domains/reviews/waiting.hpp"
#include "tools/arguments.hpp"
#include "tools/prompt_text.hpp"
#include "tools/prompts.hpp"
#include "tools/register_all.hpp"
#include "tools/results.hpp"

namespace shopkeeper::reviews {
namespace {

void write_members(JsonWriter& out, const shop::Shop& shop, const Review& review,
                   bool for_moderator) {
    out.field("id", review.id);
    out.field("target", review.target);
    out.field("product_id", review.product_id);
    out.field("author_name", review.author_name);
    out.field("rating", review.rating);
    out.field("text", review.text);
    out.field("likes", review.likes);
    out.field("dislikes", review.dislikes);
    out.field("verified_purchase", review.verified_purchase);
    out.key("photos");
    out.begin_array();
    for (const std::string& url : review.photo_urls) {
        out.begin_object();
        out.field("url", url);
        out.end_object();
    }
    out.end_array();
    out.field("reply_text", review.reply_text);
    out.key("replied_at");
    if (review.replied_ms)
        out.value(shop.rfc3339(*review.replied_ms));
    else
        out.null();
    out.field("created_at", shop.rfc3339(review.created_ms));
    if (!for_moderator) return;
    out.field("status", review.status);
    out.field("flags", review.flags);
    out.field("order_id", review.order_id);
}

Moderation moderation_of(const std::string& action) {
    if (action == "hide") return Moderation::hide;
    if (action == "reject") return Moderation::reject;
    if (action == "reply") return Moderation::reply;
    return Moderation::publish;
}

}  // namespace

using tools::read;

// get_reviews, get_product_reviews

void from_json(const Json& arguments, ListReviews& command) {
    read(arguments, "skip", command.skip);
    read(arguments, "limit", command.limit);
    read(arguments, "min_rating", command.min_rating);
    read(arguments, "status", command.status);
}

void from_json(const Json& arguments, ListProductReviews& command) {
    from_json(arguments, static_cast<ListReviews&>(command));
    read(arguments, "product_id", command.product_id);
}

void to_json(JsonWriter& out, const ReviewPage& page) {
    out.begin_object();
    out.key("items");
    out.begin_array();
    for (const Review& review : page.items) {
        out.begin_object();
        write_members(out, page.shop, review, page.for_moderator);
        out.end_object();
    }
    out.end_array();
    tools::write_paging(out, page.total, page.skip, page.limit, page.items.size());
    out.key("stats");
    shop::to_json(out, page.stats);
    tools::write_untrusted(out, {"items[].author_name", "items[].text", "items[].photos[].url"});
    out.end_object();
}

// create_review

void from_json(const Json& arguments, CreateReview& command) {
    read(arguments, "target", command.target);
    read(arguments, "product_id", command.product_id);
    read(arguments, "rating", command.rating);
    read(arguments, "text", command.text);
    read(arguments, "author_name", command.author_name);
    read(arguments, "tracking_id", command.tracking_id);
    read(arguments, "photo_urls", command.photo_urls);
}

void to_json(JsonWriter& out, const CreatedReview& review) {
    out.begin_object();
    out.field("id", review.id);
    out.field("status", review.status);
    out.field("verified_purchase", review.verified_purchase);
    tools::write_warnings(out, review.warnings);
    out.end_object();
}

// moderate_review

void from_json(const Json& arguments, ModerateReview& command) {
    read(arguments, "review_id", command.review_id);
    command.action = moderation_of(arguments.at("action").get_ref<const std::string&>());
    read(arguments, "reply_text", command.reply_text);
    read(arguments, "reason", command.reason);
}

void to_json(JsonWriter& out, const ModeratedReview& moderated) {
    out.begin_object();
    write_members(out, moderated.shop, moderated.review, /*for_moderator=*/true);
    out.field("previous_status", moderated.previous_status);
    tools::write_untrusted(out, {"author_name", "text", "photos[].url"});
    out.end_object();
}

// what prompts read: their arguments are strings

void from_json(const Json&, ListWaiting&) {}

void from_json(const Json& arguments, GetReview& command) {
    const auto id = tools::read_id(arguments.at("review_id").get_ref<const std::string&>());
    command.review_id = id.value_or(0);  // of no review
}

void to_json(JsonWriter& out, const ReviewForModerator& found) {
    out.begin_object();
    write_members(out, found.shop, found.review, /*for_moderator=*/true);
    tools::write_untrusted(out, {"author_name", "text", "photos[].url"});
    out.end_object();
}

}  // namespace shopkeeper::reviews

namespace shopkeeper::tools {

void add_review_sources(Prompts& prompts) {
    const auto moderators = Access::staff(Permission::moderate_reviews);
    prompts.source("review", auth::Area::reviews, moderators, reviews::get_review);
    prompts.source("waiting_reviews", auth::Area::reviews, moderators, reviews::waiting);
}

void register_reviews(Registry& registry) {
    registry.read("get_reviews", Access::everyone(), reviews::list_company_reviews);
    registry.read("get_product_reviews", Access::everyone(), reviews::list_product_reviews);
    registry.write("create_review", Access::reviewers(), reviews::create_review);
    registry.write("moderate_review", Access::staff(Permission::moderate_reviews),
                   reviews::moderate_review);
}

}  // namespace shopkeeper::tools
