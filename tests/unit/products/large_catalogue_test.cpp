// Ten thousand products: the answers stay right, pages stay apart, and nothing asks per product.
#include <catch2/catch.hpp>
#include <chrono>
#include <set>

#include "base/text.hpp"
#include "demo_catalogue.hpp"
#include "domains/products/search/index.hpp"

using namespace shopkeeper;
using namespace shopkeeper::test;

namespace {

constexpr int kProducts = 10'000;

constexpr std::string_view kInsertProduct = R"sql(
INSERT INTO product (shop_id, name, name_folded, type, description, price_minor, enabled, is_featured, stem_count,
    created_ms, updated_ms)
VALUES (8, $1, $2, 'flowers', $3, $4, $5, $6, $7, $8, $8))sql";
constexpr std::string_view kInsertFacet =
    "INSERT INTO product_facet (shop_id, product_id, kind, value) VALUES (8, $1, $2, $3)";
constexpr std::string_view kInsertLine =
    "INSERT INTO recipe_line (shop_id, product_id, warehouse_item_id, quantity) VALUES (8, $1, $2, "
    "$3)";

/// Product n is a rose, tulip, peony, lily or gerbera bouquet of n % 40 + 1 stems for 1 000 + n
/// tenge; every tenth is off sale, every hundredth featured.
void fill(DemoCatalogue& shop) {
    const char* const flowers[] = {"роз", "тюльпанов", "пионов", "лилий", "гербер"};
    const char* const colors[] = {"red", "white", "pink"};
    shop.with(Who::director, [&](storage::Connection& connection, const CallContext& context) {
        connection.execute("DELETE FROM search_posting", std::initializer_list<storage::Value>{});
        for (int n = 0; n < kProducts; ++n) {
            const std::string name = "Букет " + std::to_string(n) + " из " + flowers[n % 5];
            const std::string folded = text::fold(name);
            connection.execute(kInsertProduct,
                               {name, folded, "Свежие цветы", 100'000 + n * 100, n % 10 != 0,
                                n % 100 == 1, n % 40 + 1, context.now_ms + n});
            const std::int64_t id = 16 + n;
            connection.execute(kInsertFacet, {id, "color", colors[n % 3]});
            connection.execute(kInsertFacet,
                               {id, "occasion", n % 2 == 0 ? "birthday" : "romantic"});
            connection.execute(kInsertLine, {id, n % 12 + 1, n % 40 + 1});
        }
        products::search::reindex(connection, 8);
        return 0;
    });
}

}  // namespace

TEST_CASE("C7, F11: ten thousand products are listed and searched exactly", "[products][large]") {
    DemoCatalogue shop;
    fill(shop);

    // Tulips by name, or by their one component, item 4; one more is of the demo shop.
    int tulip_count = 1;
    int sellable_count = 0;  // what three pieces of everything are enough for
    for (int n = 0; n < kProducts; ++n) {
        const bool is_on_sale = n % 10 != 0;
        if (is_on_sale && (n % 5 == 1 || n % 12 + 1 == 4)) ++tulip_count;
        if (is_on_sale && n % 40 + 1 <= 3) ++sellable_count;
    }
    const auto tulips = shop.call("search_products_smart", {{"query", "тюльпаны"}, {"limit", 50}});
    CHECK(tulips.result.at("total") == tulip_count);
    CHECK(tulips.result.at("rung") == "all_terms");
    const auto listed = shop.call("list_products", {{"search", "тюльпаны"}});
    CHECK(listed.result.at("total") == tulip_count);

    // n % 40 + 1 = 7, tulip, red: n = 6 mod 120 and price up to 2 000 tenge: n <= 1000.
    const auto narrow =
        shop.call("search_products_smart", {{"query", "7 красных тюльпанов до 2000 тенге"}});
    CHECK(narrow.result.at("rung") == "all_terms");
    CHECK(narrow.result.at("total") == 9);
    CHECK(narrow.result.at("nearest").empty());

    CHECK(shop.call("list_products").result.at("total") == 9015);
    CHECK(shop.call("list_products", {{"enabled_only", false}}, Who::florist).result.at("total") ==
          10015);
    for (const char* sort : {"default", "price_asc", "price_desc", "newest", "name"}) {
        std::set<std::int64_t> seen;
        for (int skip = 0; skip < 300; skip += 100) {
            const auto page =
                shop.call("list_products", {{"sort", sort}, {"skip", skip}, {"limit", 100}});
            for (const std::int64_t id : DemoCatalogue::ids(page)) seen.insert(id);
        }
        CHECK(seen.size() == 300);
    }
    const auto last = shop.call("list_products", {{"skip", 9000}, {"limit", 100}});
    CHECK(last.result.at("items").size() == 15);
    CHECK(last.result.at("has_more") == false);

    // Pages of a search that matches everything, with what is sold out behind all the rest.
    shop.execute("UPDATE warehouse_item SET quantity = 3");
    const auto first = shop.call("search_products_smart", {{"query", "букет"}, {"limit", 50}});
    for (const Json& product : first.result.at("items")) CHECK(product.at("available") == true);
    const auto behind =
        shop.call("search_products_smart", {{"query", "букет"}, {"skip", 8500}, {"limit", 50}});
    for (const Json& product : behind.result.at("items")) CHECK(product.at("available") == false);
    const auto in_stock =
        shop.call("search_products_smart", {{"query", "букет"}, {"in_stock_only", true}});
    CHECK(in_stock.result.at("total") == sellable_count);
}
