// search_products_smart over the demo catalogue: what is understood, which rung answers, what comes
// first.
#include <catch2/catch.hpp>
#include <set>

#include "demo_catalogue.hpp"

using namespace shopkeeper;
using namespace shopkeeper::test;
using Ids = std::vector<std::int64_t>;

namespace {

Reply search(DemoCatalogue& shop, Json arguments) {
    return shop.call("search_products_smart", std::move(arguments));
}
Reply search(DemoCatalogue& shop, const char* query) {
    return search(shop, Json{{"query", query}});
}

std::set<std::int64_t> id_set(const Reply& reply) {
    const auto ids = DemoCatalogue::ids(reply);
    return {ids.begin(), ids.end()};
}

std::string rung(const Reply& reply) {
    return reply.result.at("rung").get<std::string>();
}

Json understood(const Reply& reply, const char* what) {
    return reply.result.at("interpretation").at(what);
}

}  // namespace

TEST_CASE("golden searches over the demo catalogue", "[products][search]") {
    DemoCatalogue shop;
    struct Golden {
        const char* query;
        const char* rung;
        std::set<std::int64_t> ids;
    };
    const std::set<std::int64_t> roses = {1, 5, 6, 7, 9, 10, 11};
    const Golden goldens[] = {
        {"розы", "all_terms", roses},
        {"розами", "all_terms", roses},
        {"roses", "all_terms", roses},
        {"раушан", "all_terms", roses},
        {"раушандар", "all_terms", roses},
        {"Хочу букет роз, пожалуйста", "all_terms", roses},
        {"тюльпаны", "all_terms", {2}},
        {"тюльпанчики", "all_terms", {2}},
        {"қызғалдақтар", "all_terms", {2}},
        {"tulips", "all_terms", {2}},
        {"пионы", "all_terms", {8}},
        {"сарғалдақ", "all_terms", {8}},
        {"peonies", "all_terms", {8}},
        {"хризантемы", "all_terms", {4}},
        {"орхидею", "all_terms", {12}},
        {"герберами", "all_terms", {3}},
        {"лилии и розы", "all_terms", {6}},
        {"красные розы", "all_terms", {5, 6, 7, 9, 10}},
        {"қызыл раушан", "all_terms", {5, 6, 7, 9, 10}},
        {"red roses", "all_terms", {5, 6, 7, 9, 10}},
        {"красные розы до 20 тысяч", "all_terms", {5, 6, 7}},
        {"25 роз", "all_terms", {9, 11}},
        {"роз 25", "all_terms", {9, 11}},
        {"25 красных роз", "all_terms", {9}},
        {"букет из 51 розы", "all_terms", {10}},
        {"белые розы на свадьбу", "all_terms", {11}},
        {"букет на 8 марта", "all_terms", {2}},
        {"8 наурыз", "all_terms", {2}},
        {"цветы на день рождения до 8000", "all_terms", {2, 3, 4}},
        {"сладости", "all_terms", {13, 14}},
        {"подарки", "all_terms", {15}},
        {"конфеты", "all_terms", {13, 14}},
        {"рафаэлло", "all_terms", {13}},
        {"raffaello", "all_terms", {13}},
        {"плюшевый мишка", "all_terms", {15}},
        {"teddy bear", "all_terms", {15}},
        {"от 30000 до 50000 тенге", "all_terms", {9, 11, 12}},
        {"бюджет 5к", "all_terms", {13, 14, 15}},
        {"сколько стоит красивый букет из пионов?", "all_terms", {8}},
        {"розы подешевле", "all_terms", roses},
        {"букет тюльпанов к 18:00", "all_terms", {2}},
        {"10 мың теңгеге дейінгі раушан шоғы", "all_terms", {1}},
        {"букет невесте", "all_terms", {8, 11}},
        {"розы 15000", "all_terms", {5}},
        {"что-нибудь для коллеги",
         "all_terms",
         {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}},
    };
    for (const Golden& golden : goldens) {
        CAPTURE(golden.query);
        const auto reply = search(shop, golden.query);
        REQUIRE(reply.ok());
        CAPTURE(reply.result.at("interpretation").dump());
        CHECK(rung(reply) == golden.rung);
        CHECK(id_set(reply) == golden.ids);
        CHECK(reply.result.at("message").is_null());
    }
}

TEST_CASE("F14 corrected: the example of the rule book", "[products][search]") {
    DemoCatalogue shop;

    const auto reply = search(shop, "крастные розы до 15к на завтра");

    CHECK(rung(reply) == "corrected");
    CHECK(reply.result.at("corrections") ==
          Json::parse(R"([{"from": "крастные", "to": "красные"}])"));
    CHECK(understood(reply, "color") == "red");
    CHECK(understood(reply, "budget") == 15000);
    CHECK(understood(reply, "terms") == Json({"розы"}));
    CHECK(understood(reply, "delivery_day") == "2026-11-24");
    CHECK(DemoCatalogue::ids(reply) == Ids{5});
    CHECK(reply.result.at("rung_label") == "Исправлены опечатки");
    CHECK(reply.result.at("message").is_string());
}

TEST_CASE(
    "F14 corrected: one mistake in short words, two in long ones, the shop's own words included",
    "[products][search]") {
    DemoCatalogue shop;
    struct Typo {
        const char* query;
        Ids ids;
    };
    for (const auto& [query, ids] :
         {Typo{"тюлпаны", {2}}, Typo{"хрезантемы", {4}}, Typo{"арxидеи", {}}, Typo{"архидеи", {12}},
          Typo{"пиноы", {8}}, Typo{"рафаелло", {13}}, Typo{"экзотк", {12}}, Typo{"tuilps", {2}},
          Typo{"ferero roche", {14}}}) {
        CAPTURE(query);
        const auto reply = search(shop, query);
        if (ids.empty()) continue;
        CHECK(DemoCatalogue::ids(reply) == ids);
    }
    CHECK(rung(search(shop, "тюлпаны")) == "corrected");
    CHECK(rung(search(shop, "экзотк")) == "corrected");
    CHECK(rung(search(shop, "рафаелло")) == "all_terms");  // a spelling the lexicon knows
    CHECK(rung(search(shop, "прзх")) == "none");           // two mistakes in four letters
}

TEST_CASE("F14 layout: words typed in the other keyboard layout", "[products][search]") {
    DemoCatalogue shop;

    const auto roses = search(shop, "hjps");
    CHECK(rung(roses) == "layout");
    CHECK(roses.result.at("corrections") == Json::parse(R"([{"from": "hjps", "to": "розы"}])"));
    CHECK(id_set(roses) == std::set<std::int64_t>{1, 5, 6, 7, 9, 10, 11});

    const auto sentence = search(shop, "rhfcyst hjps lj 15r");
    CHECK(rung(sentence) == "layout");
    CHECK(understood(sentence, "color") == "red");
    CHECK(understood(sentence, "budget") == 15000);
    CHECK(DemoCatalogue::ids(sentence) == Ids{5});

    CHECK(rung(search(shop, ",ertn gbjyjd")) == "layout");
    CHECK(DemoCatalogue::ids(search(shop, "егдшзы")) == Ids{2});  // "tulips"
}

TEST_CASE("F14 translit: Russian words in Latin letters", "[products][search]") {
    DemoCatalogue shop;

    const auto reply = search(shop, "krasnye rozy do 15000");
    CHECK(rung(reply) == "translit");
    CHECK(understood(reply, "color") == "red");
    CHECK(DemoCatalogue::ids(reply) == Ids{5});
    CHECK(rung(search(shop, "rozy")) == "translit");
    CHECK(DemoCatalogue::ids(search(shop, "tyulpany")) == Ids{2});
    CHECK(DemoCatalogue::ids(search(shop, "hrizantemy")) == Ids{4});
    CHECK(DemoCatalogue::ids(search(shop, "belyi buket na svadbu")) == Ids{11});
}

TEST_CASE("F14 most_terms: three quarters of the words are enough, facts still filter",
          "[products][search]") {
    DemoCatalogue shop;

    const auto reply = search(shop, "красные розы лилии эвкалипт кактус");
    CHECK(rung(reply) == "most_terms");
    CHECK(DemoCatalogue::ids(reply) == Ids{6});
    CHECK(understood(reply, "terms").size() == 4);
    CHECK(rung(search(shop, "белые тюльпаны эвкалипт кактус")) != "most_terms");
}

TEST_CASE("F14 facts_only: the words are dropped, the facts filter, the occasion ranks",
          "[products][search]") {
    DemoCatalogue shop;

    const auto reply = search(shop, "кактус до 5000 на новый год");
    CHECK(rung(reply) == "facts_only");
    CHECK(reply.result.at("dropped") == Json({"terms"}));
    CHECK(DemoCatalogue::ids(reply).front() == 14);
    CHECK(id_set(reply) == std::set<std::int64_t>{13, 14, 15});
}

TEST_CASE(
    "F14 relaxed_facts: stem count, then colour, then occasion is dropped; nearest count first",
    "[products][search]") {
    DemoCatalogue shop;

    const auto count = search(shop, "33 красные розы");
    CHECK(rung(count) == "relaxed_facts");
    CHECK(count.result.at("dropped") == Json({"stem_count"}));
    CHECK(DemoCatalogue::ids(count) == Ids{9, 7, 5, 10, 6});

    const auto color = search(shop, "синие тюльпаны");
    CHECK(rung(color) == "relaxed_facts");
    CHECK(color.result.at("dropped") == Json({"color"}));
    CHECK(DemoCatalogue::ids(color) == Ids{2});

    const auto both = search(shop, "33 синих тюльпана");
    CHECK(both.result.at("dropped") == Json({"stem_count", "color"}));
    CHECK(DemoCatalogue::ids(both) == Ids{2});
}

TEST_CASE("F14 nearest_price: nothing fits the budget", "[products][search]") {
    DemoCatalogue shop;
    shop.call("update_product", {{"product_id", 13}, {"price", 3100}}, Who::director);

    const auto reply = search(shop, "букет за 2500 тенге");

    CHECK(rung(reply) == "nearest_price");
    CHECK(DemoCatalogue::ids(reply).empty());
    CHECK(reply.result.at("total") == 0);
    REQUIRE(reply.result.at("nearest").size() == 3);
    CHECK(reply.result.at("nearest").at(0).at("id") == 4);
    CHECK(reply.result.at("nearest").at(1).at("id") == 3);
    CHECK(understood(reply, "budget") == 2875);
    CHECK(understood(reply, "budget_min") == 2125);
}

TEST_CASE(
    "F14 none: nothing understood, or nothing of that kind; best sellers within the bounds are "
    "offered",
    "[products][search]") {
    DemoCatalogue shop;
    shop.add_sale(13, 5, "delivered", shop.clock.now_ms());
    shop.add_sale(10, 9, "delivered", shop.clock.now_ms());

    for (const char* query : {"абракадабра", "🌹🌹🌹", "%%% '\" OR 1=1 --", "(((", "и на в"}) {
        CAPTURE(query);
        const auto reply = search(shop, query);
        CHECK(rung(reply) == "none");
        CHECK(DemoCatalogue::ids(reply).empty());
        REQUIRE(reply.result.at("nearest").size() == 3);
        CHECK(reply.result.at("nearest").at(0).at("id") == 10);
        CHECK(reply.result.at("nearest").at(1).at("id") == 13);
    }
    const auto fruits = search(shop, "фрукты");
    CHECK(rung(fruits) == "none");
    CHECK(understood(fruits, "product_type") == "fruits");
    const auto dear = search(shop, Json{{"query", "фрукты"}, {"budget_min", 40000}});
    CHECK(rung(dear) == "none");
    for (const Json& product : dear.result.at("nearest")) CHECK(product.at("price") >= 40000);
}

TEST_CASE("F16: price bounds hold on every rung", "[products][search]") {
    DemoCatalogue shop;
    for (const char* query :
         {"розы до 16000", "крастные розы до 16000", "hjps lj 16000", "rozy do 16000",
          "розы лилии эвкалипт кактус до 16000", "кактус до 16000", "33 розы до 16000",
          "синие розы до 16000", "абракадабра до 16000", "розы от 10000 до 16000"}) {
        CAPTURE(query);
        const auto reply = search(shop, query);
        REQUIRE(reply.ok());
        CHECK(understood(reply, "budget") == 16000);
        CHECK_FALSE(reply.result.at("items").empty());
        for (const Json& product : reply.result.at("items")) CHECK(product.at("price") <= 16000);
        for (const Json& product : reply.result.at("nearest")) CHECK(product.at("price") > 16000);
    }
    // Fewer than three within the budget: the closest above it stand beside them.
    const auto few = search(shop, "тюльпаны до 8000");
    CHECK(DemoCatalogue::ids(few) == Ids{2});
    CHECK(few.result.at("nearest").size() >= 1);
}

TEST_CASE("F10: explicit arguments win over the words", "[products][search]") {
    DemoCatalogue shop;

    const auto reply = search(shop, Json{{"query", "красные розы до 10000 на свадьбу"},
                                         {"budget", 40000},
                                         {"color", "белый"},
                                         {"occasion", "годовщина"},
                                         {"product_type", "flowers"}});
    CHECK(understood(reply, "budget") == 40000);
    CHECK(understood(reply, "color") == "white");
    CHECK(understood(reply, "occasion") == "anniversary");
    CHECK(id_set(reply) == std::set<std::int64_t>{6, 11});

    CHECK(search(shop, Json{{"budget", 100}, {"budget_min", 200}}).code() == "invalid_argument");
    CHECK(search(shop, Json{{"budget", 0}}).code() == "invalid_argument");
    CHECK(search(shop, Json{{"color", "серобуромалиновый"}})
              .error.at("details")
              .at("accepted")
              .size() == 12);
    CHECK(search(shop, Json{{"occasion", "вторник"}}).code() == "invalid_argument");
    CHECK(search(shop, Json{{"product_type", "cars"}}).code() == "invalid_argument");
}

TEST_CASE("P9: something must be asked for, and facts alone are enough", "[products][search]") {
    DemoCatalogue shop;

    CHECK(search(shop, Json::object()).code() == "invalid_argument");
    CHECK(search(shop, Json{{"query", "   "}}).code() == "invalid_argument");
    CHECK(search(shop, Json{{"in_stock_only", true}}).code() == "invalid_argument");
    CHECK(DemoCatalogue::ids(search(shop, Json{{"product_type", "gifts"}})) == Ids{15});
    CHECK(id_set(search(shop, Json{{"budget", 4500}})) == std::set<std::int64_t>{13, 14});
    CHECK(id_set(search(shop, Json{{"budget_min", 45000}})) == std::set<std::int64_t>{10, 12});
    CHECK(id_set(search(shop, Json{{"occasion", "wedding"}})) == std::set<std::int64_t>{8, 11});
    CHECK(id_set(search(shop, Json{{"color", "pink"}})) == std::set<std::int64_t>{1, 7, 8});
}

TEST_CASE("F9: an even number of flowers outside a funeral is remarked upon",
          "[products][search]") {
    DemoCatalogue shop;

    const auto even = search(shop, "20 роз");
    CHECK(even.result.at("warnings").at(0).at("code") == "even_stem_count");
    CHECK_FALSE(search(shop, "25 роз").result.contains("warnings"));
    CHECK_FALSE(search(shop, "20 роз на похороны").result.contains("warnings"));
}

TEST_CASE(
    "F12: occasion, colour, stem count, featured, budget and sales raise a score; order is total",
    "[products][search]") {
    DemoCatalogue shop;
    const auto reasons = [](const Reply& reply, std::size_t item) {
        const Json& list = reply.result.at("items").at(item).at("match_reasons");
        return std::set<std::string>(list.begin(), list.end());
    };

    const auto roses = search(shop, "15 красных роз на годовщину до 16000");
    CHECK(DemoCatalogue::ids(roses) == Ids{5});
    CHECK(reasons(roses, 0) == std::set<std::string>{"name", "composition", "description",
                                                     "occasion", "color", "stem_count", "tag",
                                                     "featured", "budget"});

    shop.add_sale(10, 9, "delivered", shop.clock.now_ms());
    const auto popular = search(shop, Json{{"color", "red"}});
    CHECK(DemoCatalogue::ids(popular).front() == 10);
    CHECK(reasons(popular, 0).contains("popular"));
    for (std::size_t i = 1; i < popular.result.at("items").size(); ++i) {
        CHECK(popular.result.at("items").at(i - 1).at("score").get<double>() >=
              popular.result.at("items").at(i).at("score").get<double>());
    }
    // Equal scores: the cheaper first.
    CHECK(DemoCatalogue::ids(search(shop, Json{{"product_type", "sweets"}})) == Ids{13, 14});
}

TEST_CASE("F7, F8: price hints and recipients only change the order", "[products][search]") {
    DemoCatalogue shop;

    const auto cheap = search(shop, "недорогой букет роз");
    CHECK(understood(cheap, "price_hint") == "cheap");
    CHECK(cheap.result.at("total") == 7);
    const auto premium = search(shop, "роскошные розы жене");
    CHECK(understood(premium, "price_hint") == "premium");
    CHECK(understood(premium, "recipient") == "wife");
    CHECK(premium.result.at("total") == 7);
    CHECK(understood(search(shop, "не дорогие розы"), "price_hint") == "cheap");
}

TEST_CASE("F18: what cannot be sold never precedes what can, and in_stock_only leaves it out",
          "[products][search]") {
    DemoCatalogue shop;
    shop.execute("UPDATE warehouse_item SET quantity = 14 WHERE name = 'Роза красная'");

    const auto reply = search(shop, "красные розы");
    CHECK(reply.result.at("total") == 5);
    bool seen_unavailable = false;
    for (const Json& product : reply.result.at("items")) {
        if (!product.at("available").get<bool>())
            seen_unavailable = true;
        else
            CHECK_FALSE(seen_unavailable);
    }
    CHECK(seen_unavailable);
    CHECK(id_set(search(shop, Json{{"query", "красные розы"}, {"in_stock_only", true}})) ==
          std::set<std::int64_t>{6, 7});
    // A rung whose every product is sold out is no answer then.
    const auto sold_out = search(shop, Json{{"query", "51 роза"}, {"in_stock_only", true}});
    CHECK(rung(sold_out) == "relaxed_facts");
    CHECK_FALSE(id_set(sold_out).contains(10));
}

TEST_CASE("P1, F15: products off sale are in no list, no nearest and no vocabulary",
          "[products][search]") {
    DemoCatalogue shop;
    const auto hidden = shop.add_product({{"name", "Букет Зюзелька"},
                                          {"price", 2600},
                                          {"colors", {"blue"}},
                                          {"enabled", false},
                                          {"is_featured", true},
                                          {"tags", {"secret"}}});

    for (const char* query :
         {"зюзелька", "синий букет", "букет за 2500 тенге", "букет", "зюзельк", "secret"}) {
        CAPTURE(query);
        for (const Who who : {Who::guest, Who::director}) {
            const auto reply = shop.call("search_products_smart", {{"query", query}}, who);
            CHECK_FALSE(id_set(reply).contains(hidden));
            for (const Json& product : reply.result.at("nearest"))
                CHECK(product.at("id") != hidden);
            for (const Json& correction : reply.result.at("corrections"))
                CHECK(correction.at("to") != "зюзелька");
        }
    }
    CHECK(shop.number("SELECT COUNT(*) FROM search_word WHERE word = 'зюзелька'") == 0);

    shop.call("update_product", {{"product_id", hidden}, {"enabled", true}}, Who::director);
    CHECK(DemoCatalogue::ids(search(shop, "зюзелька")) == Ids{hidden});
    CHECK(rung(search(shop, "зюзельк")) == "all_terms");
    CHECK(rung(search(shop, "зюзилька")) == "corrected");
}

TEST_CASE("C7: search pages neither overlap nor miss rows", "[products][search]") {
    DemoCatalogue shop;
    shop.execute("UPDATE warehouse_item SET quantity = 20 WHERE name = 'Роза красная'");
    std::vector<std::int64_t> seen;
    for (int skip = 0;; skip += 2) {
        const auto page = search(shop, Json{{"query", "розы"}, {"skip", skip}, {"limit", 2}});
        CHECK(page.result.at("total") == 7);
        for (const auto id : DemoCatalogue::ids(page)) seen.push_back(id);
        if (!page.result.at("has_more").get<bool>()) break;
    }
    CHECK(seen == DemoCatalogue::ids(search(shop, "розы")));
    CHECK(seen.size() == 7);
    CHECK(DemoCatalogue::ids(
              search(shop, Json{{"query", "розы"}, {"skip", 9'000'000'000'000'000'000}}))
              .empty());
}

TEST_CASE("F19: any 300 characters give a normal answer", "[products][search]") {
    DemoCatalogue shop;
    std::string operators;
    while (operators.size() < 300) operators += "AND (\"*'%_-:;.,OR NOT^~";
    std::string words;
    for (int i = 0; i < 100; ++i) words += "ро ";
    std::string digits(300, '9');
    std::string grouped;
    while (grouped.size() < 290) grouped += "15 000 ";
    std::string dashes;
    while (dashes.size() < 290) dashes += "5-";
    std::string emoji;
    for (int i = 0; i < 300; ++i) emoji += "🌹";
    std::string letters;
    for (int i = 0; i < 300; ++i) letters += "ы";
    for (std::string query :
         {operators.substr(0, 300), words.substr(0, 300), digits, grouped, dashes, emoji, letters,
          std::string("'; DROP TABLE product; --"), std::string("\\u0000 \\x00"),
          std::string("от до за от до"), std::string("до"), std::string("от 5 до"),
          std::string("1-1-1 тенге"), std::string("0 0 0"), std::string("००१ роз"),
          std::string("роз 1001 1002 5000 роз"), std::string("к к к 15 к")}) {
        CAPTURE(query);
        const auto reply = search(shop, Json{{"query", query}});
        CHECK(reply.ok());
    }
    CHECK(shop.number("SELECT COUNT(*) FROM product") == 15);
    std::string many;
    for (int i = 0; i < 40; ++i)
        many += "слово" + std::string(1, static_cast<char>('a' + i % 26)) + " ";
    CHECK(understood(search(shop, Json{{"query", many.substr(0, 290)}}), "terms").size() <= 20);
}

TEST_CASE("F17: labels are in the shop's locale", "[products][search]") {
    DemoCatalogue shop;
    shop.execute("UPDATE shop SET locale = 'kk' WHERE id = 8");
    CHECK(search(shop, "hjps").result.at("rung_label") == "Пернетақта орналасуы түзетілді");
    CHECK(search(shop, "розы").result.at("items").at(0).at("color_labels").at(0).is_string());
    shop.execute("UPDATE shop SET locale = 'en' WHERE id = 8");
    CHECK(search(shop, "абракадабра").result.at("rung_label") == "Nothing found");
}
