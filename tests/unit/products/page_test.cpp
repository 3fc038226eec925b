// list_products from memory: the same bytes as a page read anew, whatever has changed since.
#include "domains/products/page.hpp"

#include <catch2/catch.hpp>
#include <memory>

#include "demo_catalogue.hpp"
#include "domains/products/page_memory.hpp"
#include "domains/products/products.hpp"

using namespace shopkeeper;
using namespace shopkeeper::test;

namespace {

std::string items_of(const Reply& reply) {
    return reply.result.at("items").dump();
}

/// A demo shop whose guests and florists look at the list again and again.
struct Watched {
    DemoCatalogue shop;

    /// Read in a transaction that may write, to which nothing is lent from memory.
    std::string read_anew(Who who, const products::ListProducts& command) {
        return shop.with(who, [&](storage::Connection& connection, const CallContext& context) {
            const auto list = products::list(connection, context, command);
            return Json::parse(list.value().items_json).dump();
        });
    }

    void check() {
        for (const Who who : {Who::guest, Who::florist, Who::guest}) {
            for (const bool enabled_only : {true, false}) {
                for (const char* sort : {"default", "price_asc"}) {
                    CAPTURE(enabled_only, sort);
                    const Reply reply = shop.call(
                        "list_products",
                        {{"sort", sort}, {"enabled_only", enabled_only}, {"limit", 100}}, who);
                    REQUIRE(reply.ok());
                    CHECK(
                        items_of(reply) ==
                        read_anew(who, {.enabled_only = enabled_only, .sort = sort, .limit = 100}));
                }
            }
        }
    }

    void change(const char* tool, Json arguments) {
        const Reply reply = shop.call(tool, std::move(arguments), Who::director);
        INFO(tool << ": " << reply.error.dump());
        REQUIRE(reply.ok());
    }
    bool is_available(std::int64_t product_id) {
        const Reply reply = shop.call("list_products");
        for (const Json& item : reply.result.at("items")) {
            if (item.at("id") == product_id) return item.at("available");
        }
        FAIL("product " << product_id << " is not listed");
        return false;
    }
};

std::shared_ptr<const products::Page> page_of(std::int64_t total, std::size_t parts) {
    products::Page page;
    page.total = total;
    page.parts.resize(parts);
    return std::make_shared<const products::Page>(std::move(page));
}

}  // namespace

TEST_CASE("P2: a page from memory is shown as long as the products stay, and no longer",
          "[products][page]") {
    Watched watched;
    DemoCatalogue& shop = watched.shop;
    const auto price = [&] {
        return shop.call("list_products", {{"search", "15 роз"}})
            .result.at("items")
            .at(0)
            .at("price");
    };
    REQUIRE(price() == 15000);

    // Behind the program's back, where nothing says that it has changed.
    shop.execute("UPDATE product SET price_minor = 77700 WHERE id = 5");
    CHECK(price() == 15000);

    watched.change("update_product", {{"product_id", 2}, {"is_featured", false}});
    CHECK(price() == 777);
}

TEST_CASE("P2: a page from memory is the page as it would be read, after every kind of change",
          "[products][page]") {
    Watched watched;
    DemoCatalogue& shop = watched.shop;
    watched.check();

    watched.change("update_product", {{"product_id", 5}, {"price", 15500}});
    watched.check();
    watched.change("update_product",
                   {{"product_id", 5}, {"image_urls", {"https://img.example/a.jpg"}}});
    watched.check();
    watched.change("update_product", {{"product_id", 2}, {"enabled", false}});
    watched.check();
    shop.add_product({{"name", "Ещё одна коробка"}, {"type", "sweets"}, {"price", 3000}});
    watched.check();
    const Json recipe = {{{"warehouse_item_id", 1}, {"quantity", 250}}};
    watched.change("update_product", {{"product_id", 5}, {"recipe", recipe}});
    CHECK_FALSE(watched.is_available(5));
    watched.check();
    for (const char* change : {"UPDATE shop SET locale = 'en' WHERE id = 8",
                               "UPDATE shop SET timezone = 'Europe/Berlin' WHERE id = 8",
                               "UPDATE shop SET currency = 'USD' WHERE id = 8"}) {
        shop.execute(change);
        watched.check();
    }
}

TEST_CASE("W13, W14: a page from memory says what can be sold now", "[products][page]") {
    Watched watched;
    DemoCatalogue& shop = watched.shop;
    REQUIRE(watched.is_available(5));  // 15 of 211 red roses

    shop.execute("UPDATE warehouse_item SET quantity = 14 WHERE id = 1");
    CHECK_FALSE(watched.is_available(5));
    CHECK(watched.is_available(1));  // of pink ones
    watched.check();
    shop.execute("UPDATE warehouse_item SET quantity = 15 WHERE id = 1");
    CHECK(watched.is_available(5));

    // A claim on one of them that runs out, and is not swept.
    shop.add_sale(5, 1, "new", shop.clock.now_ms());
    const UnixMs expires_ms = shop.clock.now_ms() + 2 * 60'000;
    shop.execute(
        "INSERT INTO reservation (shop_id, order_id, warehouse_item_id, reserved_quantity, state, "
        "expires_ms, created_ms, updated_ms) SELECT 8, MAX(id), 1, 1, 'active', $1, 1, 1 FROM "
        "orders",
        {expires_ms});
    shop.execute("UPDATE warehouse_item SET reserved = reserved + 1 WHERE id = 1");
    CHECK_FALSE(watched.is_available(5));
    watched.check();
    shop.clock.advance_minutes(1);
    CHECK_FALSE(watched.is_available(5));
    shop.clock.advance_minutes(1);
    CHECK(watched.is_available(5));
    watched.check();

    // An optional part is no reason (W17): ribbons.
    shop.execute("UPDATE warehouse_item SET quantity = 0 WHERE id = 14");
    CHECK(watched.is_available(5));
    watched.check();
}

TEST_CASE("A12-A14: a page from memory is shown to nobody whose page it is not",
          "[products][page]") {
    Watched watched;
    DemoCatalogue& shop = watched.shop;
    watched.change("update_product", {{"product_id", 5}, {"enabled", false}});
    const auto lists = [&](Who who, Json arguments) {
        const Reply reply = shop.call("list_products", std::move(arguments), who);
        REQUIRE(reply.ok());
        return items_of(reply).find("15 роз") != std::string::npos;
    };
    for (int i = 0; i < 2; ++i) {
        CHECK(lists(Who::florist, {{"enabled_only", false}}));
        CHECK_FALSE(lists(Who::guest, {{"enabled_only", false}}));
        CHECK(shop.call("list_products").result.at("total") == 14);
        CHECK(shop.call("list_products", {{"shop_id", 9}}).result.at("items").empty());
        CHECK(shop.call("list_products", Json::object(), Who::other_director)
                  .result.at("items")
                  .empty());
    }
    const Reply theirs =
        shop.call("create_product", {{"name", "Чужой"}, {"type", "gifts"}, {"price", 1}},
                  Who::other_director);
    REQUIRE(theirs.ok());
    CHECK(DemoCatalogue::ids(shop.call("list_products", {{"shop_id", 9}})) ==
          std::vector<std::int64_t>{theirs.result.at("id")});
    CHECK(shop.call("list_products").result.at("total") == 14);

    shop.execute("UPDATE shop SET is_active = FALSE WHERE id = 8");
    CHECK(shop.call("list_products").code() == "not_found");
    CHECK(shop.call("list_products", Json::object(), Who::florist).code() == "permission_denied");
    shop.execute("UPDATE shop SET is_active = TRUE WHERE id = 8");
    CHECK(shop.call("list_products").result.at("total") == 14);
}

TEST_CASE("pages are kept up to a limit, those that were asked for last", "[products][page]") {
    const std::size_t one = page_of(0, 100)->size();
    products::PageMemory memory(5 * one);
    for (int n = 0; n < 20; ++n) {
        memory.keep("page " + std::to_string(n), page_of(n, 100));
        CHECK(memory.bytes() <= 5 * one);
        REQUIRE(memory.find("page 0"));
    }
    CHECK(memory.find("page 0")->total == 0);
    CHECK(memory.find("page 19")->total == 19);
    CHECK_FALSE(memory.find("page 1"));

    memory.keep("page 19", page_of(190, 100));
    CHECK(memory.find("page 19")->total == 190);
    memory.keep("a large one", page_of(1, 1000));
    CHECK_FALSE(memory.find("a large one"));
    CHECK(memory.find("page 0"));
}
