#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "domains/products/details.hpp"
#include "domains/products/product_store.hpp"
#include "domains/products/search/facets.hpp"
#include "domains/products/search/index.hpp"
#include "domains/shop/confirmation.hpp"
#include "domains/shop/shop_lock.hpp"
#include "journal/events.hpp"
#include "storage/id_list.hpp"

namespace shopkeeper::products {
namespace {

constexpr std::int64_t kPriceMajorMax = 10'000'000;  // M5
constexpr std::size_t kTagCharactersMax = 50;
constexpr std::size_t kUrlCharactersMax = 500;

constexpr std::string_view kItemKindsBefore = R"sql(
    SELECT id, kind
    FROM warehouse_item
    WHERE shop_id = $1 AND id IN ()sql";

constexpr std::string_view kSameName = R"sql(
    SELECT id
    FROM product
    WHERE shop_id = $1 AND name_folded = $2 AND id <> $3
    ORDER BY id
    LIMIT 1)sql";

// -- reading what was given -----------------------------------------------------------------------

Result<std::int64_t> read_price(const shop::Shop& shop, const money::Amount& price) {
    const auto minor = money::to_minor(price, shop.currency, "price");
    if (!minor) return minor;
    std::int64_t max_minor = kPriceMajorMax;
    for (int i = 0; i < shop.currency.decimals; ++i) max_minor *= 10;
    if (*minor <= 0 || *minor > max_minor) {
        return invalid_argument(
            "price", "price must be above 0 and at most 10000000, in major units.", price.digits);
    }
    return minor;
}

using IdOf = Result<std::string> (*)(std::string_view given, std::string_view field);

Result<std::vector<std::string>> read_facets(const std::vector<std::string>& given,
                                             std::string_view field, IdOf id_of) {
    std::set<std::string> ids;
    for (const std::string& word : given) {
        auto id = id_of(word, field);
        if (!id) return Refusal(id.error());
        ids.insert(std::move(*id));
    }
    return std::vector<std::string>(ids.begin(), ids.end());
}

Result<std::string> read_tag(std::string_view given, std::string_view field) {
    std::string tag = text::lower(given);
    const bool is_slug =
        !tag.empty() && tag.size() <= kTagCharactersMax &&
        tag.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") == std::string::npos;
    if (!is_slug) {
        return invalid_argument(
            std::string(field),
            "Each of tags is a slug of at most 50 of the characters a-z, 0-9, - and _, for "
            "example \"premium\".",
            std::string(given));
    }
    return tag;
}

Result<std::vector<std::string>> read_urls(const std::vector<std::string>& given) {
    constexpr std::string_view kScheme = "https://";
    std::vector<std::string> urls;
    for (const std::string& url : given) {
        const std::string_view rest =
            std::string_view(url).substr(std::min(url.size(), kScheme.size()));
        const bool has_host = url.starts_with(kScheme) && !rest.empty() && rest.front() != '/';
        const bool has_space = url.find_first_of(" \t\n\"<>\\") != std::string::npos;
        if (!has_host || has_space || text::code_points(url) > kUrlCharactersMax) {
            return invalid_argument(
                "image_urls",
                "Each of image_urls is an address that begins with https://, without spaces and "
                "of at most 500 characters.",
                url);
        }
        if (std::find(urls.begin(), urls.end(), url) == urls.end()) urls.push_back(url);
    }
    return urls;
}

/// The kinds of the recipe's items, which must be of this shop and named once each (P4).
Result<std::map<std::int64_t, std::string>> item_kinds(storage::Connection& connection,
                                                       std::int64_t shop_id,
                                                       const std::vector<RecipeEntry>& recipe) {
    std::vector<std::int64_t> ids;
    for (const RecipeEntry& line : recipe) {
        if (std::find(ids.begin(), ids.end(), line.warehouse_item_id) != ids.end()) {
            return invalid_argument(
                "recipe",
                "A warehouse item stands in the recipe twice. Name each item once, with the "
                "whole quantity.",
                std::to_string(line.warehouse_item_id));
        }
        ids.push_back(line.warehouse_item_id);
    }
    std::map<std::int64_t, std::string> kinds;
    for (const storage::Row row :
         storage::query_by_ids(connection, kItemKindsBefore, ids, ")", {shop_id})) {
        kinds.emplace(row.get<std::int64_t>(0), row.get<std::string>(1));
    }
    for (const std::int64_t id : ids) {
        if (kinds.contains(id)) continue;
        return invalid_argument("recipe",
                                "The recipe names a warehouse item that this shop does not have. "
                                "list_warehouse_items shows the ids.",
                                std::to_string(id));
    }
    return kinds;
}

Result<std::optional<std::int64_t>> stems_of(storage::Connection& connection, std::int64_t shop_id,
                                             const std::vector<RecipeEntry>& recipe) {
    const auto kinds = item_kinds(connection, shop_id, recipe);
    if (!kinds) return Refusal(kinds.error());
    std::vector<RecipeLine> lines;
    for (const RecipeEntry& line : recipe) {
        lines.push_back({.product_id = 0,
                         .warehouse_item_id = line.warehouse_item_id,
                         .item_name = {},
                         .item_kind = kinds->at(line.warehouse_item_id),
                         .quantity = line.quantity,
                         .is_optional = line.is_optional});
    }
    const std::optional<int> stems = derived_stem_count(lines);
    return stems ? std::optional<std::int64_t>(*stems) : std::nullopt;
}

/// Puts what was given over `product`; the stem count and the recipe are read by the callers.
Result<void> apply(const shop::Shop& shop, const ProductFields& fields, StoredProduct& product) {
    if (fields.name) product.name = *fields.name;
    if (fields.type) product.type = *fields.type;
    if (fields.price) {
        const auto price = read_price(shop, *fields.price);
        if (!price) return Refusal(price.error());
        product.price_minor = *price;
    }
    if (fields.description) product.description = *fields.description;
    if (fields.enabled) product.enabled = *fields.enabled;
    if (fields.is_featured) product.is_featured = *fields.is_featured;
    if (fields.manufacturing_time_minutes)
        product.manufacturing_time_minutes = *fields.manufacturing_time_minutes;
    if (fields.stem_count) product.stem_count = *fields.stem_count;
    if (fields.width_cm) product.width_cm = *fields.width_cm;
    if (fields.height_cm) product.height_cm = *fields.height_cm;
    if (fields.shelf_life_days) product.shelf_life_days = *fields.shelf_life_days;

    struct FacetList {
        const std::optional<std::vector<std::string>>& given;
        std::string_view field;
        IdOf id_of;
        std::vector<std::string>& target;
    };
    for (const FacetList& list :
         {FacetList{fields.colors, "colors", search::color_id, product.colors},
          FacetList{fields.occasions, "occasions", search::occasion_id, product.occasions},
          FacetList{fields.tags, "tags", read_tag, product.tags}}) {
        if (!list.given) continue;
        auto values = read_facets(*list.given, list.field, list.id_of);
        if (!values) return Refusal(values.error());
        list.target = std::move(*values);
    }
    if (fields.image_urls) {
        auto urls = read_urls(*fields.image_urls);
        if (!urls) return Refusal(urls.error());
        product.image_urls = std::move(*urls);
    }
    return {};
}

// -- emptying -------------------------------------------------------------------------------------

/// A nullable field: how to empty it, and whether the call also gave it.
struct Clearable {
    std::string_view name;
    void (*empty)(StoredProduct&);
    bool (*is_given)(const ProductFields&);
};

constexpr Clearable kClearable[] = {
    {"description", [](StoredProduct& p) { p.description.reset(); },
     [](const ProductFields& f) { return f.description.has_value(); }},
    {"manufacturing_time_minutes", [](StoredProduct& p) { p.manufacturing_time_minutes.reset(); },
     [](const ProductFields& f) { return f.manufacturing_time_minutes.has_value(); }},
    {"stem_count", [](StoredProduct& p) { p.stem_count.reset(); },
     [](const ProductFields& f) { return f.stem_count.has_value(); }},
    {"width_cm", [](StoredProduct& p) { p.width_cm.reset(); },
     [](const ProductFields& f) { return f.width_cm.has_value(); }},
    {"height_cm", [](StoredProduct& p) { p.height_cm.reset(); },
     [](const ProductFields& f) { return f.height_cm.has_value(); }},
    {"shelf_life_days", [](StoredProduct& p) { p.shelf_life_days.reset(); },
     [](const ProductFields& f) { return f.shelf_life_days.has_value(); }},
};

Result<void> clear(const std::vector<std::string>& names, const ProductFields& fields,
                   StoredProduct& product) {
    for (const std::string& name : names) {
        const auto* field =
            std::find_if(std::begin(kClearable), std::end(kClearable),
                         [&](const Clearable& clearable) { return clearable.name == name; });
        if (field == std::end(kClearable)) {
            std::vector<std::string> accepted;
            for (const Clearable& clearable : kClearable) accepted.emplace_back(clearable.name);
            return invalid_argument("clear", "clear names a field that cannot be emptied.", name,
                                    std::move(accepted));
        }
        if (field->is_given(fields)) {
            return invalid_argument(
                "clear", "A field is both given and to be cleared. Do one of the two.", name);
        }
        field->empty(product);
    }
    return {};
}

bool says_nothing(const UpdateProduct& command) {
    const ProductFields& f = command.fields;
    return command.clear.empty() && !f.name && !f.type && !f.price && !f.description &&
           !f.enabled && !f.is_featured && !f.manufacturing_time_minutes && !f.stem_count &&
           !f.width_cm && !f.height_cm && !f.shelf_life_days && !f.colors && !f.occasions &&
           !f.tags && !f.image_urls && !f.recipe;
}

// -- traces and result ----------------------------------------------------------------------------

void emit_changed(storage::Connection& connection, const CallContext& context,
                  const shop::Shop& shop, std::int64_t product_id, const StoredProduct& product,
                  const std::vector<std::string>& fields) {
    JsonWriter data;
    data.begin_object();
    data.field("product_id", product_id);
    data.field("fields", fields);
    data.field("enabled", product.enabled);
    data.raw_field("price", shop.major(product.price_minor));
    data.field("currency", shop.currency.code);
    data.end_object();
    journal::emit(connection, context, shop.id,
                  {.type = "product.changed",
                   .subject_kind = "product",
                   .subject_id = std::to_string(product_id),
                   .data_json = std::move(data).take()});
}

std::vector<Warning> duplicate_name(storage::Connection& connection, std::int64_t shop_id,
                                    const std::string& name, std::int64_t product_id) {
    const std::string folded = text::fold(name);
    const storage::Rows same = connection.query(kSameName, {shop_id, folded, product_id});
    if (same.empty()) return {};
    return {{"duplicate_name", "Product " + std::to_string(same.front().get<std::int64_t>(0)) +
                                   " of this shop has the same name."}};
}

ProductDetail edited(storage::Connection& connection, const CallContext& context,
                     const shop::Shop& shop, std::int64_t product_id,
                     std::vector<Warning> warnings) {
    const std::int64_t ids[] = {product_id};
    auto products = load_products(connection, shop.id, ids, context.now_ms);
    ProductDetail detail = detail_of(connection, context, shop, std::move(products.front()));
    detail.warnings = std::move(warnings);
    return detail;
}

}  // namespace

Result<ProductDetail> create(storage::Connection& connection, const CallContext& context,
                             const CreateProduct& command) {
    shop::take_turns(connection, context.shop_id);
    const auto shop = shop::current(connection, context);
    if (!shop) return Refusal(shop.error());

    StoredProduct product;
    if (auto applied = apply(*shop, command.fields, product); !applied)
        return Refusal(applied.error());
    if (command.fields.recipe) {
        const auto stems = stems_of(connection, shop->id, *command.fields.recipe);
        if (!stems) return Refusal(stems.error());
        product.recipe = *command.fields.recipe;
        if (!product.stem_count) product.stem_count = *stems;
    }

    const std::int64_t id = insert(connection, shop->id, product, context.now_ms);
    search::publish(connection, shop->id, id);
    auto warnings = duplicate_name(connection, shop->id, product.name, id);

    context.audit.target_kind = "product";
    context.audit.target_id = std::to_string(id);
    context.audit.after_json = audit_json(*shop, product);
    emit_changed(connection, context, *shop, id, product, {"created"});
    return edited(connection, context, *shop, id, std::move(warnings));
}

Result<ProductDetail> update(storage::Connection& connection, const CallContext& context,
                             const UpdateProduct& command) {
    if (says_nothing(command)) {
        return invalid_argument(
            {}, "Nothing to change was given. Give at least one field beside product_id.");
    }
    shop::take_turns(connection, context.shop_id);
    const auto shop = shop::current(connection, context);
    if (!shop) return Refusal(shop.error());
    const auto before = load_stored(connection, shop->id, command.product_id);
    if (!before) return not_found("product", command.product_id);

    StoredProduct after = *before;
    if (auto applied = apply(*shop, command.fields, after); !applied)
        return Refusal(applied.error());
    if (auto cleared = clear(command.clear, command.fields, after); !cleared)
        return Refusal(cleared.error());
    if (command.fields.recipe) {
        const auto stems = stems_of(connection, shop->id, *command.fields.recipe);
        if (!stems) return Refusal(stems.error());
        const auto stems_before = stems_of(connection, shop->id, before->recipe);
        after.recipe = *command.fields.recipe;
        // Somebody may have set the count by hand; only a derived one follows the recipe.
        const bool was_derived =
            !before->stem_count || (stems_before && before->stem_count == *stems_before);
        const bool is_said = command.fields.stem_count ||
                             std::find(command.clear.begin(), command.clear.end(), "stem_count") !=
                                 command.clear.end();
        if (was_derived && !is_said) after.stem_count = *stems;
    }

    const auto risk =
        shop::risk_of_price(*shop, before->name, before->price_minor, after.price_minor);
    if (auto agreed = shop::agree(context, *shop, risk); !agreed) return Refusal(agreed.error());

    std::vector<Warning> warnings;
    if (command.fields.name)
        warnings = duplicate_name(connection, shop->id, after.name, command.product_id);
    context.audit.target_kind = "product";
    context.audit.target_id = std::to_string(command.product_id);
    context.audit.effective = after != *before;
    if (context.audit.effective) {
        search::withdraw(connection, shop->id, command.product_id);
        save(connection, shop->id, command.product_id, *before, after, context.now_ms);
        search::publish(connection, shop->id, command.product_id);
        context.audit.before_json = audit_json(*shop, *before);
        context.audit.after_json = audit_json(*shop, after);
        emit_changed(connection, context, *shop, command.product_id, after,
                     changed_fields(*before, after));
    }
    return edited(connection, context, *shop, command.product_id, std::move(warnings));
}

}  // namespace shopkeeper::products
