#include <algorithm>

#include "domains/products/search/stem.hpp"
#include "domains/warehouse/history.hpp"
#include "domains/warehouse/inventory.hpp"
#include "domains/warehouse/items.hpp"
#include "domains/warehouse/movements.hpp"
#include "tools/arguments.hpp"
#include "tools/register_all.hpp"
#include "tools/results.hpp"
#include "tools/warehouse_json.hpp"

namespace shopkeeper::warehouse {

using tools::read;

void write_item(JsonWriter& out, const shop::Shop& shop, const StockItem& item) {
    out.begin_object();
    out.field("id", item.id);
    out.field("name", item.name);
    out.field("kind", item.kind);
    out.field("unit", item.unit);
    out.field("quantity", item.quantity);
    out.field("reserved_quantity", item.reserved_quantity);
    out.field("available_quantity", item.available_quantity());
    out.field("min_quantity", item.min_quantity);
    out.field("is_low_stock", item.is_low_stock());
    out.raw_field("cost_price", shop.major(item.cost_price_minor));
    out.raw_field("retail_price", shop.major(item.retail_price_minor));
    out.field("cost_price_display", shop.display(item.cost_price_minor));
    out.field("retail_price_display", shop.display(item.retail_price_minor));
    out.field("currency", shop.currency.code);
    out.field("image_url", item.image_url);
    out.key("last_delivery_at");
    if (item.last_delivery_ms)
        out.value(shop.rfc3339(*item.last_delivery_ms));
    else
        out.null();
    out.field("created_at", shop.rfc3339(item.created_ms));
    out.field("updated_at", shop.rfc3339(item.updated_ms));
    out.end_object();
}

void write_operation(JsonWriter& out, const shop::Shop& shop, const Operation& operation) {
    const auto amount = [&](std::string_view name, const std::optional<std::int64_t>& minor) {
        out.raw_field(name, minor ? shop.major(*minor) : "null");
    };
    out.begin_object();
    out.field("id", operation.id);
    out.field("warehouse_item_id", operation.warehouse_item_id);
    out.field("item_name", operation.item_name);
    out.field("operation_type", operation.operation_type);
    out.field("quantity_change", operation.quantity_change);
    out.field("balance_after", operation.balance_after);
    out.field("description", operation.description);
    amount("old_value", operation.old_value_minor);
    amount("new_value", operation.new_value_minor);
    out.field("order_id", operation.order_id);
    out.field("order_number", operation.order_number);
    out.field("user_id", operation.user_id);
    out.field("user_name", operation.user_name);
    out.field("forced", operation.forced);
    out.field("created_at", shop.rfc3339(operation.created_ms));
    out.end_object();
}

// list_warehouse_items

namespace {

/// Every word of the query, in whatever form and language, is a word of the name. Rule: domain F13.
std::function<bool(std::string_view)> name_search(const std::string& query) {
    return [wanted = products::search::search_stems(query)](std::string_view name) {
        const auto words = products::search::read_text(name).words;
        return std::all_of(wanted.begin(), wanted.end(), [&](const std::string& stem) {
            return std::any_of(words.begin(), words.end(),
                               [&](const auto& word) { return word.stem == stem; });
        });
    };
}

}  // namespace

void from_json(const Json& arguments, ListItems& command) {
    if (const auto search = arguments.find("search"); search != arguments.end()) {
        command.fits_name = name_search(search->get_ref<const std::string&>());
    }
    read(arguments, "low_stock", command.low_stock);
    read(arguments, "kind", command.kind);
    read(arguments, "skip", command.skip);
    read(arguments, "limit", command.limit);
}

void to_json(JsonWriter& out, const StockItemPage& page) {
    out.begin_object();
    out.key("items");
    out.begin_array();
    for (const StockItem& item : page.items) write_item(out, page.shop, item);
    out.end_array();
    tools::write_paging(out, page.total, page.skip, page.limit, page.items.size());
    out.end_object();
}

// add_warehouse_stock, record_warehouse_operation

void from_json(const Json& arguments, AddStock& command) {
    read(arguments, "warehouse_item_id", command.warehouse_item_id);
    read(arguments, "item_name", command.item_name);
    read(arguments, "quantity", command.quantity);
    read(arguments, "notes", command.notes);
    read(arguments, "cost_price", command.cost_price);
    read(arguments, "retail_price", command.retail_price);
    read(arguments, "kind", command.kind);
    read(arguments, "unit", command.unit);
    read(arguments, "min_quantity", command.min_quantity);
}

void from_json(const Json& arguments, RecordOperation& command) {
    read(arguments, "warehouse_item_id", command.warehouse_item_id);
    const auto& type = arguments.at("operation_type").get_ref<const std::string&>();
    if (type == "OUT")
        command.type = ManualOperation::out;
    else if (type == "WRITE_OFF")
        command.type = ManualOperation::write_off;
    else
        command.type = ManualOperation::in;
    read(arguments, "quantity", command.quantity);
    read(arguments, "notes", command.notes);
    read(arguments, "force", command.force);
}

void to_json(JsonWriter& out, const Movement& movement) {
    out.begin_object();
    out.key("operation");
    write_operation(out, movement.shop, movement.operations.back());
    out.key("operations");
    out.begin_array();
    for (const Operation& operation : movement.operations) {
        write_operation(out, movement.shop, operation);
    }
    out.end_array();
    out.key("item");
    write_item(out, movement.shop, movement.item);
    out.field("item_created", movement.item_created);
    tools::write_warnings(out, movement.warnings);
    out.end_object();
}

// get_warehouse_history

void from_json(const Json& arguments, GetHistory& command) {
    read(arguments, "warehouse_item_id", command.warehouse_item_id);
    read(arguments, "operation_type", command.operation_type);
    read(arguments, "skip", command.skip);
    read(arguments, "limit", command.limit);
}

void to_json(JsonWriter& out, const OperationPage& page) {
    out.begin_object();
    out.key("items");
    out.begin_array();
    for (const Operation& operation : page.items) write_operation(out, page.shop, operation);
    out.end_array();
    tools::write_paging(out, page.total, page.skip, page.limit, page.items.size());
    out.key("item");
    write_item(out, page.shop, page.item);
    out.end_object();
}

// create_inventory_check

void from_json(const Json& json, Count& count) {
    read(json, "warehouse_item_id", count.warehouse_item_id);
    read(json, "actual_quantity", count.actual_quantity);
}

void from_json(const Json& arguments, CreateInventoryCheck& command) {
    if (arguments.contains("items")) read(arguments, "items", command.items.emplace());
    read(arguments, "conducted_by", command.conducted_by);
    read(arguments, "comment", command.comment);
    read(arguments, "check_id", command.check_id);
    read(arguments, "apply", command.apply);
}

void to_json(JsonWriter& out, const InventoryCheck& check) {
    out.begin_object();
    out.field("id", check.id);
    out.field("status", check.status);
    out.field("conducted_by", check.conducted_by);
    out.field("comment", check.comment);
    out.field("created_at", check.shop.rfc3339(check.created_ms));
    out.key("applied_at");
    if (check.applied_ms)
        out.value(check.shop.rfc3339(*check.applied_ms));
    else
        out.null();
    out.key("items");
    out.begin_array();
    for (const InventoryLine& line : check.lines) {
        out.begin_object();
        out.field("warehouse_item_id", line.warehouse_item_id);
        out.field("warehouse_item_name", line.item_name);
        out.field("current_quantity", line.current_quantity);
        out.field("actual_quantity", line.actual_quantity);
        out.field("difference", line.difference);
        out.end_object();
    }
    out.end_array();
    out.key("summary");
    out.begin_object();
    out.field("surplus", check.surplus);
    out.field("shortage", check.shortage);
    out.raw_field("value_difference", check.shop.major(check.value_difference_minor));
    out.field("value_difference_display", check.shop.display(check.value_difference_minor));
    out.field("currency", check.shop.currency.code);
    out.end_object();
    tools::write_warnings(out, check.warnings);
    out.end_object();
}

}  // namespace shopkeeper::warehouse

namespace shopkeeper::tools {

void register_warehouse(Registry& registry) {
    registry.read("list_warehouse_items", Access::staff(Permission::view_warehouse),
                  warehouse::list_items);
    registry.write("add_warehouse_stock", Access::staff(Permission::update_warehouse),
                   warehouse::add_stock);
    registry
        .write("record_warehouse_operation", Access::staff(Permission::update_warehouse),
               warehouse::record_operation)
        .aliases({{"operation_type", "delivery", "IN"},
                  {"operation_type", "приход", "IN"},
                  {"operation_type", "sale", "OUT"},
                  {"operation_type", "расход", "OUT"},
                  {"operation_type", "writeoff", "WRITE_OFF"},
                  {"operation_type", "списание", "WRITE_OFF"}});
    registry
        .read("get_warehouse_history", Access::staff(Permission::view_warehouse),
              warehouse::get_history)
        .aliases({{"operation_type", "IN", "delivery"},
                  {"operation_type", "приход", "delivery"},
                  {"operation_type", "OUT", "sale"},
                  {"operation_type", "расход", "sale"},
                  {"operation_type", "WRITE_OFF", "writeoff"},
                  {"operation_type", "списание", "writeoff"}});
    registry.write("create_inventory_check", Access::staff(Permission::conduct_inventory_checks),
                   warehouse::create_inventory_check);
}

}  // namespace shopkeeper::tools
