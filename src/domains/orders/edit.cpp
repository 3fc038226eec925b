#include "domains/orders/edit.hpp"

#include <array>

#include "domains/orders/announcements.hpp"
#include "domains/orders/basket.hpp"
#include "domains/orders/contacts.hpp"
#include "domains/orders/create.hpp"
#include "domains/orders/history.hpp"
#include "domains/orders/lookup.hpp"
#include "domains/orders/order_store.hpp"

namespace shopkeeper::orders {

namespace {

constexpr unsigned bit(Status status) {
    return 1U << static_cast<unsigned>(status);
}
constexpr unsigned kBeforeAssembly =
    bit(Status::created) | bit(Status::paid) | bit(Status::accepted);
constexpr unsigned kInShop = kBeforeAssembly | bit(Status::assembled);
constexpr unsigned kNotFinal = kInShop | bit(Status::in_delivery);

/// O33, a row per group; while unpaid stands beside the statuses where it is asked for.
struct EditRule {
    EditGroup group;
    unsigned by_owner;
    bool owner_while_unpaid;
    unsigned by_staff;
};
constexpr EditRule kEditRules[] = {
    {EditGroup::notes, kBeforeAssembly, false, kNotFinal},
    {EditGroup::recipient, kNotFinal, false, kNotFinal},
    {EditGroup::address, kInShop, false, kNotFinal},
    {EditGroup::time, kBeforeAssembly, false, kInShop},
    {EditGroup::type, bit(Status::created) | bit(Status::accepted), true, kBeforeAssembly},
};

/// The groups of the arguments given, each with an argument to name.
std::vector<std::pair<EditGroup, std::string_view>> given_fields(const EditOrder& command) {
    std::vector<std::pair<EditGroup, std::string_view>> given;
    const auto add = [&](const auto& argument, EditGroup group, std::string_view name) {
        if (argument) given.emplace_back(group, name);
    };
    add(command.delivery_address, EditGroup::address, "delivery_address");
    add(command.delivery_date, EditGroup::time, "delivery_date");
    add(command.delivery_time, EditGroup::time, "delivery_time");
    add(command.delivery_type, EditGroup::type, "delivery_type");
    add(command.pickup_location_id, EditGroup::type, "pickup_location_id");
    add(command.delivery_notes, EditGroup::recipient, "delivery_notes");
    add(command.notes, EditGroup::notes, "notes");
    add(command.recipient_name, EditGroup::recipient, "recipient_name");
    add(command.recipient_phone, EditGroup::recipient, "recipient_phone");
    return given;
}

std::optional<std::string> day_text(const shop::Handover& handover) {
    return handover.day ? std::optional(handover.day->text()) : std::nullopt;
}

/// "15:00", "13:00-15:00"; absent while nobody knows it.
std::optional<std::string> time_text(const shop::Shop& shop, const shop::Handover& handover) {
    const auto clock = [&](UnixMs at_ms) {
        return shop::day_minute_text(shop.zone.local(at_ms).minute);
    };
    if (handover.window_start_ms && handover.window_end_ms) {
        return clock(*handover.window_start_ms) + "-" + clock(*handover.window_end_ms);
    }
    if (handover.at_ms) return clock(*handover.at_ms);
    return std::nullopt;
}

/// One call on its way: the order is changed in memory, compared with what it was, saved once.
class Edit {
public:
    Edit(storage::Connection& connection, const CallContext& context, Located located,
         const EditOrder& command)
        : connection_(connection),
          context_(context),
          shop_(std::move(located.shop)),
          before_(located.order),
          after_(std::move(located.order)),
          command_(command) {}

    Result<EditedOrder> run() {
        if (auto done = check_statuses(); !done) return Refusal(done.error());
        if (auto done = change_place(); !done) return Refusal(done.error());
        if (auto done = change_people(); !done) return Refusal(done.error());
        if (auto done = change_time(); !done) return Refusal(done.error());
        collect_changes();
        if (auto done = store(); !done) return Refusal(done.error());
        return finish();
    }

private:
    Result<void> check_statuses() {
        const bool is_staff = context_.caller.can(Permission::update_orders);
        for (const auto& [group, name] : given_fields(command_)) {
            if (is_editable(before_, group, is_staff)) continue;
            ErrorDetails details;
            details.field = std::string(name);
            details.reason = "status_not_editable";
            details.current = std::string(word(before_.status));
            std::string message =
                std::string(name) + " can no longer be changed by this caller: the order is " +
                details.current + ", payment " + std::string(word(before_.payment_status)) +
                ". Nothing was changed. Please call the shop.";
            return refuse(ErrorCode::failed_precondition, std::move(message), std::move(details));
        }
        return {};
    }

    Result<void> change_place() {
        const DeliveryType type = command_.delivery_type.value_or(before_.delivery_type);
        switches_ = type != before_.delivery_type;
        if (command_.delivery_address && type == DeliveryType::pickup) {
            return wrong_delivery_type("delivery_address",
                                       "A pickup order has no address; change "
                                       "delivery_type to delivery as well.");
        }
        if (command_.pickup_location_id && type == DeliveryType::delivery) {
            return wrong_delivery_type("pickup_location_id",
                                       "A delivery order is not picked up; change delivery_type to "
                                       "pickup as well.");
        }
        if (switches_) {
            if (auto done = check_delivery_type(shop_, type); !done) return done;
        }
        after_.delivery_type = type;
        return type == DeliveryType::delivery ? change_address() : change_pickup_place();
    }

    Result<void> change_address() {
        if (command_.delivery_address) {
            after_.delivery_address = command_.delivery_address;
            after_.ask_delivery_address = false;
        }
        if (!switches_) return {};
        after_.pickup_address.reset();
        if (!after_.delivery_address) return missing_delivery_address(shop_, false);
        reprice();
        return {};
    }

    Result<void> change_pickup_place() {
        if (!switches_ && !command_.pickup_location_id) return {};
        auto address = shop::pickup_address(connection_, shop_, command_.pickup_location_id);
        if (!address) return Refusal(address.error());
        after_.pickup_address = std::move(*address);
        if (!switches_) return {};
        after_.delivery_address.reset();
        after_.ask_delivery_address = false;
        reprice();
        return {};
    }

    void reprice() {
        after_.delivery_cost_minor =
            shop::delivery_cost_minor(shop_, after_.is_delivery(), after_.subtotal_minor);
        after_.total_minor =
            after_.subtotal_minor + after_.delivery_cost_minor - after_.discount_minor;
    }

    Result<void> change_people() {
        if (command_.recipient_name) after_.recipient_name = *command_.recipient_name;
        if (command_.delivery_notes) after_.delivery_notes = command_.delivery_notes;
        if (command_.notes) after_.notes = command_.notes;
        if (!command_.recipient_phone) return {};
        auto phone = read_phone(*command_.recipient_phone, "recipient_phone", warnings_);
        if (!phone) return Refusal(phone.error());
        after_.recipient_phone = std::move(phone->e164);
        return {};
    }

    /// A new time is judged like at creation; so is the old one when the way of handing over
    /// changes.
    Result<void> change_time() {
        if (!command_.delivery_date && !command_.delivery_time && !switches_) return {};
        shop::HandoverRequest request;
        request.date = command_.delivery_date;
        request.time = command_.delivery_time;
        // Naming the stored day asks for the stored time once more, under the other conditions.
        if (!request.date && !request.time) request.date = day_text(before_.handover);
        request.is_delivery = after_.is_delivery();
        request.ask_time = before_.handover.ask_time;
        request.basket = preparation();
        request.already_assembled = !is_before_assembly(before_.status);
        request.stored = before_.handover;
        request.own_slot_ms = before_.handover.slot_start_ms;
        auto handover = shop::resolve_handover(connection_, shop_, request, context_.now_ms);
        if (!handover) return Refusal(handover.error());
        if (handover->assumed_pm) {
            warnings_.push_back({"assumed_pm", "The hour was taken as an hour of the afternoon."});
        }
        after_.handover = std::move(*handover);
        after_.handover.ask_time = after_.handover.precision == shop::Precision::unspecified;
        if (command_.delivery_date) after_.original_date = command_.delivery_date;
        if (command_.delivery_time) after_.original_time = command_.delivery_time;
        return {};
    }

    shop::Basket preparation() {
        std::vector<std::int64_t> ids;
        std::vector<products::BasketLine> units;
        for (const OrderLine& line : lines_of(connection_, shop_.id, before_.id)) {
            ids.push_back(line.product_id);
            units.push_back({line.product_id, line.quantity});
        }
        // Products are never deleted (T7), so those of an order are always found.
        const auto products = products::find_for_basket(connection_, shop_, ids);
        return products::basket_of(shop_, products.value(), units);
    }

    void collect_changes() {
        compare("delivery_type", std::string(word(before_.delivery_type)),
                std::string(word(after_.delivery_type)));
        compare("delivery_address", before_.delivery_address, after_.delivery_address);
        compare("pickup_address", before_.pickup_address, after_.pickup_address);
        compare("delivery_date", day_text(before_.handover), day_text(after_.handover));
        compare("delivery_time", time_text(shop_, before_.handover),
                time_text(shop_, after_.handover));
        compare("recipient_name", before_.recipient_name, after_.recipient_name);
        compare("recipient_phone", before_.recipient_phone, after_.recipient_phone);
        compare("delivery_notes", before_.delivery_notes, after_.delivery_notes);
        compare("notes", before_.notes, after_.notes);
    }

    void compare(std::string_view field, std::optional<std::string> old_value,
                 std::optional<std::string> new_value) {
        if (old_value == new_value) return;
        changes_.push_back({std::string(field), std::move(old_value), std::move(new_value)});
    }

    Result<void> store() {
        if (changes_.empty()) return {};
        if (auto done = move_slot(); !done) return done;
        if (auto saved = save(connection_, after_, before_.status, context_.now_ms); !saved) {
            return saved;
        }
        std::vector<std::string> fields;
        for (const ChangedField& change : changes_) {
            record(connection_, context_, after_,
                   {change.field, change.old_value, change.new_value});
            fields.push_back(change.field);
        }
        if (after_.total_minor != before_.total_minor) {
            record(connection_, context_, after_,
                   {"total", shop_.major(before_.total_minor), shop_.major(after_.total_minor)});
            fields.emplace_back("total");
        }
        announce_update(connection_, context_, shop_, after_, fields);
        count_change(connection_, counted(before_), after_);
        return {};
    }

    Result<void> move_slot() {
        const auto old_slot = before_.handover.slot_start_ms;
        const auto new_slot = after_.handover.slot_start_ms;
        if (old_slot == new_slot) return {};
        // The earlier slot first: of two orders that swap theirs neither waits crosswise.
        const bool moves_earlier = old_slot && new_slot && *new_slot < *old_slot;
        if (!moves_earlier) shop::free_slot(connection_, shop_, old_slot);
        if (auto booked = shop::book_slot(connection_, shop_, new_slot, context_.now_ms); !booked)
            return booked;
        if (moves_earlier) shop::free_slot(connection_, shop_, old_slot);
        return {};
    }

    EditedOrder finish() {
        context_.audit.shop_id = before_.shop_id;
        context_.audit.target_kind = "order";
        context_.audit.target_id = std::to_string(before_.id);
        context_.audit.effective = !changes_.empty();
        std::optional<PriceChange> price;
        if (after_.total_minor != before_.total_minor) {
            price = PriceChange{before_.total_minor, after_.total_minor};
        }
        Order& shown = changes_.empty() ? before_ : after_;
        return {changed_view_of(connection_, context_, shop_, std::move(shown)),
                std::move(changes_), price, std::move(warnings_)};
    }

    Refusal wrong_delivery_type(std::string field, std::string message) {
        ErrorDetails details;
        details.field = std::move(field);
        details.reason = "wrong_delivery_type";
        details.current = std::string(word(before_.delivery_type));
        return refuse(ErrorCode::failed_precondition, std::move(message), std::move(details));
    }

    storage::Connection& connection_;
    const CallContext& context_;
    const shop::Shop shop_;
    Order before_;
    Order after_;
    const EditOrder& command_;
    bool switches_ = false;
    std::vector<ChangedField> changes_;
    std::vector<Warning> warnings_;
};

}  // namespace

bool is_editable(const Order& order, EditGroup group, bool is_staff) {
    const EditRule& rule = kEditRules[static_cast<std::size_t>(group)];
    if (is_staff) return (rule.by_staff & bit(order.status)) != 0;
    if (rule.owner_while_unpaid && order.payment_status != PaymentStatus::unpaid) return false;
    return (rule.by_owner & bit(order.status)) != 0;
}

Result<EditedOrder> edit(storage::Connection& connection, const CallContext& context,
                         const EditOrder& command) {
    if (given_fields(command).empty()) {
        return invalid_argument(
            "", "Give at least one field to change.", {},
            {"delivery_address", "delivery_date", "delivery_time", "delivery_type",
             "pickup_location_id", "delivery_notes", "notes", "recipient_name", "recipient_phone"});
    }
    auto located = locate_by_tracking(connection, context, command.tracking_id, Hold::yes);
    if (!located) return Refusal(located.error());
    const CallContext later = behind_last_change(context, located->order);
    return Edit(connection, later, std::move(*located), command).run();
}

}  // namespace shopkeeper::orders
