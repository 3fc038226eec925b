#include "domains/orders/status.hpp"

#include "base/url.hpp"
#include "domains/orders/announcements.hpp"
#include "domains/orders/history.hpp"
#include "domains/orders/lookup.hpp"
#include "domains/orders/order_store.hpp"
#include "domains/orders/stock_effects.hpp"
#include "domains/orders/transitions.hpp"

namespace shopkeeper::orders {

namespace {

constexpr std::string_view kWorker = R"sql(
SELECT role
FROM staff_user
WHERE shop_id = $1 AND id = $2 AND is_active
)sql";

void stamp(Order& order, Status status, UnixMs now_ms) {
    switch (status) {
        case Status::paid:
            order.paid_ms = now_ms;
            break;
        case Status::accepted:
            order.accepted_ms = now_ms;
            break;
        case Status::assembled:
            order.assembled_ms = now_ms;
            break;
        case Status::in_delivery:
            order.in_delivery_ms = now_ms;
            break;
        case Status::delivered:
            order.delivered_ms = now_ms;
            break;
        case Status::created:
        case Status::cancelled:
            break;
    }
}

std::optional<std::string> id_text(std::optional<std::int64_t> id) {
    return id ? std::optional(std::to_string(*id)) : std::nullopt;
}

/// One update_order_status call. Each part saves what it changed under the version it has read, so
/// that its history and its messages are those of one change.
class Progress {
public:
    Progress(storage::Connection& connection, const CallContext& context, shop::Shop shop,
             Order order, const UpdateStatus& command)
        : connection_(connection),
          context_(context),
          shop_(std::move(shop)),
          order_(std::move(order)),
          counted_before_(counted(order_)),
          command_(command),
          party_(party_of(context.caller)) {}

    Result<UpdatedStatus> run() {
        if (auto done = assign(); !done) return Refusal(done.error());
        if (auto done = move(); !done) return Refusal(done.error());
        if (auto done = settle(); !done) return Refusal(done.error());
        if (auto done = attach_photo(); !done) return Refusal(done.error());
        count_change(connection_, counted_before_, order_);
        context_.audit.target_kind = "order";
        context_.audit.target_id = std::to_string(order_.id);
        context_.audit.effective = changed_;
        return UpdatedStatus{staff_view_of(connection_, context_, shop_, std::move(order_)),
                             status_changed_, payment_changed_, std::move(operations_),
                             std::move(warnings_)};
    }

private:
    Result<void> save(Status read_as) {
        changed_ = true;
        return orders::save(connection_, order_, read_as, context_.now_ms);
    }

    Result<void> assign() {
        const bool florist = command_.florist_id && command_.florist_id != order_.florist_id;
        const bool courier = command_.courier_id && command_.courier_id != order_.courier_id;
        if (!florist && !courier) return {};
        if (is_final(order_.status)) {
            return failed_precondition("status_not_editable",
                                       "This order is finished: nobody can be assigned any more.",
                                       std::string(word(order_.status)));
        }
        std::vector<std::string> fields;
        if (florist) {
            if (auto done = assign_florist(); !done) return done;
            fields.emplace_back("florist_id");
        }
        if (courier) {
            if (auto done = assign_courier(*command_.courier_id); !done) return done;
            fields.emplace_back("courier_id");
        }
        if (auto saved = save(order_.status); !saved) return saved;
        announce_update(connection_, context_, shop_, order_, fields);
        return {};
    }

    Result<void> assign_florist() {
        const auto role = role_of(*command_.florist_id);
        if (!role || *role == "courier") return not_found("florist", *command_.florist_id);
        note("florist_id", id_text(order_.florist_id), id_text(command_.florist_id));
        order_.florist_id = command_.florist_id;
        return {};
    }

    Result<void> assign_courier(std::int64_t courier_id) {
        if (!order_.is_delivery()) {
            return failed_precondition("wrong_delivery_type",
                                       "A pickup order needs no courier: the customer comes to the "
                                       "shop.",
                                       std::string(word(order_.delivery_type)));
        }
        const auto role = role_of(courier_id);
        if (role != "courier") return not_found("courier", courier_id);
        note("courier_id", id_text(order_.courier_id), std::to_string(courier_id));
        order_.courier_id = courier_id;
        return {};
    }

    /// The role of an active member of this shop's staff.
    std::optional<std::string> role_of(std::int64_t user_id) {
        const storage::Rows rows = connection_.query(kWorker, {shop_.id, user_id});
        if (rows.empty()) return std::nullopt;
        return rows.front().get<std::string>(0);
    }

    Result<void> move() {
        if (!command_.status || *command_.status == order_.status) return {};
        if (*command_.status == Status::cancelled) return cancel();
        if (*command_.status == Status::paid && is_past_paying()) return record_payment();
        const auto transition = step(order_, *command_.status, party_);
        if (!transition) return Refusal(transition.error());
        if (auto done = move_stock(**transition); !done) return done;
        return arrive(**transition);
    }

    /// O7: from here on a payment is recorded, but moves no status back.
    bool is_past_paying() const {
        return order_.status != Status::created && order_.status != Status::paid;
    }

    Result<void> move_stock(const Transition& transition) {
        switch (transition.stock) {
            case StockEffect::keep:
                hold_or_warn(connection_, context_, order_, warnings_);
                return {};
            case StockEffect::hold:
                return hold_or_refuse(connection_, context_, order_);
            case StockEffect::consume:
                return keep_operations(take(connection_, context_, shop_, order_,
                                            command_.include_optional, warnings_));
            case StockEffect::take_back:
                return keep_operations(warehouse::return_to_reserved(
                    connection_, context_, shop_, {order_.id, order_.order_number}));
            case StockEffect::none:
            case StockEffect::release:  // cancelling has its own way
            case StockEffect::give_back:
                break;
        }
        return {};
    }

    Result<void> keep_operations(Result<std::vector<warehouse::Operation>> operations) {
        if (!operations) return Refusal(operations.error());
        operations_ = std::move(*operations);
        return {};
    }

    Result<void> arrive(const Transition& transition) {
        const Status old_status = order_.status;
        const PaymentStatus old_payment = order_.payment_status;
        order_.status = transition.to;
        stamp(order_, transition.to, context_.now_ms);
        if (transition.to == Status::paid) mark_paid();
        const bool takes_it =
            transition.to == Status::in_delivery && party_ == Party::courier && !order_.courier_id;
        if (takes_it) order_.courier_id = context_.caller.user_id;
        if (auto saved = save(old_status); !saved) return saved;

        status_changed_ = true;
        note("status", std::string(word(old_status)), std::string(word(order_.status)));
        if (takes_it) note("courier_id", std::nullopt, id_text(order_.courier_id));
        announce_status(connection_, context_, shop_, order_, old_status);
        if (order_.payment_status != old_payment) tell_payment(old_payment);
        return {};
    }

    Result<void> cancel() {
        if (!command_.notes) {
            return invalid_argument(
                "notes",
                "Cancelling needs a reason in notes: changed_mind, "
                "wrong_product, delivery_time, duplicate, other, or free text.");
        }
        const PaymentStatus old_payment = order_.payment_status;
        auto operations = cancel_locked(connection_, context_, shop_, order_, party_,
                                        cancel_reason(*command_.notes), command_.stock_action);
        if (!operations) return Refusal(operations.error());
        operations_ = std::move(*operations);
        status_changed_ = true;
        payment_changed_ = order_.payment_status != old_payment;
        changed_ = true;
        return {};
    }

    Result<void> settle() {
        if (!command_.payment_status) return {};
        if (*command_.payment_status == PaymentStatus::refunded) return record_refund();
        if (order_.status == Status::created) {
            const auto transition = step(order_, Status::paid, party_);
            if (!transition) return payment_refused("Only the shop records this payment.");
            hold_or_warn(connection_, context_, order_, warnings_);
            return arrive(**transition);
        }
        return record_payment();
    }

    Result<void> record_payment() {
        if (order_.status == Status::cancelled) {
            return payment_refused("A cancelled order takes no payment.");
        }
        if (party_ == Party::courier && order_.status < Status::in_delivery) {
            return payment_refused("A courier takes money on the way or at the door only.");
        }
        if (order_.payment_status != PaymentStatus::unpaid) return {};
        if (is_before_assembly(order_.status)) {
            hold_or_warn(connection_, context_, order_, warnings_);
        }
        const PaymentStatus old_payment = order_.payment_status;
        mark_paid();
        if (auto saved = save(order_.status); !saved) return saved;
        tell_payment(old_payment);
        return {};
    }

    Result<void> record_refund() {
        if (order_.payment_status == PaymentStatus::refunded) return {};
        if (order_.payment_status != PaymentStatus::refund_required || party_ != Party::lead) {
            return payment_refused(
                "A refund is recorded by a manager or director, and only where one is due "
                "(payment_status refund_required).");
        }
        order_.payment_status = PaymentStatus::refunded;
        if (auto saved = save(order_.status); !saved) return saved;
        tell_payment(PaymentStatus::refund_required);
        return {};
    }

    void mark_paid() {
        order_.payment_status = PaymentStatus::paid;
        order_.amount_paid_minor = order_.total_minor;
        order_.paid_ms = context_.now_ms;
    }

    void tell_payment(PaymentStatus old_payment) {
        payment_changed_ = true;
        note("payment_status", std::string(word(old_payment)),
             std::string(word(order_.payment_status)));
        announce_payment(connection_, context_, shop_, order_, old_payment);
    }

    Refusal payment_refused(std::string message) {
        return failed_precondition("payment_transition", std::move(message),
                                   std::string(word(order_.payment_status)));
    }

    Result<void> attach_photo() {
        if (!command_.photo_url) return {};
        const bool on_the_road =
            order_.status == Status::in_delivery || order_.status == Status::delivered;
        if (!on_the_road && order_.status != Status::assembled) {
            return invalid_argument("photo_url",
                                    "A photo belongs to an order that is assembled, in_delivery or "
                                    "delivered; this one is " +
                                        std::string(word(order_.status)) + ".");
        }
        const OrderPhoto photo{*command_.photo_url, on_the_road ? "delivery" : "assembly"};
        if (auto saved = save(order_.status); !saved) return saved;
        insert_photo(connection_, order_, photo, context_.now_ms);
        note("photo", std::nullopt, photo.url);
        const std::string fields[] = {"photo"};
        announce_update(connection_, context_, shop_, order_, fields);
        announce_photo(connection_, context_, shop_, order_, photo);
        return {};
    }

    void note(std::string_view field, std::optional<std::string> old_value,
              std::optional<std::string> new_value) {
        record(connection_, context_, order_,
               {field, std::move(old_value), std::move(new_value), command_.notes});
    }

    storage::Connection& connection_;
    const CallContext& context_;
    const shop::Shop shop_;
    Order order_;
    const Counted counted_before_;
    const UpdateStatus& command_;
    const Party party_;
    bool changed_ = false;
    bool status_changed_ = false;
    bool payment_changed_ = false;
    std::vector<warehouse::Operation> operations_;
    std::vector<Warning> warnings_;
};

Result<void> check(const CallContext& context, const UpdateStatus& command) {
    const bool assigns = command.courier_id || command.florist_id;
    if (assigns && !context.caller.can(Permission::assign_staff)) {
        return permission_denied("role", "Florists and couriers are assigned by a manager.",
                                 std::string(word(Permission::assign_staff)));
    }
    if (!assigns && !command.status && !command.payment_status && !command.photo_url) {
        return invalid_argument("status",
                                "Say what shall change: status, payment_status, courier_id, "
                                "florist_id or photo_url.");
    }
    if (command.photo_url) return url::check_public_https(*command.photo_url, "photo_url");
    return {};
}

}  // namespace

Result<UpdatedStatus> update_status(storage::Connection& connection, const CallContext& context,
                                    const UpdateStatus& command) {
    if (auto fits = check(context, command); !fits) return Refusal(fits.error());
    auto located = locate_for_staff(connection, context, command.order_id, Hold::yes);
    if (!located) return Refusal(located.error());
    const CallContext later = behind_last_change(context, located->order);
    return Progress(connection, later, std::move(located->shop), std::move(located->order), command)
        .run();
}

}  // namespace shopkeeper::orders
