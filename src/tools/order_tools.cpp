#include <set>

#include "domains/orders/cancel.hpp"
#include "domains/orders/create.hpp"
#include "domains/orders/edit.hpp"
#include "domains/orders/list.hpp"
#include "domains/orders/preview.hpp"
#include "domains/orders/status.hpp"
#include "domains/orders/tracking.hpp"
#include "tools/arguments.hpp"
#include "tools/order_json.hpp"
#include "tools/register_all.hpp"
#include "tools/results.hpp"
#include "tools/warehouse_json.hpp"

namespace shopkeeper::orders {

using tools::read;

namespace {

/// Reads an enum argument by its word.
template <class Enum>
void read_word(const Json& arguments, std::string_view name, std::optional<Enum>& out,
               Enum (*of)(std::string_view)) {
    const auto member = arguments.find(name);
    if (member != arguments.end()) out = of(member->get_ref<const std::string&>());
}

StockAction stock_action_of(std::string_view word) {
    return word == "writeoff" ? StockAction::write_off : StockAction::restock;
}

void read_delivery_type(const Json& arguments, DeliveryType& out) {
    std::optional<DeliveryType> given;
    read_word(arguments, "delivery_type", given, delivery_type_of);
    if (given) out = *given;
}

void write_amount(JsonWriter& out, const shop::Shop& shop, const std::string& name,
                  const std::optional<std::int64_t>& minor) {
    out.raw_field(name, minor ? shop.major(*minor) : "null");
    out.field(name + "_display", minor ? std::optional(shop.display(*minor)) : std::nullopt);
}

/// The paths of a list's items, each once, as seen from the list.
template <class View>
void write_untrusted_of_items(JsonWriter& out, const std::vector<View>& items) {
    std::set<std::string> paths;
    for (const View& item : items) {
        for (const std::string& path : untrusted_paths(item)) paths.insert("items[]." + path);
    }
    out.field("untrusted_fields", std::vector<std::string>(paths.begin(), paths.end()));
}

template <class View>
void write_items(JsonWriter& out, const std::vector<View>& items) {
    out.key("items");
    out.begin_array();
    for (const View& item : items) {
        out.begin_object();
        write_members(out, item);
        out.end_object();
    }
    out.end_array();
}

const shop::Shop& shop_of(const ChangedOrder& changed) {
    return std::visit([](const auto& view) -> const shop::Shop& { return view.view.shop; },
                      changed);
}

}  // namespace

// Items, in create_order and preview_order_cost

void from_json(const Json& arguments, BasketItem& item) {
    read(arguments, "product_id", item.product_id);
    read(arguments, "quantity", item.quantity);
    read(arguments, "special_requests", item.special_requests);
}

// list_orders, get_order

void from_json(const Json& arguments, ListOrders& command) {
    read_word(arguments, "status", command.status, status_of);
    read_word(arguments, "payment_status", command.payment_status, payment_status_of);
    read(arguments, "customer_phone", command.customer_phone);
    read(arguments, "search", command.search);
    read(arguments, "date_from", command.date_from);
    read(arguments, "date_to", command.date_to);
    command.by_created_day = arguments.value("date_field", "") == "created";
    command.soonest_delivery_first = arguments.value("sort", "") == "delivery_time";
    read(arguments, "skip", command.skip);
    read(arguments, "limit", command.limit);
}

void to_json(JsonWriter& out, const OrderPage& page) {
    out.begin_object();
    write_items(out, page.items);
    tools::write_paging(out, page.total, page.skip, page.limit, page.items.size());
    write_untrusted_of_items(out, page.items);
    out.end_object();
}

void from_json(const Json& arguments, GetOrder& command) {
    read(arguments, "order_id", command.order_id);
}

void to_json(JsonWriter& out, const OrderStaff& staff) {
    out.begin_object();
    write_members(out, staff);
    out.end_object();
}

// create_order

void from_json(const Json& arguments, CreateOrder& command) {
    read(arguments, "customer_name", command.customer_name);
    read(arguments, "customer_phone", command.customer_phone);
    read(arguments, "items", command.items);
    read_delivery_type(arguments, command.delivery_type);
    read(arguments, "delivery_date", command.delivery_date);
    read(arguments, "delivery_time", command.delivery_time);
    read(arguments, "delivery_address", command.delivery_address);
    read(arguments, "pickup_location_id", command.pickup_location_id);
    read(arguments, "recipient_name", command.recipient_name);
    read(arguments, "recipient_phone", command.recipient_phone);
    read(arguments, "sender_phone", command.sender_phone);
    read(arguments, "ask_delivery_address", command.ask_delivery_address);
    read(arguments, "ask_delivery_time", command.ask_delivery_time);
    read(arguments, "delivery_notes", command.delivery_notes);
    read(arguments, "notes", command.notes);
    read(arguments, "payment_method", command.payment_method);
    read(arguments, "total_price", command.total_price);
    read(arguments, "strict_price", command.strict_price);
    read(arguments, "telegram_user_id", command.telegram_user_id);
    read(arguments, "allow_duplicate", command.allow_duplicate);
}

void to_json(JsonWriter& out, const CreatedOrder& created) {
    const shop::Shop& shop = created.view.shop;
    out.begin_object();
    write_members(out, created.view);
    out.field("duplicate", created.duplicate);
    out.key("price_mismatch");
    if (created.price_mismatch) {
        out.begin_object();
        out.raw_field("given", shop.major(created.price_mismatch->given_minor));
        out.raw_field("subtotal", shop.major(created.price_mismatch->subtotal_minor));
        out.raw_field("total", shop.major(created.price_mismatch->total_minor));
        out.end_object();
    } else {
        out.null();
    }
    tools::write_warnings(out, created.warnings);
    out.end_object();
}

// update_order_status

void from_json(const Json& arguments, UpdateStatus& command) {
    read(arguments, "order_id", command.order_id);
    read_word(arguments, "status", command.status, status_of);
    read_word(arguments, "payment_status", command.payment_status, payment_status_of);
    read(arguments, "notes", command.notes);
    read_word(arguments, "stock_action", command.stock_action, stock_action_of);
    read(arguments, "courier_id", command.courier_id);
    read(arguments, "florist_id", command.florist_id);
    read(arguments, "photo_url", command.photo_url);
    read(arguments, "include_optional", command.include_optional);
}

void to_json(JsonWriter& out, const UpdatedStatus& updated) {
    out.begin_object();
    write_members(out, updated.order);
    out.field("status_changed", updated.status_changed);
    out.field("payment_changed", updated.payment_changed);
    out.key("stock_operations");
    out.begin_array();
    for (const warehouse::Operation& operation : updated.stock_operations) {
        warehouse::write_operation(out, updated.order.view.shop, operation);
    }
    out.end_array();
    tools::write_warnings(out, updated.warnings);
    out.end_object();
}

// update_order

void from_json(const Json& arguments, EditOrder& command) {
    read(arguments, "tracking_id", command.tracking_id);
    read(arguments, "delivery_address", command.delivery_address);
    read(arguments, "delivery_date", command.delivery_date);
    read(arguments, "delivery_time", command.delivery_time);
    read_word(arguments, "delivery_type", command.delivery_type, delivery_type_of);
    read(arguments, "pickup_location_id", command.pickup_location_id);
    read(arguments, "delivery_notes", command.delivery_notes);
    read(arguments, "notes", command.notes);
    read(arguments, "recipient_name", command.recipient_name);
    read(arguments, "recipient_phone", command.recipient_phone);
}

void to_json(JsonWriter& out, const EditedOrder& edited) {
    const shop::Shop& shop = shop_of(edited.order);
    out.begin_object();
    std::vector<std::string> untrusted;
    if (!edited.changed_fields.empty()) {
        untrusted = {"changed_fields[].old", "changed_fields[].new"};
    }
    write_members(out, edited.order, untrusted);
    out.key("changed_fields");
    out.begin_array();
    for (const ChangedField& change : edited.changed_fields) {
        out.begin_object();
        out.field("field", change.field);
        out.field("old", change.old_value);
        out.field("new", change.new_value);
        out.end_object();
    }
    out.end_array();
    out.key("price_changed");
    if (edited.price_changed) {
        out.begin_object();
        out.raw_field("old_total", shop.major(edited.price_changed->old_total_minor));
        out.raw_field("new_total", shop.major(edited.price_changed->new_total_minor));
        out.end_object();
    } else {
        out.null();
    }
    tools::write_warnings(out, edited.warnings);
    out.end_object();
}

// track_order, track_order_by_phone

void from_json(const Json& arguments, TrackOrder& command) {
    read(arguments, "tracking_id", command.tracking_id);
}

void to_json(JsonWriter& out, const OrderTracking& tracking) {
    out.begin_object();
    write_members(out, tracking);
    out.end_object();
}

void from_json(const Json& arguments, TrackByPhone& command) {
    read(arguments, "customer_phone", command.customer_phone);
    read(arguments, "order_number", command.order_number);
    read(arguments, "recipient_name", command.recipient_name);
    read(arguments, "skip", command.skip);
    read(arguments, "limit", command.limit);
}

void to_json(JsonWriter& out, const PhoneOrders& page) {
    out.begin_object();
    const std::size_t shown = std::visit(
        [&](const auto& items) {
            write_items(out, items);
            return items.size();
        },
        page.items);
    tools::write_paging(out, page.total, page.skip, page.limit, shown);
    out.field("verified", page.verified);
    out.field("message", page.message);
    if (const auto* full = std::get_if<std::vector<OrderTracking>>(&page.items)) {
        write_untrusted_of_items(out, *full);
    } else {
        tools::write_untrusted(out, {});
    }
    out.end_object();
}

// preview_order_cost

void from_json(const Json& arguments, PreviewCost& command) {
    read(arguments, "items", command.items);
    read_delivery_type(arguments, command.delivery_type);
    read(arguments, "delivery_date", command.delivery_date);
    read(arguments, "delivery_time", command.delivery_time);
}

void to_json(JsonWriter& out, const Preview& preview) {
    const shop::Shop& shop = preview.shop;
    out.begin_object();
    out.field("available", preview.available);
    out.key("items");
    out.begin_array();
    for (const Preview::Item& item : preview.items) {
        out.begin_object();
        out.field("product_id", item.line.product_id);
        out.field("product_name", item.line.product_name);
        out.field("quantity", item.line.quantity);
        write_amount(out, shop, "unit_price", item.line.unit_price_minor);
        write_amount(out, shop, "line_total", item.line.line_total_minor);
        out.field("available", item.available);
        out.field("max_quantity", item.max_quantity);
        out.end_object();
    }
    out.end_array();
    tools::write_warnings(out, preview.warnings);
    write_amount(out, shop, "subtotal", preview.subtotal_minor);
    write_amount(out, shop, "delivery_cost", preview.delivery_cost_minor);
    write_amount(out, shop, "free_delivery_threshold", shop.free_delivery_threshold_minor);
    out.field("free_delivery_applied", preview.free_delivery_applied);
    write_amount(out, shop, "amount_to_free_delivery", preview.amount_to_free_delivery_minor);
    write_amount(out, shop, "discount", preview.discount_minor);
    write_amount(out, shop, "total", preview.total_minor);
    out.field("currency", shop.currency.code);
    out.key("time");
    if (preview.time) {
        out.begin_object();
        out.field("feasible", preview.time->feasible);
        out.field("code", preview.time->code);
        out.field("earliest", preview.time->earliest.empty()
                                  ? std::optional<std::string>()
                                  : std::optional(preview.time->earliest));
        out.end_object();
    } else {
        out.null();
    }
    out.key("shop");
    out.begin_object();
    out.field("id", shop.id);
    out.field("name", shop.name);
    out.field("delivery_available", shop.delivery_available);
    out.field("pickup_available", shop.pickup_available);
    out.end_object();
    out.end_object();
}

// cancel_order

void from_json(const Json& arguments, CancelOrder& command) {
    read(arguments, "tracking_id", command.tracking_id);
    read(arguments, "order_id", command.order_id);
    read(arguments, "reason", command.reason);
    read_word(arguments, "stock_action", command.stock_action, stock_action_of);
}

void to_json(JsonWriter& out, const CancelledOrder& cancelled) {
    out.begin_object();
    write_members(out, cancelled.order);  // refund_required is a member of every view
    out.field("already_cancelled", cancelled.already_cancelled);
    out.field("stock_effect", cancelled.stock_effect);
    out.end_object();
}

}  // namespace shopkeeper::orders

namespace shopkeeper::tools {

namespace {

/// Other words for statuses and for the two ways of handing over. Rule: domain O6, 3.3.
void accept_status_words(Tool& tool) {
    tool.aliases({{"status", "confirmed", "accepted"},
                  {"status", "ready", "assembled"},
                  {"status", "delivering", "in_delivery"},
                  {"status", "canceled", "cancelled"}});
}

void accept_delivery_words(Tool& tool) {
    tool.aliases({{"delivery_type", "express", "delivery"},
                  {"delivery_type", "scheduled", "delivery"},
                  {"delivery_type", "standard", "delivery"},
                  {"delivery_type", "courier", "delivery"},
                  {"delivery_type", "доставка", "delivery"},
                  {"delivery_type", "самовывоз", "pickup"}});
}

}  // namespace

void register_orders(Registry& registry) {
    accept_status_words(registry.read(
        "list_orders", Access::staff(Permission::view_orders, /*courier_own=*/true), orders::list));
    registry.read("get_order", Access::staff(Permission::view_orders, /*courier_own=*/true),
                  orders::get);
    accept_delivery_words(registry.write("create_order", Access::everyone(), orders::create));
    accept_status_words(registry.write(
        "update_order_status", Access::staff(Permission::manage_order_status, /*courier_own=*/true),
        orders::update_status));
    accept_delivery_words(registry.write("update_order", Access::everyone(), orders::edit));
    registry.read("track_order", Access::everyone(), orders::track);
    registry.read("track_order_by_phone", Access::everyone(), orders::track_by_phone);
    accept_delivery_words(registry.read("preview_order_cost", Access::everyone(), orders::preview));
    registry.write("cancel_order", Access::everyone(), orders::cancel);
}

}  // namespace shopkeeper::tools
