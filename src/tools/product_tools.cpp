#include "domains/products/product_json.hpp"
#include "domains/products/products.hpp"
#include "domains/products/search/facets.hpp"
#include "domains/products/search/search.hpp"
#include "tools/arguments.hpp"
#include "tools/register_all.hpp"
#include "tools/results.hpp"

namespace shopkeeper::products {

using tools::read;

// Parts that several results share.

void write_products(JsonWriter& out, std::string_view name, const shop::Shop& shop,
                    const std::vector<Product>& products) {
    out.key(name);
    out.begin_array();
    for (const Product& product : products) write_product(out, shop, product);
    out.end_array();
}

void write_availability_members(JsonWriter& out, const Availability& availability) {
    out.field("available", availability.available);
    out.field("max_quantity", availability.max_quantity);
    out.field("unlimited", availability.unlimited);
    out.field("tracked", availability.tracked);
    out.field("reason", availability.reason);
    out.field("ready_in_minutes", availability.ready_in_minutes);
}

void to_json(JsonWriter& out, const ProductList& list) {
    out.begin_object();
    out.raw_field("items", list.items_json);
    tools::write_paging(out, list.total, list.skip, list.limit, list.count);
    if (!list.warnings.empty()) tools::write_warnings(out, list.warnings);
    out.end_object();
}

void to_json(JsonWriter& out, const ProductPage& page) {
    out.begin_object();
    write_products(out, "items", page.shop, page.items);
    tools::write_paging(out, page.total, page.skip, page.limit, page.items.size());
    out.end_object();
}

// list_products, get_featured_products, get_bestsellers

void from_json(const Json& arguments, ListProducts& command) {
    read(arguments, "search", command.search);
    read(arguments, "product_type", command.product_type);
    read(arguments, "enabled_only", command.enabled_only);
    read(arguments, "min_price", command.min_price);
    read(arguments, "max_price", command.max_price);
    read(arguments, "color", command.color);
    read(arguments, "occasion", command.occasion);
    read(arguments, "tag", command.tag);
    read(arguments, "sort", command.sort);
    read(arguments, "skip", command.skip);
    read(arguments, "limit", command.limit);
}

void from_json(const Json& arguments, GetFeatured& command) {
    read(arguments, "limit", command.limit);
}

void from_json(const Json& arguments, GetBestsellers& command) {
    read(arguments, "limit", command.limit);
    read(arguments, "days", command.days);
}

void to_json(JsonWriter& out, const BestsellerPage& answer) {
    const ProductPage& page = answer.page;
    out.begin_object();
    out.key("items");
    out.begin_array();
    for (std::size_t i = 0; i < page.items.size(); ++i) {
        out.begin_object();
        write_product_members(out, page.shop, page.items[i]);
        out.field("rank", i + 1);
        out.field("sold_count", answer.sold_counts[i]);
        out.end_object();
    }
    out.end_array();
    tools::write_paging(out, page.total, page.skip, page.limit, page.items.size());
    out.field("basis", answer.basis);
    out.end_object();
}

// get_product

void from_json(const Json& arguments, GetProduct& command) {
    read(arguments, "product_id", command.product_id);
}

void write_colors(JsonWriter& out, const ProductDetail& detail) {
    out.key("colors_detailed");
    out.begin_array();
    for (const std::string& id : detail.product.colors) {
        const search::Color* color = search::find_color(id);
        if (color == nullptr) continue;
        out.begin_object();
        out.field("id", color->id);
        out.field("label", color->label.in(detail.shop.locale));
        out.key("hex");
        if (color->hex.empty())
            out.null();
        else
            out.value(color->hex);
        out.end_object();
    }
    out.end_array();
}

void write_composition(JsonWriter& out, const ProductDetail& detail) {
    out.key("composition");
    out.begin_array();
    for (const ComponentStock& component : detail.composition) {
        out.begin_object();
        out.field("name", component.line.item_name);
        out.field("quantity", component.line.quantity);
        out.field("is_optional", component.line.is_optional);
        if (detail.shows_stock) {
            out.field("warehouse_item_id", component.line.warehouse_item_id);
            out.field("on_hand", component.on_hand);
            out.field("reserved", component.reserved());
            out.field("available", component.available);
        }
        out.end_object();
    }
    out.end_array();
}

void to_json(JsonWriter& out, const ProductDetail& detail) {
    out.begin_object();
    write_product_members(out, detail.shop, detail.product);
    write_colors(out, detail);
    write_composition(out, detail);
    out.key("availability");
    out.begin_object();
    write_availability_members(out, detail.availability);
    out.end_object();
    out.key("rating");
    to_json(out, detail.rating);
    write_products(out, "frequently_bought", detail.shop, detail.frequently_bought);
    out.key("pickup_locations");
    out.begin_array();
    for (const PickupPlace& place : detail.pickup_locations) {
        out.begin_object();
        out.field("address", place.address);
        out.field("landmark", place.landmark);
        out.end_object();
    }
    out.end_array();
    if (!detail.warnings.empty()) tools::write_warnings(out, detail.warnings);
    out.end_object();
}

// check_product_availability

void from_json(const Json& arguments, CheckAvailability& command) {
    read(arguments, "product_id", command.product_id);
    read(arguments, "quantity", command.quantity);
}

void to_json(JsonWriter& out, const AvailabilityAnswer& answer) {
    out.begin_object();
    out.field("product_id", answer.product_id);
    out.field("product_name", answer.product_name);
    out.field("quantity_requested", answer.quantity);
    write_availability_members(out, answer.availability);
    if (answer.shows_stock) {
        out.key("components");
        out.begin_array();
        for (const ComponentStock& component : answer.components) {
            out.begin_object();
            out.field("warehouse_item_id", component.line.warehouse_item_id);
            out.field("name", component.line.item_name);
            out.field("required", money::multiply(component.line.quantity, answer.quantity));
            out.field("available", component.available);
            out.field("reserved", component.reserved());
            out.field("sufficient", component.is_enough_for(answer.quantity));
            out.field("is_optional", component.line.is_optional);
            out.end_object();
        }
        out.end_array();
    }
    tools::write_warnings(out, answer.warnings);
    out.end_object();
}

// create_product, update_product

void from_json(const Json& json, RecipeEntry& line) {
    read(json, "warehouse_item_id", line.warehouse_item_id);
    read(json, "quantity", line.quantity);
    read(json, "is_optional", line.is_optional);
}

void from_json(const Json& arguments, ProductFields& fields) {
    read(arguments, "name", fields.name);
    read(arguments, "type", fields.type);
    read(arguments, "price", fields.price);
    read(arguments, "description", fields.description);
    read(arguments, "enabled", fields.enabled);
    read(arguments, "is_featured", fields.is_featured);
    read(arguments, "manufacturing_time_minutes", fields.manufacturing_time_minutes);
    read(arguments, "stem_count", fields.stem_count);
    read(arguments, "width_cm", fields.width_cm);
    read(arguments, "height_cm", fields.height_cm);
    read(arguments, "shelf_life_days", fields.shelf_life_days);
    read(arguments, "colors", fields.colors);
    read(arguments, "occasions", fields.occasions);
    read(arguments, "tags", fields.tags);
    read(arguments, "image_urls", fields.image_urls);
    read(arguments, "recipe", fields.recipe);
}

void from_json(const Json& arguments, CreateProduct& command) {
    from_json(arguments, command.fields);
}

void from_json(const Json& arguments, UpdateProduct& command) {
    read(arguments, "product_id", command.product_id);
    from_json(arguments, command.fields);
    read(arguments, "clear", command.clear);
}

}  // namespace shopkeeper::products

// search_products_smart

namespace shopkeeper::products::search {

using tools::read;

void from_json(const Json& arguments, SearchProducts& command) {
    read(arguments, "query", command.query);
    read(arguments, "budget", command.budget);
    read(arguments, "budget_min", command.budget_min);
    read(arguments, "occasion", command.occasion);
    read(arguments, "color", command.color);
    read(arguments, "product_type", command.product_type);
    read(arguments, "in_stock_only", command.in_stock_only);
    read(arguments, "skip", command.skip);
    read(arguments, "limit", command.limit);
}

void write_interpretation(JsonWriter& out, const SearchResult& result) {
    const Understanding& query = result.interpretation;
    const auto amount = [&](std::string_view name, const std::optional<std::int64_t>& minor) {
        out.raw_field(name, minor ? result.shop.major(*minor) : "null");
    };
    const auto text_or_null = [&](std::string_view name, std::string_view text) {
        out.key(name);
        if (text.empty())
            out.null();
        else
            out.value(text);
    };
    out.key("interpretation");
    out.begin_object();
    out.key("terms");
    out.begin_array();
    for (const Term& term : query.terms) out.value(term.word);
    out.end_array();
    out.field("stem_count", query.facts.stem_count);
    amount("budget_min", query.facts.price.min_minor);
    amount("budget", query.facts.price.max_minor);
    text_or_null("color",
                 query.facts.colors.empty() ? std::string_view() : query.facts.colors.front());
    out.field("occasion", query.facts.occasion);
    out.field("product_type", query.facts.product_type);
    out.field("recipient", query.recipient);
    text_or_null("delivery_day", query.delivery_day ? query.delivery_day->text() : std::string());
    text_or_null("price_hint", word(query.price_hint));
    out.field("assumptions", query.assumptions);
    out.end_object();
}

void to_json(JsonWriter& out, const SearchResult& result) {
    out.begin_object();
    out.key("items");
    out.begin_array();
    for (const FoundProduct& found : result.items) {
        out.begin_object();
        write_product_members(out, result.shop, found.product);
        out.field("score", found.score);
        out.field("match_reasons", found.match_reasons);
        out.end_object();
    }
    out.end_array();
    tools::write_paging(out, result.total, result.skip, result.limit, result.items.size());
    out.field("rung", result.rung);
    out.field("rung_label", result.rung_label);
    write_interpretation(out, result);
    out.key("corrections");
    out.begin_array();
    for (const Correction& correction : result.corrections) {
        out.begin_object();
        out.field("from", correction.from);
        out.field("to", correction.to);
        out.end_object();
    }
    out.end_array();
    out.field("dropped", result.dropped);
    write_products(out, "nearest", result.shop, result.nearest);
    out.key("message");
    if (result.message.empty())
        out.null();
    else
        out.value(result.message);
    if (!result.warnings.empty()) tools::write_warnings(out, result.warnings);
    out.end_object();
}

}  // namespace shopkeeper::products::search

namespace shopkeeper::tools {

void register_products(Registry& registry) {
    const Access everyone = Access::everyone();
    registry.read("list_products", everyone, products::list);
    registry.read("get_product", everyone, products::get);
    registry.write("create_product", Access::staff(Permission::create_products), products::create);
    registry.write("update_product", Access::staff(Permission::update_products), products::update);
    registry.read("check_product_availability", everyone, products::check_availability);
    registry.read("get_bestsellers", everyone, products::bestsellers);
    registry.read("get_featured_products", everyone, products::featured);
    registry.read("search_products_smart", everyone, products::search::search);
}

}  // namespace shopkeeper::tools
