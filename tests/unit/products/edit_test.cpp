// Creating and updating products: what is stored, derived, refused, traced and indexed.
#include <catch2/catch.hpp>

#include "demo_catalogue.hpp"
#include "domains/products/search/index.hpp"

using namespace shopkeeper;
using namespace shopkeeper::test;
using Ids = std::vector<std::int64_t>;

namespace {

Json plain(Json more = Json::object()) {
    Json arguments = {{"name", "Букет «Проба»"}, {"type", "flowers"}, {"price", 1234.5}};
    arguments.update(more);
    return arguments;
}

Reply create(DemoCatalogue& shop, Json more = Json::object()) {
    return shop.call("create_product", plain(std::move(more)), Who::manager);
}

Reply update(DemoCatalogue& shop, std::int64_t id, Json fields) {
    fields["product_id"] = id;
    return shop.call("update_product", std::move(fields), Who::manager);
}

std::string blamed(const Reply& reply) {
    REQUIRE(reply.code() == "invalid_argument");
    return reply.error.at("details").value("field", "");
}

/// The whole index as text, to compare states.
std::string index_of(DemoCatalogue& shop) {
    std::string all;
    for (const storage::Row row :
         shop.rows("SELECT stem, product_id, field, tf FROM search_posting "
                   "WHERE shop_id = 8 ORDER BY stem, product_id, field")) {
        all += row.get<std::string>(0) + "/" + std::to_string(row.get<std::int64_t>(1)) + "/" +
               row.get<std::string>(2) + "/" + std::to_string(row.get<std::int64_t>(3)) + "\n";
    }
    for (const storage::Row row :
         shop.rows("SELECT word, stem, df FROM search_word WHERE shop_id = 8 ORDER BY word")) {
        all += row.get<std::string>(0) + "/" + row.get<std::string>(1) + "/" +
               std::to_string(row.get<std::int64_t>(2)) + "\n";
    }
    return all;
}

}  // namespace

TEST_CASE("P4: a product is created with all its parts and shown at once", "[products][edit]") {
    DemoCatalogue shop;

    const auto reply =
        create(shop, {{"description", "Проба"},
                      {"is_featured", true},
                      {"manufacturing_time_minutes", 0},
                      {"width_cm", 30},
                      {"height_cm", 40},
                      {"shelf_life_days", 7},
                      {"colors", {"красный", "white", "алые"}},
                      {"occasions", {"8 марта", "bday"}},
                      {"tags", {"New", "spring-2026", "new"}},
                      {"image_urls", {"https://img.example/1.jpg", "https://img.example/2.jpg"}},
                      {"recipe",
                       {{{"warehouse_item_id", 1}, {"quantity", 5}},
                        {{"warehouse_item_id", 13}, {"quantity", 1}},
                        {{"warehouse_item_id", 3}, {"quantity", 2}, {"is_optional", true}}}}});

    REQUIRE(reply.ok());
    const Json& product = reply.result;
    CHECK(product.at("id") == 16);
    CHECK(product.at("price").dump() == "1234.5");
    CHECK(product.at("price_display") == "1 234,50 ₸");
    CHECK(product.at("enabled") == true);
    CHECK(product.at("colors") == Json({"red", "white"}));
    CHECK(product.at("occasions") == Json({"birthday", "womens_day"}));
    CHECK(product.at("tags") == Json({"new", "spring-2026"}));
    CHECK(product.at("stem_count") == 5);  // flowers of the non-optional lines
    CHECK(product.at("manufacturing_time_minutes") == 0);
    CHECK(product.at("image_url") == "https://img.example/1.jpg");
    CHECK(product.at("composition").size() == 3);
    CHECK(product.at("composition").at(0).at("warehouse_item_id") == 1);
    CHECK_FALSE(product.contains("warnings"));
    CHECK(shop.call("get_product", {{"product_id", 16}}, Who::manager).result == product);
    CHECK(shop.number("SELECT COUNT(*) FROM product_image WHERE product_id = 16 AND is_primary") ==
          1);
}

TEST_CASE("P4: the stem count is derived only when it is absent and there are flowers",
          "[products][edit]") {
    DemoCatalogue shop;
    const Json recipe = {{{"warehouse_item_id", 1}, {"quantity", 5}},
                         {{"warehouse_item_id", 2}, {"quantity", 4}}};
    CHECK(create(shop, {{"recipe", recipe}}).result.at("stem_count") == 9);
    CHECK(create(shop, {{"recipe", recipe}, {"stem_count", 11}}).result.at("stem_count") == 11);
    CHECK(create(shop, {{"recipe", {{{"warehouse_item_id", 13}, {"quantity", 1}}}}})
              .result.at("stem_count")
              .is_null());
    CHECK(create(shop, {{"recipe", {{{"warehouse_item_id", 1}, {"quantity", 2000}}}}})
              .result.at("stem_count")
              .is_null());
    CHECK(create(shop).result.at("stem_count").is_null());
}

TEST_CASE(
    "P4, M5: values that cannot be are refused with the field to blame, and nothing is stored",
    "[products][edit]") {
    DemoCatalogue shop;
    const auto line = [](std::int64_t item, std::int64_t quantity) {
        return Json{{"warehouse_item_id", item}, {"quantity", quantity}};
    };
    CHECK(blamed(create(shop, {{"price", 0}})) == "price");
    CHECK(blamed(create(shop, {{"price", -1}})) == "price");
    CHECK(blamed(create(shop, {{"price", 10000001}})) == "price");
    CHECK(blamed(create(shop, {{"price", 9000.555}})) == "price");
    CHECK(blamed(create(shop, {{"name", "   "}})) == "name");
    CHECK(blamed(create(shop, {{"name", std::string(201, 'x')}})) == "name");
    CHECK(blamed(create(shop, {{"colors", {"red", "серобуромалиновый"}}})) == "colors");
    CHECK(blamed(create(shop, {{"occasions", {"вторник"}}})) == "occasions");
    CHECK(blamed(create(shop, {{"tags", {"два слова"}}})) == "tags");
    CHECK(blamed(create(shop, {{"tags", {std::string(51, 'a')}}})).starts_with("tags"));
    CHECK(blamed(create(shop, {{"image_urls", {"http://img.example/1.jpg"}}})) == "image_urls");
    CHECK(blamed(create(shop, {{"image_urls", {"https://"}}})) == "image_urls");
    CHECK(blamed(create(shop, {{"image_urls", {"javascript:alert(1)"}}})) == "image_urls");
    CHECK(blamed(create(shop, {{"recipe", {line(1, 5), line(1, 2)}}})) == "recipe");
    CHECK(blamed(create(shop, {{"recipe", {line(99, 5)}}})) == "recipe");
    CHECK(blamed(create(shop, {{"recipe", {line(1, 0)}}})).starts_with("recipe"));
    CHECK(blamed(create(shop, {{"recipe", {line(1, 10001)}}})).starts_with("recipe"));
    CHECK(blamed(create(shop, {{"stem_count", 1002}})) == "stem_count");
    CHECK(blamed(create(shop, {{"frobnicate", 1}})).find("frobnicate") != std::string::npos);
    CHECK(shop.number("SELECT COUNT(*) FROM product") == 15);
    CHECK(shop.number(
              "SELECT COUNT(*) FROM audit_log WHERE tool = 'create_product' AND outcome = 'ok'") ==
          15);

    // A recipe item of another shop is as unknown as one that does not exist.
    shop.execute(
        "INSERT INTO warehouse_item (id, shop_id, name, name_folded, created_ms, updated_ms) "
        "VALUES (500, 9, 'Чужая роза', 'чужая роза', 0, 0)");
    const auto foreign = create(shop, {{"recipe", {line(500, 1)}}});
    const auto absent = create(shop, {{"recipe", {line(501, 1)}}});
    CHECK(foreign.error.at("message") == absent.error.at("message"));
}

TEST_CASE("A16: only those who may edit can", "[products][edit]") {
    DemoCatalogue shop;
    CHECK(shop.call("create_product", plain()).code() == "unauthenticated");
    CHECK(shop.call("create_product", plain(), Who::customer).code() == "permission_denied");
    for (const Who who : {Who::courier, Who::florist}) {
        const auto reply = shop.call("update_product", {{"product_id", 1}, {"price", 1}}, who);
        CHECK(reply.code() == "permission_denied");
        CHECK(reply.error.at("details").at("required_permission") == "update_products");
    }
    CHECK(shop.number("SELECT price_minor FROM product WHERE id = 1") == 900'000);
}

TEST_CASE("P4: the same name again is a warning, whatever its letters", "[products][edit]") {
    DemoCatalogue shop;
    const auto again = create(shop, {{"name", "БУКЕТ  «нежность», 7 роз"}});
    CHECK_FALSE(again.result.contains("warnings"));  // two spaces are another name
    const auto twin = create(shop, {{"name", "букет «НЕЖНОСТЬ», 7 роз"}});
    REQUIRE(twin.ok());
    CHECK(twin.result.at("warnings").at(0).at("code") == "duplicate_name");
    CHECK_FALSE(update(shop, 1, {{"name", "Букет «Нежность»"}}).result.contains("warnings"));
    CHECK(update(shop, 2, {{"name", "Букет «Нежность»"}}).result.at("warnings").at(0).at("code") ==
          "duplicate_name");
    CHECK_FALSE(update(shop, 2, {{"price", 8100}}).result.contains("warnings"));
}

TEST_CASE("P5: an update changes what is given and nothing else", "[products][edit]") {
    DemoCatalogue shop;
    const Json before = shop.call("get_product", {{"product_id", 5}}, Who::manager).result;
    shop.clock.advance_minutes(5);

    const auto reply = update(shop, 5, {{"price", 16000}, {"tags", {"roses"}}});

    REQUIRE(reply.ok());
    Json expected = before;
    expected["price"] = 16000;
    expected["price_display"] = "16 000 ₸";
    expected["tags"] = {"roses"};
    expected["updated_at"] = "2026-11-23T10:05:00+05:00";
    CHECK(reply.result == expected);
    CHECK(update(shop, 5, {{"tags", Json::array()}}).result.at("tags").empty());
    CHECK(update(shop, 5, {{"recipe", Json::array()}}).result.at("availability").at("reason") ==
          "no_recipe");
    CHECK(update(shop, 999, {{"price", 1}}).code() == "not_found");
    CHECK(update(shop, 5, Json::object()).code() == "invalid_argument");
    CHECK(update(shop, 5, {{"name", ""}}).code() == "invalid_argument");  // C3: blank is absent
}

TEST_CASE("P5: clear empties nullable fields", "[products][edit]") {
    DemoCatalogue shop;
    update(shop, 5,
           {{"width_cm", 30},
            {"height_cm", 40},
            {"shelf_life_days", 5},
            {"manufacturing_time_minutes", 20}});

    const auto reply = update(shop, 5,
                              {{"clear",
                                {"description", "width_cm", "height_cm", "shelf_life_days",
                                 "manufacturing_time_minutes", "stem_count"}}});
    for (const char* field : {"description", "width_cm", "height_cm", "shelf_life_days",
                              "manufacturing_time_minutes", "stem_count"}) {
        CAPTURE(field);
        CHECK(reply.result.at(field).is_null());
    }
    CHECK(blamed(update(shop, 5, {{"clear", {"price"}}})).starts_with("clear"));
    CHECK(blamed(update(shop, 5, {{"clear", {"width_cm"}}, {"width_cm", 3}})) == "clear");
}

TEST_CASE("P4, P5: a derived stem count follows a new recipe, one set by hand stays",
          "[products][edit]") {
    DemoCatalogue shop;
    const Json twenty_one = {{{"warehouse_item_id", 1}, {"quantity", 21}}};
    CHECK(update(shop, 5, {{"recipe", twenty_one}}).result.at("stem_count") == 21);
    CHECK(update(shop, 9, {{"stem_count", 26}}).result.at("stem_count") == 26);
    CHECK(update(shop, 9, {{"recipe", twenty_one}}).result.at("stem_count") == 26);
    CHECK(update(shop, 6, {{"recipe", twenty_one}, {"stem_count", 7}}).result.at("stem_count") ==
          7);
    CHECK(update(shop, 7, {{"recipe", twenty_one}, {"clear", {"stem_count"}}})
              .result.at("stem_count")
              .is_null());
    CHECK(update(shop, 5, {{"recipe", Json::array()}}).result.at("stem_count").is_null());
}

TEST_CASE("I9, I12: a change is audited with before and after and announced; none is neither",
          "[products][edit]") {
    DemoCatalogue shop;
    const auto audits = [&] {
        return shop.number("SELECT COUNT(*) FROM audit_log WHERE tool = 'update_product'");
    };
    const auto events = [&] {
        return shop.number("SELECT COUNT(*) FROM events WHERE type = 'product.changed'");
    };
    const auto events_before = events();

    REQUIRE(update(shop, 5, {{"price", 16000}, {"name", "Букет «15 роз»"}}).ok());

    CHECK(audits() == 1);
    CHECK(events() == events_before + 1);
    const Json before =
        Json::parse(shop.text("SELECT before_json FROM audit_log WHERE tool = 'update_product'"));
    const Json after =
        Json::parse(shop.text("SELECT after_json FROM audit_log WHERE tool = 'update_product'"));
    CHECK(before.at("price") == 15000);
    CHECK(after.at("price") == 16000);
    CHECK(before.at("recipe") == after.at("recipe"));
    CHECK(shop.text("SELECT target_id FROM audit_log WHERE tool = 'update_product'") == "5");
    const Json data = Json::parse(shop.text(
        "SELECT data_json FROM events WHERE type = 'product.changed' ORDER BY id DESC LIMIT 1"));
    CHECK(data.at("product_id") == 5);
    CHECK(data.at("fields") == Json({"name", "price"}));
    CHECK(data.at("price") == 16000);

    const auto updated = shop.number("SELECT updated_ms FROM product WHERE id = 5");
    shop.clock.advance_minutes(1);
    REQUIRE(update(shop, 5, {{"price", 16000}}).ok());
    CHECK(audits() == 1);
    CHECK(events() == events_before + 1);
    CHECK(shop.number("SELECT updated_ms FROM product WHERE id = 5") == updated);
}

TEST_CASE("M8: a new price leaves orders alone", "[products][edit]") {
    DemoCatalogue shop;
    shop.add_sale(5, 2, "paid", shop.clock.now_ms());
    const auto price = shop.number("SELECT unit_price_minor FROM order_line");
    update(shop, 5, {{"price", 16000}});
    CHECK(shop.number("SELECT unit_price_minor FROM order_line") == price);
}

TEST_CASE("I3: repeating create_product with its key creates nothing", "[products][edit]") {
    DemoCatalogue shop;
    const auto first = create(shop, {{"idempotency_key", "k-1"}});
    const auto second = create(shop, {{"idempotency_key", "k-1"}});
    CHECK(second.result.at("id") == first.result.at("id"));
    CHECK(second.result.at("idempotent_replay") == true);
    CHECK(shop.number("SELECT COUNT(*) FROM product") == 16);
}

TEST_CASE("F11, P5: the index follows each change and equals one built anew", "[products][edit]") {
    DemoCatalogue shop;
    update(shop, 5,
           {{"name", "Букет «Закат»"}, {"description", "Алые лепестки"}, {"colors", {"orange"}}});
    update(shop, 6, {{"enabled", false}});
    update(shop, 7, {{"enabled", false}});
    update(shop, 7, {{"enabled", true}, {"recipe", {{{"warehouse_item_id", 9}, {"quantity", 3}}}}});
    update(shop, 8, {{"clear", {"description"}}, {"tags", Json::array()}});
    create(shop);
    create(shop, {{"enabled", false}, {"name", "Скрытый"}});

    const std::string followed = index_of(shop);
    shop.with(Who::director, [](storage::Connection& connection, const CallContext&) {
        products::search::reindex(connection, 8);
        return 0;
    });

    CHECK(followed == index_of(shop));
    CHECK(shop.number("SELECT COUNT(*) FROM search_word WHERE word = 'скрытый'") == 0);
    CHECK(shop.number(
              "SELECT COUNT(*) FROM search_posting WHERE stem = 'tulip' AND product_id = 2") >= 3);
    CHECK(DemoCatalogue::ids(shop.call("list_products", {{"search", "закат"}})) == Ids{5});
    CHECK(DemoCatalogue::ids(shop.call("list_products", {{"search", "пионы"}})) == Ids{7, 8});
}

TEST_CASE("F11: after a warehouse item was renamed, reindexing finds compositions by the new name",
          "[products][edit]") {
    DemoCatalogue shop;
    shop.execute("UPDATE warehouse_item SET name = 'Фрезия', name_folded = 'фрезия' WHERE id = 9");
    shop.with(Who::director, [](storage::Connection& connection, const CallContext&) {
        products::search::reindex(connection, 8);
        return 0;
    });
    CHECK(DemoCatalogue::ids(shop.call("list_products", {{"search", "фрезия"}})) == Ids{8});
}

TEST_CASE("the size of the catalogue is kept with each change and equals a count",
          "[products][edit]") {
    DemoCatalogue shop;
    const auto kept = [&](bool enabled) {
        return shop.number(
            "SELECT COALESCE(SUM(products), 0) FROM catalogue_size WHERE shop_id = 8 AND enabled = "
            "$1",
            {enabled});
    };
    const auto counted = [&](bool enabled) {
        return shop.number("SELECT COUNT(*) FROM product WHERE shop_id = 8 AND enabled = $1",
                           {enabled});
    };
    create(shop);
    create(shop, {{"enabled", false}});
    update(shop, 3, {{"enabled", false}});
    update(shop, 4, {{"enabled", false}});
    update(shop, 4, {{"enabled", true}, {"price", 6100}});
    update(shop, 5, {{"price", 16000}});
    create(shop, {{"price", 0}});

    CHECK(kept(true) == 15);
    CHECK(kept(false) == 2);
    CHECK(kept(true) == counted(true));
    CHECK(kept(false) == counted(false));
    CHECK(shop.call("list_products").result.at("total") == 15);
    CHECK(shop.call("list_products", {{"enabled_only", false}}, Who::florist).result.at("total") ==
          17);
}
