// What the parser understands of a sentence, without looking at any product.
#include <catch2/catch.hpp>

#include "demo_catalogue.hpp"
#include "domains/products/search/query.hpp"
#include "tools/register_all.hpp"

using namespace shopkeeper;
using namespace shopkeeper::test;
using namespace shopkeeper::products::search;

namespace {

/// Reads sentences for shop 8 on Monday 2026-11-23 10:00.
class Reader {
public:
    explicit Reader(const char* currency = "KZT") {
        fixture_.execute("UPDATE shop SET currency = $1 WHERE id = 8", {currency});
    }
    Understanding operator()(std::string_view query) {
        return fixture_.with(
            Who::guest, [&](storage::Connection& connection, const CallContext& context) {
                return understand(query, *shop::find(connection, 8), context.now_ms);
            });
    }

private:
    ShopFixture fixture_{tools::register_products};
};

std::vector<std::string> words_of(const Understanding& query) {
    std::vector<std::string> words;
    for (const Term& term : query.terms) words.push_back(term.word);
    return words;
}

using Minor = std::optional<std::int64_t>;

}  // namespace

TEST_CASE("F8: price limits in words", "[products][query]") {
    Reader read;
    struct Case {
        const char* query;
        Minor min;
        Minor max;
    };
    const Minor none;
    const Case cases[] = {
        {"до 15000", none, 1'500'000},
        {"до 15 000", none, 1'500'000},
        {"до 15.000 тг", none, 1'500'000},
        {"до 15к", none, 1'500'000},
        {"до 15 к", none, 1'500'000},
        {"до 15k", none, 1'500'000},
        {"до 15 тыс.", none, 1'500'000},
        {"до 15 тысяч тенге", none, 1'500'000},
        {"до 15 000 ₸", none, 1'500'000},
        {"до 1,5 млн", none, 150'000'000},
        {"до 12.5к", none, 1'250'000},
        {"до 15", none, 1'500'000},
        {"до 900 тенге", none, 90'000},
        {"не дороже 20000", none, 2'000'000},
        {"не больше 20 тыс", none, 2'000'000},
        {"дешевле 20000", none, 2'000'000},
        {"в пределах 20000", none, 2'000'000},
        {"бюджет 20000", none, 2'000'000},
        {"бюджет до 20000", none, 2'000'000},
        {"under 20000", none, 2'000'000},
        {"up to 20k", none, 2'000'000},
        {"less than 20000", none, 2'000'000},
        {"15000-ге дейін", none, 1'500'000},
        {"15 мың теңгеге дейін", none, 1'500'000},
        {"15000 теңгеден бастап", 1'500'000, none},
        {"от 10000", 1'000'000, none},
        {"дороже 10000", 1'000'000, none},
        {"не дешевле 10000", 1'000'000, none},
        {"from 10000", 1'000'000, none},
        {"от 10 до 20 тысяч", 1'000'000, 2'000'000},
        {"от 10000 до 20000", 1'000'000, 2'000'000},
        {"от 10 до 20", 1'000'000, 2'000'000},
        {"10-15 тысяч", 1'000'000, 1'500'000},
        {"10к-15к", 1'000'000, 1'500'000},
        {"10 000 – 15 000 тенге", 1'000'000, 1'500'000},
        {"from 10000 to 20000", 1'000'000, 2'000'000},
        {"between 10000 and 20000", 1'000'000, 2'000'000},
        {"за 10000", 850'000, 1'150'000},
        {"за 2500 тенге", 212'500, 287'500},
        {"около 10 тысяч", 850'000, 1'150'000},
        {"примерно 10к", 850'000, 1'150'000},
        {"розы 10000", 850'000, 1'150'000},
        {"10000 тенге", 850'000, 1'150'000},
    };
    for (const Case& c : cases) {
        CAPTURE(c.query);
        const Understanding query = read(c.query);
        CHECK(query.facts.price.min_minor == c.min);
        CHECK(query.facts.price.max_minor == c.max);
        for (const Term& term : query.terms) CHECK(term.stem == "rose");
    }
}

TEST_CASE("F8: what is no price stays out of the budget", "[products][query]") {
    Reader read;
    for (const char* query : {"25 роз", "букет из 51 розы", "15 шт", "розы до 18:00", "8 марта",
                              "доставка в 18:30", "через 3 дня", "for 3 friends", "мишка 40 см",
                              "розы к 15 декабря", "до 99999999999999"}) {
        CAPTURE(query);
        const Understanding understood = read(query);
        CHECK_FALSE(understood.facts.price.min_minor);
        CHECK_FALSE(understood.facts.price.max_minor);
    }
}

TEST_CASE("F8: small numbers are thousands in tenge only, and that is said", "[products][query]") {
    Reader tenge;
    const Understanding read = tenge("до 15");
    REQUIRE(read.assumptions.size() == 1);
    CHECK(read.assumptions[0] == "The number 15 is read as 15 000 ₸.");
    CHECK(tenge("до 15к").assumptions.empty());

    Reader dollars("USD");
    CHECK(dollars("до 15").facts.price.max_minor == 1'500);
    CHECK(dollars("розы за 20 $").assumptions.empty());
    CHECK(dollars("до 15 $").facts.price.max_minor == 1'500);
}

TEST_CASE("F9: a number beside a flower counts stems", "[products][query]") {
    Reader read;
    struct Case {
        const char* query;
        std::optional<std::int64_t> count;
    };
    for (const auto& [query, count] :
         {Case{"25 роз", 25}, Case{"роз 25", 25}, Case{"из 51 розы", 51}, Case{"букет 25", 25},
          Case{"15 шт", 15}, Case{"15 штук", 15}, Case{"21 дана", 21}, Case{"101 rose", 101},
          Case{"7 stems", 7}, Case{"25 красных роз", 25}, Case{"букет из 25 белых тюльпанов", 25},
          Case{"1001 роза", 1001}, Case{"1002 розы", std::nullopt}, Case{"0 роз", std::nullopt},
          Case{"до 25 роз", std::nullopt}, Case{"25", std::nullopt},
          Case{"мишка 40 см", std::nullopt}, Case{"8 марта розы", std::nullopt}}) {
        CAPTURE(query);
        CHECK(read(query).facts.stem_count == count);
    }
    const Understanding both = read("25 красных роз до 20 тысяч");
    CHECK(both.facts.stem_count == 25);
    CHECK(both.facts.price.max_minor == 2'000'000);
    CHECK(words_of(both) == std::vector<std::string>{"роз"});
}

TEST_CASE("F7: occasion, colour, type, people and delivery day are facts and no terms",
          "[products][query]") {
    Reader read;

    const Understanding full =
        read("Хочу 15 красных роз маме на день рождения завтра вечером, до 20000 тенге");
    CHECK(full.facts.stem_count == 15);
    CHECK(full.facts.colors == std::vector<std::string>{"red"});
    CHECK(full.facts.occasion == "birthday");
    CHECK(full.facts.price.max_minor == 2'000'000);
    CHECK(full.recipient == "mother");
    REQUIRE(full.delivery_day);
    CHECK(full.delivery_day->text() == "2026-11-24");
    CHECK(words_of(full) == std::vector<std::string>{"роз"});

    const Understanding kazakh = read("Анама туған күніне ақ раушан, ертең");
    CHECK(kazakh.facts.colors == std::vector<std::string>{"white"});
    CHECK(kazakh.recipient == "mother");
    CHECK(kazakh.delivery_day->text() == "2026-11-24");

    const Understanding english = read("white peonies for my wife tomorrow");
    CHECK(english.facts.colors == std::vector<std::string>{"white"});
    CHECK(english.recipient == "wife");
    CHECK(words_of(english) == std::vector<std::string>{"peonies"});

    CHECK(read("сладости").facts.product_type == "sweets");
    CHECK(read("цветы").facts.product_type == "flowers");
    CHECK(read("жемістер").facts.product_type == "fruits");
    CHECK(read("подарок").facts.product_type == "gifts");
    CHECK_FALSE(read("букет в подарок").facts.product_type);
    CHECK_FALSE(read("розы и подарки").facts.product_type);
    CHECK_FALSE(read("цветы и сладости").facts.product_type);
    CHECK(read("8 марта").facts.occasion == "womens_day");
    CHECK_FALSE(read("простой букет").facts.occasion);
    CHECK(read("букет с доставкой").terms.size() == 1);
}

TEST_CASE("F8: price hints", "[products][query]") {
    Reader read;
    for (const char* query :
         {"недорого", "бюджетно", "эконом", "арзан гүл", "не дорогой", "подешевле"}) {
        CAPTURE(query);
        CHECK(read(query).price_hint == PriceHint::cheap);
    }
    for (const char* query : {"премиум", "дорогой букет", "роскошный", "luxury"}) {
        CAPTURE(query);
        CHECK(read(query).price_hint == PriceHint::premium);
    }
    CHECK(read("дешевле 5000").price_hint == PriceHint::none);
    CHECK(read("букет").price_hint == PriceHint::none);
}
