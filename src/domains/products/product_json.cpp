#include "domains/products/product_json.hpp"

#include <algorithm>

#include "domains/products/search/facets.hpp"

namespace shopkeeper::products {
namespace {

/// The primary image, else the first.
const ProductImage* cover(const Product& product) {
    const auto primary = std::find_if(product.images.begin(), product.images.end(),
                                      [](const ProductImage& image) { return image.is_primary; });
    if (primary != product.images.end()) return &*primary;
    return product.images.empty() ? nullptr : &product.images.front();
}

void write_color_labels(JsonWriter& out, const shop::Shop& shop, const Product& product) {
    out.key("color_labels");
    out.begin_array();
    for (const std::string& id : product.colors) {
        const search::Color* color = search::find_color(id);
        out.value(color == nullptr ? std::string_view(id) : color->label.in(shop.locale));
    }
    out.end_array();
}

void write_until_available(JsonWriter& out, const shop::Shop& shop, const Product& product) {
    out.field("id", product.id);
    out.field("shop_id", shop.id);
    out.field("name", product.name);
    out.field("type", product.type);
    out.raw_field("price", shop.major(product.price_minor));
    out.field("price_display", shop.display(product.price_minor));
    out.field("currency", shop.currency.code);
    out.field("description", product.description);
    out.field("enabled", product.enabled);
    out.field("is_featured", product.is_featured);
    out.field("stem_count", product.stem_count);
    out.field("colors", product.colors);
    write_color_labels(out, shop, product);
    out.field("occasions", product.occasions);
    out.field("tags", product.tags);
    out.field("manufacturing_time_minutes", product.manufacturing_time_minutes);
    out.field("width_cm", product.width_cm);
    out.field("height_cm", product.height_cm);
    out.field("shelf_life_days", product.shelf_life_days);
    out.key("image_url");
    if (const ProductImage* image = cover(product))
        out.value(image->url);
    else
        out.null();
    out.key("images");
    out.begin_array();
    for (const ProductImage& image : product.images) {
        out.begin_object();
        out.field("url", image.url);
        out.field("is_primary", image.is_primary);
        out.end_object();
    }
    out.end_array();
}

void write_after_available(JsonWriter& out, const shop::Shop& shop, const Product& product) {
    out.field("created_at", shop.rfc3339(product.created_ms));
    out.field("updated_at", shop.rfc3339(product.updated_ms));
}

}  // namespace

void write_product_members(JsonWriter& out, const shop::Shop& shop, const Product& product) {
    write_until_available(out, shop, product);
    out.field("available", product.available);
    write_after_available(out, shop, product);
}

void write_product(JsonWriter& out, const shop::Shop& shop, const Product& product) {
    out.begin_object();
    write_product_members(out, shop, product);
    out.end_object();
}

void WrittenProducts::add(const shop::Shop& shop, const Product& product) {
    JsonWriter out;
    out.begin_object();
    write_until_available(out, shop, product);
    out.key("available");
    const std::size_t gap = out.view().size();
    out.raw("");
    write_after_available(out, shop, product);
    out.end_object();
    if (!text_.empty()) text_ += ',';
    gaps_.push_back(text_.size() + gap);
    text_ += out.view();
}

std::string WrittenProducts::json(const std::vector<bool>& available) const {
    constexpr std::size_t kLongestWord = 5;  // "false"
    std::string json;
    json.reserve(text_.size() + kLongestWord * gaps_.size() + 2);
    json += '[';
    std::size_t from = 0;
    for (std::size_t i = 0; i < gaps_.size(); ++i) {
        json.append(text_, from, gaps_[i] - from);
        json += available[i] ? "true" : "false";
        from = gaps_[i];
    }
    json.append(text_, from);
    return json += ']';
}

}  // namespace shopkeeper::products
