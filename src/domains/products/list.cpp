#include <string>

#include "base/json_writer.hpp"
#include "base/text.hpp"
#include "domains/products/catalogue_size.hpp"
#include "domains/products/page.hpp"
#include "domains/products/page_memory.hpp"
#include "domains/products/price_bound.hpp"
#include "domains/products/products.hpp"
#include "domains/products/search/facets.hpp"
#include "domains/products/search/stem.hpp"
#include "storage/memory.hpp"

namespace shopkeeper::products {
namespace {

constexpr std::size_t kSearchWordsMax = 20;

/// A WHERE clause that holds only what was asked for, so that the database can use an index for it.
/// Texts are made of the constants below only, so there are few of them and each is prepared once.
class Filter {
public:
    explicit Filter(std::int64_t shop_id) {
        sql_ = " FROM product p WHERE p.shop_id = $1";
        params_.emplace_back(shop_id);
    }

    void only(std::string_view condition) {
        ++conditions_;
        sql_ += " AND ";
        sql_ += condition;
    }
    /// `condition` up to where the parameter stands, and what follows it.
    void only(std::string_view before, storage::Value value, std::string_view after = {}) {
        params_.push_back(value);
        only(before);
        sql_ += '$' + std::to_string(params_.size());
        sql_ += after;
    }

    int conditions() const { return conditions_; }

    std::int64_t count(storage::Connection& connection) const {
        return connection.query("SELECT COUNT(*)" + sql_, params_).front().get<std::int64_t>(0);
    }
    storage::Rows page(storage::Connection& connection, std::string_view order, std::int64_t skip,
                       std::int64_t limit) const {
        std::vector<storage::Value> params = params_;
        params.emplace_back(limit);
        params.emplace_back(skip);
        std::string sql = "SELECT ";
        sql += kProductColumns;
        sql += sql_;
        sql += " ORDER BY ";
        sql += order;
        sql += " LIMIT $" + std::to_string(params.size() - 1) + " OFFSET $" +
               std::to_string(params.size());
        return connection.query(sql, params);
    }

private:
    std::string sql_;
    std::vector<storage::Value> params_;
    int conditions_ = 0;
};

/// Each order is total and has its index (migrations/0002).
std::string_view order_of(std::string_view sort) {
    if (sort == "price_asc") return "p.price_minor, p.id";
    if (sort == "price_desc") return "p.price_minor DESC, p.id DESC";
    if (sort == "newest") return "p.created_ms DESC, p.id DESC";
    if (sort == "name") return "p.name_folded, p.id";
    return "p.is_featured DESC, p.id";
}

/// What the filters point at must outlive the query.
struct Wanted {
    PriceBounds price;
    std::optional<std::string> color;
    std::optional<std::string> occasion;
    std::optional<std::string> tag;
    std::vector<std::string> stems;
    bool enabled_only;
};

Result<Wanted> understand(const shop::Shop& shop, const ListProducts& command, bool sees_disabled) {
    Wanted wanted{.price = {},
                  .color = {},
                  .occasion = {},
                  .tag = {},
                  .stems = {},
                  .enabled_only = command.enabled_only || !sees_disabled};
    const auto price =
        price_bounds(shop, command.min_price, "min_price", command.max_price, "max_price");
    if (!price) return Refusal(price.error());
    wanted.price = *price;
    if (command.color) {
        auto id = search::color_id(*command.color, "color");
        if (!id) return Refusal(id.error());
        wanted.color = std::move(*id);
    }
    if (command.occasion) {
        auto id = search::occasion_id(*command.occasion, "occasion");
        if (!id) return Refusal(id.error());
        wanted.occasion = std::move(*id);
    }
    if (command.tag) wanted.tag = text::lower(*command.tag);
    if (command.search) wanted.stems = search::search_stems(*command.search);
    if (wanted.stems.size() > kSearchWordsMax) wanted.stems.resize(kSearchWordsMax);
    return wanted;
}

Filter filter_of(std::int64_t shop_id, const ListProducts& command, const Wanted& wanted) {
    constexpr std::string_view kWithFacet =
        "p.id IN (SELECT product_id FROM product_facet WHERE shop_id = $1 AND kind = ";
    static const std::string color = std::string(kWithFacet) + "'color' AND value = ";
    static const std::string occasion = std::string(kWithFacet) + "'occasion' AND value = ";
    static const std::string tag = std::string(kWithFacet) + "'tag' AND value = ";

    Filter filter(shop_id);
    if (wanted.enabled_only) filter.only("p.enabled = TRUE");
    if (command.product_type) filter.only("p.type = ", *command.product_type);
    if (wanted.price.min_minor) filter.only("p.price_minor >= ", *wanted.price.min_minor);
    if (wanted.price.max_minor) filter.only("p.price_minor <= ", *wanted.price.max_minor);
    if (wanted.color) filter.only(color, *wanted.color, ")");
    if (wanted.occasion) filter.only(occasion, *wanted.occasion, ")");
    if (wanted.tag) filter.only(tag, *wanted.tag, ")");
    for (const std::string& stem : wanted.stems) {
        filter.only("p.id IN (SELECT product_id FROM search_posting WHERE shop_id = $1 AND stem = ",
                    stem, ")");
    }
    return filter;
}

/// The plain catalogue is what is asked for most; its size is known without counting.
std::int64_t total_of(storage::Connection& connection, std::int64_t shop_id, const Filter& filter,
                      const Wanted& wanted) {
    if (filter.conditions() == 0) return products_in_all(connection, shop_id);
    if (filter.conditions() == 1 && wanted.enabled_only)
        return products_on_sale(connection, shop_id);
    return filter.count(connection);
}

/// All that decides what stands in a page: the same name, the same page.
std::string name_of(std::int64_t shop_id, bool sees_disabled, const ListProducts& command) {
    const auto digits = [](const std::optional<money::Amount>& amount) {
        return amount ? std::optional(amount->digits) : std::nullopt;
    };
    JsonWriter name;
    name.begin_array();
    name.value(shop_id);
    name.value(sees_disabled);
    name.value(command.search);
    name.value(command.product_type);
    name.value(command.enabled_only);
    name.value(digits(command.min_price));
    name.value(digits(command.max_price));
    name.value(command.color);
    name.value(command.occasion);
    name.value(command.tag);
    name.value(command.sort);
    name.value(command.skip);
    name.value(command.limit);
    name.end_array();
    return std::move(name).take();
}

/// The page without its basis.
Result<Page> read_page(storage::Connection& connection, const CallContext& context,
                       const ListProducts& command, bool sees_disabled) {
    const auto shop = shop::current(connection, context);
    if (!shop) return Refusal(shop.error());
    const auto wanted = understand(*shop, command, sees_disabled);
    if (!wanted) return Refusal(wanted.error());
    Page page;
    // A search without a single word ("%%%") asks for words that no product has.
    if (command.search && wanted->stems.empty()) return page;

    const Filter filter = filter_of(shop->id, command, *wanted);
    page.total = total_of(connection, shop->id, filter, *wanted);
    if (page.total <= command.skip) return page;
    std::vector<Product> products;
    std::vector<std::int64_t> ids;
    for (const storage::Row row :
         filter.page(connection, order_of(command.sort), command.skip, command.limit)) {
        products.push_back(product_of(row));
        ids.push_back(products.back().id);
    }
    describe(connection, shop->id, products);
    for (const Product& product : products) page.items.add(*shop, product);
    note_parts(page, ids, recipe_lines(connection, shop->id, ids));
    return page;
}

ProductList shown(const Page& page, const Look& now, const ListProducts& command,
                  bool sees_disabled) {
    ProductList list{.items_json = page.items.json(now.available(page)),
                     .count = page.items.size(),
                     .total = page.total,
                     .skip = command.skip,
                     .limit = command.limit};
    if (!command.enabled_only && !sees_disabled) {
        list.warnings.push_back(
            {"enabled_only_forced",
             "Only products on sale are listed: seeing the others needs the permission "
             "view_products."});
    }
    return list;
}

}  // namespace

Result<ProductList> list(storage::Connection& connection, const CallContext& context,
                         const ListProducts& command) {
    const bool sees_disabled = context.caller.can(Permission::view_products);
    const auto memory =
        connection.memory() == nullptr ? nullptr : connection.memory()->of<PageMemory>();
    std::string name;
    if (memory) {
        name = name_of(context.shop_id, sees_disabled, command);
        if (const auto known = memory->find(name)) {
            const Look now = look_alone(connection, context.shop_id, *known, context.now_ms);
            if (now.basis == known->basis) return shown(*known, now, command, sees_disabled);
        }
    }
    auto page = read_page(connection, context, command, sees_disabled);
    if (!page) return Refusal(page.error());
    const Look now = look(connection, context.shop_id, *page, context.now_ms);
    page->basis = now.basis.value();  // the shop was there a moment ago, in the same state
    ProductList list = shown(*page, now, command, sees_disabled);
    if (memory) memory->keep(std::move(name), std::make_shared<const Page>(std::move(*page)));
    return list;
}

}  // namespace shopkeeper::products
