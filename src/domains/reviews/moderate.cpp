#include <algorithm>

#include "base/json_writer.hpp"
#include "domains/reviews/review.hpp"
#include "domains/shop/confirmation.hpp"
#include "domains/shop/shop_lock.hpp"
#include "journal/events.hpp"

namespace shopkeeper::reviews {
namespace {

/// Text and rating have no statement that could change them (R5).
constexpr std::string_view kSetStatus = R"sql(
UPDATE review
SET status = $4, moderated_by = $5, moderation_reason = $6, updated_ms = $7
WHERE shop_id = $1 AND id = $2 AND status = $3
)sql";

constexpr std::string_view kSetReply = R"sql(
UPDATE review
SET reply_text = $3, replied_ms = $4, moderated_by = $5, updated_ms = $4
WHERE shop_id = $1 AND id = $2
)sql";

/// The status an action leads to and those it may start from.
struct Transition {
    std::string_view to;
    std::vector<std::string> from;
};

Transition transition_of(Moderation action) {
    switch (action) {
        case Moderation::publish:
            return {"published", {"pending", "hidden", "rejected"}};
        case Moderation::hide:
            return {"hidden", {"published"}};
        case Moderation::reject:
            return {"rejected", {"pending"}};
        case Moderation::reply:
            break;
    }
    return {"", {}};
}

Result<void> check_command(const ModerateReview& command) {
    const bool is_reply = command.action == Moderation::reply;
    if (is_reply != command.reply_text.has_value()) {
        return invalid_argument("reply_text", is_reply ? "A reply needs reply_text."
                                                       : "reply_text belongs to action reply.");
    }
    const bool needs_reason =
        command.action == Moderation::hide || command.action == Moderation::reject;
    if (needs_reason && !command.reason) {
        return invalid_argument("reason", "Hiding and rejecting need a reason.");
    }
    return {};
}

std::string state_json(const Review& review) {
    JsonWriter json;
    json.begin_object();
    json.field("status", review.status);
    json.field("has_reply", review.reply_text.has_value());
    json.end_object();
    return std::move(json).take();
}

/// Rule: domain R5.
Result<void> change_status(storage::Connection& connection, const CallContext& context,
                           const shop::Shop& shop, const Review& review,
                           const ModerateReview& command) {
    const Transition transition = transition_of(command.action);
    const bool allowed = std::find(transition.from.begin(), transition.from.end(), review.status) !=
                         transition.from.end();
    if (!allowed) {
        return failed_precondition("status_transition",
                                   "This review cannot become " + std::string(transition.to) +
                                       " from " + review.status + ".",
                                   review.status, transition.from);
    }
    if (auto agreed =
            shop::agree(context, shop, shop::risk_of_moderation(shop, review.id, transition.to));
        !agreed) {
        return agreed;
    }
    const std::int64_t changed =
        connection.execute(kSetStatus, {shop.id, review.id, review.status, transition.to,
                                        context.caller.user_id, command.reason, context.now_ms});
    if (changed == 0) {
        return conflict("concurrent_update",
                        "Somebody moderated this review just now; look at it "
                        "again.");
    }
    return {};
}

Result<void> set_reply(storage::Connection& connection, const CallContext& context,
                       const shop::Shop& shop, const Review& review,
                       const ModerateReview& command) {
    if (auto agreed = shop::agree(context, shop, shop::risk_of_moderation(shop, review.id, ""));
        !agreed) {
        return agreed;
    }
    connection.execute(kSetReply, {shop.id, review.id, command.reply_text, context.now_ms,
                                   context.caller.user_id});
    return {};
}

void announce(storage::Connection& connection, const CallContext& context, std::int64_t shop_id,
              const Review& before, const Review& now) {
    JsonWriter data;
    data.begin_object();
    data.field("review_id", now.id);
    data.field("target", now.target);
    data.field("product_id", now.product_id);
    data.field("previous_status", before.status);
    data.field("status", now.status);
    data.key("fields");
    data.begin_array();
    if (before.status != now.status) data.value("status");
    if (before.reply_text != now.reply_text) data.value("reply_text");
    data.end_array();
    data.end_object();
    journal::emit(connection, context, shop_id,
                  {"review.updated", "review", std::to_string(now.id), std::move(data).take()});
}

}  // namespace

Result<ModeratedReview> moderate_review(storage::Connection& connection, const CallContext& context,
                                        const ModerateReview& command) {
    shop::take_turns(connection, context.shop_id);
    auto shop = shop::current(connection, context);
    if (!shop) return Refusal(shop.error());
    if (const auto fits = check_command(command); !fits) return Refusal(fits.error());
    const std::int64_t shop_id = shop->id;
    auto before = find_review(connection, shop_id, command.review_id);
    if (!before) return not_found("review", command.review_id);

    context.audit.target_kind = "review";
    context.audit.target_id = std::to_string(before->id);
    const bool repeats = command.action == Moderation::reply
                             ? before->reply_text == command.reply_text
                             : before->status == transition_of(command.action).to;
    if (repeats) {
        context.audit.effective = false;
        const std::string status = before->status;
        return ModeratedReview{std::move(*shop), std::move(*before), status};
    }
    const auto changed = command.action == Moderation::reply
                             ? set_reply(connection, context, *shop, *before, command)
                             : change_status(connection, context, *shop, *before, command);
    if (!changed) return Refusal(changed.error());
    Review now = find_review(connection, shop_id, before->id).value();
    announce(connection, context, shop_id, *before, now);
    context.audit.before_json = state_json(*before);
    context.audit.after_json = state_json(now);
    return ModeratedReview{std::move(*shop), std::move(now), before->status};
}

}  // namespace shopkeeper::reviews
