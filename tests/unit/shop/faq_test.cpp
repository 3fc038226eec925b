#include <catch2/catch.hpp>

#include "support/shop_fixture.hpp"
#include "tools/register_all.hpp"

using namespace shopkeeper;
using test::ShopFixture;

namespace {

void add_entry(ShopFixture& shop, int order, std::string_view category, std::string_view question,
               std::string_view answer, std::string_view status = "published",
               std::string_view kind = "faq", std::int64_t shop_id = 8) {
    shop.execute(
        "INSERT INTO kb_documents (shop_id, kind, title, body, category, display_order, status, "
        "created_ms, "
        "updated_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0)",
        {shop_id, kind, question, answer, category, order, status});
}

struct FaqShop : ShopFixture {
    FaqShop() : ShopFixture({tools::register_shop}) {
        ShopFixture& shop = *this;
        add_entry(shop, 2, "delivery", "Сколько стоит доставка?",
                  "Доставка стоит {delivery_cost}, а при заказе от {free_delivery_threshold} она "
                  "бесплатна.");
        add_entry(shop, 1, "general", "Когда вы работаете?",
                  "По будням {weekday_hours}, в выходные {weekend_hours}.");
        add_entry(shop, 3, "delivery", "Где забрать?", "По адресу {address}, телефон {phone}.");
        add_entry(shop, 0, "general", "Черновик", "?", "draft");
        add_entry(shop, 0, "policy", "Правила", "?", "published", "policy");
        add_entry(shop, 0, "foreign", "Чужой вопрос", "?", "published", "faq", 9);
    }
};

}  // namespace

TEST_CASE("S8: published entries in their order, with the settings filled in", "[shop][faq]") {
    FaqShop shop;
    const Json faq = shop.call("get_faq").result;
    REQUIRE(faq.at("total") == 3);
    CHECK(faq.at("items").at(0).at("question") == "Когда вы работаете?");
    CHECK(faq.at("items").at(0).at("answer") ==
          "По будням 09:00 - 21:00, в выходные 10:00 - 20:00.");
    CHECK(faq.at("items").at(1).at("answer") ==
          "Доставка стоит 1 500 ₸, а при заказе от 10 000 ₸ она бесплатна.");
    CHECK(faq.at("items").at(2).at("answer") ==
          "По адресу ул. Тестовая 1, телефон +7 (700) 000-08-00.");
    CHECK(faq.at("categories") == Json{"general", "delivery"});
    CHECK(faq.at("has_more") == false);
}

TEST_CASE("S8: answers follow the settings", "[shop][faq]") {
    FaqShop shop;
    shop.execute(
        "UPDATE shop SET delivery_cost_minor = 99950, free_delivery_threshold_minor = NULL, "
        "weekend_closed = TRUE, phone = NULL, address = NULL WHERE id = 8");
    const Json items = shop.call("get_faq").result.at("items");
    CHECK(items.at(0).at("answer") == "По будням 09:00 - 21:00, в выходные выходной.");
    CHECK(items.at(1).at("answer").get<std::string>().find("999,50 ₸") != std::string::npos);
    CHECK(items.at(1).at("answer").get<std::string>().find("бесплатной доставки нет") !=
          std::string::npos);
    CHECK(items.at(2).at("answer") == "По адресу —, телефон —.");
}

TEST_CASE("S8: what is filled in is not read for placeholders again", "[shop][faq]") {
    FaqShop shop;
    shop.execute("UPDATE shop SET address = '{phone} {unknown' WHERE id = 8");
    CHECK(shop.call("get_faq").result.at("items").at(2).at("answer") ==
          "По адресу {phone} {unknown, телефон +7 (700) 000-08-00.");
    add_entry(shop, 4, "odd", "?", "{ {nothing} {{phone}}");
    CHECK(shop.call("get_faq", {{"category", "odd"}}).result.at("items").at(0).at("answer") ==
          "{ {nothing} {+7 (700) 000-08-00}");
}

TEST_CASE("S8, C7: categories in any letter case, and pages", "[shop][faq]") {
    FaqShop shop;
    const Json delivery = shop.call("get_faq", {{"category", "DELIVERY"}}).result;
    CHECK(delivery.at("total") == 2);
    CHECK(delivery.at("categories").size() == 2);
    const Json unknown = shop.call("get_faq", {{"category", "нет такой"}}).result;
    CHECK(unknown.at("items").empty());
    CHECK(unknown.at("total") == 0);

    const Json page = shop.call("get_faq", {{"skip", 1}, {"limit", 1}}).result;
    REQUIRE(page.at("items").size() == 1);
    CHECK(page.at("items").at(0).at("question") == "Сколько стоит доставка?");
    CHECK(page.at("has_more") == true);
    CHECK(shop.call("get_faq", {{"skip", 9}}).result.at("items").empty());
}
