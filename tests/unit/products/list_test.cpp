// The catalogue's lists as callers see them, over the demo catalogue of the rule book.
#include <catch2/catch.hpp>
#include <set>

#include "demo_catalogue.hpp"

using namespace shopkeeper;
using namespace shopkeeper::test;
using Ids = std::vector<std::int64_t>;

TEST_CASE("list_products: a Product has every member of 3.0, money and times in the shop's words",
          "[products]") {
    DemoCatalogue shop;
    shop.call("update_product",
              {{"product_id", 5},
               {"image_urls", {"https://img.example/a.jpg", "https://img.example/b.jpg"}}},
              Who::director);

    const auto reply = shop.call("list_products", {{"search", "15 роз"}});

    REQUIRE(reply.ok());
    const Json& product = reply.result.at("items").at(0);
    CHECK(product.at("id") == 5);
    CHECK(product.at("shop_id") == 8);
    CHECK(product.at("price").dump() == "15000");
    CHECK(product.at("price_display") == "15 000 ₸");
    CHECK(product.at("currency") == "KZT");
    CHECK(product.at("stem_count") == 15);
    CHECK(product.at("colors") == Json({"red"}));
    CHECK(product.at("color_labels") == Json({"красный"}));
    CHECK(product.at("occasions") == Json({"anniversary", "birthday", "romantic", "valentine"}));
    CHECK(product.at("tags") == Json({"classic", "roses"}));
    CHECK(product.at("image_url") == "https://img.example/a.jpg");
    CHECK(product.at("images").size() == 2);
    CHECK(product.at("images").at(0).at("is_primary") == true);
    CHECK(product.at("available") == true);
    CHECK(product.at("created_at") == "2026-11-23T10:00:00+05:00");
}

TEST_CASE("P2: filters of list_products combine with AND", "[products]") {
    DemoCatalogue shop;
    const auto list = [&](Json arguments) {
        return DemoCatalogue::ids(shop.call("list_products", arguments));
    };

    CHECK(list({{"product_type", "sweets"}}) == Ids{13, 14});
    CHECK(list({{"color", "red"}, {"max_price", 20000}}) == Ids{5, 6, 7});
    CHECK(list({{"color", "red"}, {"max_price", 20000}, {"occasion", "anniversary"}}) == Ids{5, 6});
    CHECK(list({{"tag", "premium"}, {"min_price", 35000}}) == Ids{11, 10, 12});
    CHECK(list({{"tag", "Premium"}, {"min_price", 35000}, {"sort", "price_asc"}}) ==
          Ids{11, 12, 10});
    CHECK(list({{"color", "green"}}).empty());
}

TEST_CASE(
    "F5, F6: filters take ids and words in three languages, and refuse unknown ones with the ids",
    "[products]") {
    DemoCatalogue shop;
    const auto list = [&](Json arguments) {
        return DemoCatalogue::ids(shop.call("list_products", arguments));
    };

    for (const char* word : {"white", "WHITE", "белый", "белые", "белоснежный", "ақ"}) {
        CAPTURE(word);
        CHECK(list({{"color", word}, {"sort", "price_asc"}}) == Ids{6, 11, 12});
    }
    for (const char* word :
         {"womens_day", "8 марта", "8 наурыз", "Women's Day", "женский день", "на 8 марта"}) {
        CAPTURE(word);
        CHECK(list({{"occasion", word}}) == Ids{2});
    }
    const auto color = shop.call("list_products", {{"color", "серобуромалиновый"}});
    CHECK(color.code() == "invalid_argument");
    CHECK(color.error.at("details").at("field") == "color");
    CHECK(color.error.at("details").at("accepted").size() == 12);
    const auto occasion = shop.call("list_products", {{"occasion", "вторник"}});
    CHECK(occasion.code() == "invalid_argument");
    CHECK(occasion.error.at("details").at("accepted").size() == 15);
}

TEST_CASE("P2: contradicting prices and an unknown type are invalid_argument", "[products]") {
    DemoCatalogue shop;

    const auto prices = shop.call("list_products", {{"min_price", 9000}, {"max_price", 8000}});
    CHECK(prices.code() == "invalid_argument");
    CHECK(prices.error.at("details").at("field") == "min_price");
    const auto type = shop.call("list_products", {{"product_type", "cars"}});
    CHECK(type.code() == "invalid_argument");
    CHECK(type.error.at("details").at("accepted") ==
          Json({"flowers", "sweets", "fruits", "gifts"}));
    CHECK(shop.call("list_products", {{"min_price", "0.001"}}).code() == "invalid_argument");
}

TEST_CASE("list_products sorts by every order and breaks ties by id", "[products]") {
    DemoCatalogue shop;
    shop.add_product({{"name", "Ещё одна коробка"}, {"type", "sweets"}, {"price", 3000}});
    const auto list = [&](const char* sort) {
        return DemoCatalogue::ids(shop.call("list_products", {{"sort", sort}, {"limit", 4}}));
    };

    CHECK(list("default") == Ids{2, 5, 6, 11});
    CHECK(list("price_asc") == Ids{13, 16, 14, 15});
    CHECK(list("price_desc") == Ids{10, 12, 11, 9});
    CHECK(list("newest") == Ids{16, 15, 14, 13});
    CHECK(list("name") == Ids{5, 9, 10, 7});
}

TEST_CASE("F13: search in list_products takes all words, stemmed, in any language", "[products]") {
    DemoCatalogue shop;
    const auto search = [&](const char* words) {
        return DemoCatalogue::ids(
            shop.call("list_products", {{"search", words}, {"sort", "price_asc"}}));
    };

    CHECK(search("тюльпаны") == Ids{2});
    CHECK(search("ҚЫЗҒАЛДАҚ") == Ids{2});
    CHECK(search("tulips") == Ids{2});
    CHECK(search("роза лилия") == Ids{6});
    CHECK(search("лилиями для роз") == Ids{6});
    CHECK(search("конфеты") == Ids{13, 14});
    CHECK(search("розы кукуруза").empty());
}

TEST_CASE("C14: wildcards, quotes and operators are ordinary characters", "[products]") {
    DemoCatalogue shop;
    const auto total = [&](const char* words) {
        const auto reply = shop.call("list_products", {{"search", words}});
        REQUIRE(reply.ok());
        return reply.result.at("total").get<int>();
    };

    for (const char* words :
         {"%", "_", "%%%", "'", "\"", "' OR 1=1 --", "роз%", "🌹", "AND OR NOT NEAR(", "*"}) {
        CAPTURE(words);
        const int found = total(words);
        if (std::string(words) == "роз%")
            CHECK(found == 7);
        else
            CHECK(found == 0);
    }
    CHECK(total("«Пионы»") == 1);
}

TEST_CASE("P1: products off sale are for staff with view_products only", "[products]") {
    DemoCatalogue shop;
    shop.call("update_product", {{"product_id", 3}, {"enabled", false}}, Who::director);

    for (const Who who : {Who::guest, Who::customer, Who::courier, Who::service}) {
        const auto reply =
            shop.call("list_products", {{"enabled_only", false}, {"limit", 100}}, who);
        REQUIRE(reply.ok());
        CHECK(reply.result.at("total") == 14);
        CHECK(reply.result.at("warnings").at(0).at("code") == "enabled_only_forced");
        CHECK(DemoCatalogue::ids(
                  shop.call("list_products", {{"search", "герберы"}, {"enabled_only", false}}, who))
                  .empty());
        CHECK(shop.call("get_product", {{"product_id", 3}}, who).code() == "not_found");
    }
    for (const Who who : {Who::florist, Who::manager, Who::director}) {
        const auto reply =
            shop.call("list_products", {{"enabled_only", false}, {"limit", 100}}, who);
        CHECK(reply.result.at("total") == 15);
        CHECK_FALSE(reply.result.contains("warnings"));
        CHECK(DemoCatalogue::ids(shop.call(
                  "list_products", {{"search", "герберы"}, {"enabled_only", false}}, who)) ==
              Ids{3});
        CHECK(shop.call("list_products", {{"limit", 100}}, who).result.at("total") == 14);
        CHECK(shop.call("get_product", {{"product_id", 3}}, who).result.at("enabled") == false);
    }
}

TEST_CASE("T4: another shop's catalogue is empty and its products do not exist here",
          "[products]") {
    DemoCatalogue shop;

    const auto reply = shop.call("list_products", {{"shop_id", 9}});
    REQUIRE(reply.ok());
    CHECK(reply.result.at("total") == 0);
    CHECK(reply.result.at("has_more") == false);
    CHECK(shop.call("get_product", {{"shop_id", 9}, {"product_id", 1}}).code() == "not_found");
    CHECK(shop.call("update_product", {{"product_id", 1}, {"price", 1}}, Who::other_director)
              .code() == "not_found");
    CHECK(shop.call("list_products", {{"shop_id", 77}}).code() == "not_found");
}

TEST_CASE("C7: pages neither overlap nor miss rows", "[products]") {
    DemoCatalogue shop;
    for (const char* sort : {"default", "price_asc", "price_desc", "newest", "name"}) {
        std::vector<std::int64_t> seen;
        for (int skip = 0;; skip += 4) {
            const auto page =
                shop.call("list_products", {{"sort", sort}, {"skip", skip}, {"limit", 4}});
            for (const auto id : DemoCatalogue::ids(page)) seen.push_back(id);
            CHECK(page.result.at("total") == 15);
            CHECK(page.result.at("has_more") == (skip + 4 < 15));
            if (!page.result.at("has_more").get<bool>()) break;
        }
        CHECK(seen.size() == 15);
        CHECK(std::set<std::int64_t>(seen.begin(), seen.end()).size() == 15);
    }
    const auto beyond = shop.call("list_products", {{"skip", 100}});
    CHECK(DemoCatalogue::ids(beyond).empty());
    CHECK(beyond.result.at("total") == 15);
}

TEST_CASE("P7: best sellers count units of orders that were paid or went further", "[products]") {
    DemoCatalogue shop;
    const UnixMs now = shop.clock.now_ms();
    constexpr UnixMs kDay = 86'400'000;
    shop.add_sale(1, 3, "delivered", now - 2 * kDay);
    shop.add_sale(2, 2, "paid", now);
    shop.add_sale(2, 2, "in_delivery", now - kDay);
    shop.add_sale(4, 3, "accepted", now - 3 * kDay);
    shop.add_sale(5, 50, "cancelled", now);
    shop.add_sale(6, 50, "new", now);
    shop.add_sale(7, 50, "delivered", now - 90 * kDay);

    const auto reply = shop.call("get_bestsellers");

    CHECK(DemoCatalogue::ids(reply) == Ids{2, 1, 4});
    CHECK(reply.result.at("basis") == "recent");
    CHECK(reply.result.at("total") == 3);
    CHECK(reply.result.at("items").at(0).at("sold_count") == 4);
    CHECK(reply.result.at("items").at(0).at("rank") == 1);
    CHECK(reply.result.at("items").at(2).at("rank") == 3);
    CHECK(DemoCatalogue::ids(shop.call("get_bestsellers", {{"days", 91}, {"limit", 1}})) == Ids{7});

    shop.call("update_product", {{"product_id", 2}, {"enabled", false}}, Who::director);
    CHECK(DemoCatalogue::ids(shop.call("get_bestsellers")) == Ids{1, 4});
}

TEST_CASE("P7: without recent sales the basis is all time, then featured, then newest",
          "[products]") {
    DemoCatalogue shop;
    const auto featured = shop.call("get_bestsellers", {{"limit", 2}});
    CHECK(featured.result.at("basis") == "featured");
    CHECK(DemoCatalogue::ids(featured) == Ids{11, 6});
    CHECK(featured.result.at("total") == 4);
    CHECK(featured.result.at("items").at(0).at("sold_count") == 0);

    for (const int id : {2, 5, 6, 11}) {
        shop.call("update_product", {{"product_id", id}, {"is_featured", false}}, Who::director);
    }
    const auto newest = shop.call("get_bestsellers", {{"limit", 2}});
    CHECK(newest.result.at("basis") == "newest");
    CHECK(DemoCatalogue::ids(newest) == Ids{15, 14});

    shop.add_sale(9, 1, "delivered", shop.clock.now_ms() - 400LL * 86'400'000);
    const auto all_time = shop.call("get_bestsellers");
    CHECK(all_time.result.at("basis") == "all_time");
    CHECK(DemoCatalogue::ids(all_time) == Ids{9});
    CHECK(shop.call("get_bestsellers", {{"shop_id", 9}}).result.at("total") == 0);
}

TEST_CASE("P8: featured products come newest first, then by id descending", "[products]") {
    DemoCatalogue shop;
    shop.clock.advance_minutes(1);
    const auto id = shop.add_product({{"name", "Новинка"}, {"is_featured", true}});
    shop.call("update_product", {{"product_id", 5}, {"enabled", false}}, Who::director);

    const auto reply = shop.call("get_featured_products");

    CHECK(DemoCatalogue::ids(reply) == Ids{id, 11, 6, 2});
    CHECK(reply.result.at("total") == 4);
    CHECK(shop.call("get_featured_products", {{"limit", 1}}).result.at("has_more") == true);
}
