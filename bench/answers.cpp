#include "bench/answers.hpp"

#include <array>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>

#include "bench/shop.hpp"
#include "bench/sqlite.hpp"
#include "domains/products/sales.hpp"

namespace shopkeeper::bench {
namespace {

constexpr int kQuestions = 800;
constexpr std::int64_t kOrders = 3'000;

/// What an invented shop lacks: products off sale, odd prices and counts, facets that are missing,
/// sales of many products over half a year, in all statuses, and stock that runs out.
constexpr char kUneven[] = R"sql(
UPDATE product SET price_minor = price_minor + id * 7919 % 1500000,
    stem_count = CASE WHEN id % 3 = 0 THEN 1 + id % 60 ELSE stem_count END,
    type = CASE WHEN id % 17 = 0 THEN 'gifts' WHEN id % 19 = 0 THEN 'sweets' ELSE type END
WHERE shop_id = 8;
UPDATE product SET enabled = FALSE WHERE shop_id = 8 AND id % 11 = 0;
DELETE FROM product_facet WHERE shop_id = 8 AND product_id % 7 = 0 AND kind = 'color';
DELETE FROM product_facet WHERE shop_id = 8 AND product_id % 5 = 0 AND kind = 'occasion';
DELETE FROM search_posting WHERE shop_id = 8 AND product_id % 13 = 0 AND field = 'name';
UPDATE search_posting SET tf = 1 + product_id % 4
WHERE shop_id = 8 AND field IN ('description', 'composition');
DELETE FROM catalogue_size WHERE shop_id = 8;
INSERT INTO catalogue_size (shop_id, enabled, products)
SELECT shop_id, enabled, COUNT(*) FROM product WHERE shop_id = 8 GROUP BY shop_id, enabled;
UPDATE orders SET created_ms = 1795000000000 - id * 5400000,
    status = CASE id % 9 WHEN 0 THEN 'cancelled' WHEN 1 THEN 'new' WHEN 2 THEN 'paid' ELSE status END
WHERE shop_id = 8;
DELETE FROM order_line
WHERE shop_id = 8 AND rowid NOT IN (SELECT MIN(rowid) FROM order_line GROUP BY shop_id, order_id);
UPDATE order_line SET product_id = 1 + order_id * 37 % (SELECT MAX(id) FROM product), quantity = 1 + order_id % 5,
    line_total_minor = unit_price_minor * (1 + order_id % 5)
WHERE shop_id = 8;
UPDATE warehouse_item SET quantity = 390 WHERE shop_id = 8;
UPDATE recipe_line SET quantity = 400 WHERE shop_id = 8 AND product_id % 6 = 0;
)sql";

/// The same numbers in every build: no library's distribution is asked.
class Dice {
public:
    std::size_t below(std::size_t sides) {
        state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
        return static_cast<std::size_t>((state_ >> 33) % sides);
    }
    bool one_in(std::size_t sides) { return below(sides) == 0; }
    std::string_view pick(std::span<const std::string_view> from) {
        return from[below(from.size())];
    }

private:
    std::uint64_t state_ = 20'261'120;
};

constexpr std::string_view kWords[] = {
    "розы",       "роз",        "тюльпаны", "пионы",     "лилии",      "хризантемы", "орхидея",
    "герберы",    "эустома",    "букет",    "цветы",     "корзина",    "коробка",    "шары",
    "конфеты",    "торт",       "фрукты",   "подарки",   "раушан",     "гүл",        "roses",
    "bouquet",    "шоколад",    "эвкалипт", "гортензия", "premium",    "свежие",     "нежный",
    "kebabakezo", "badigarezo", "зелень",   "упаковка",  "композиция", "микс",       "лента"};
constexpr std::string_view kTypos[] = {
    "крастные", "тюлпаны",  "букт",   "хризонтемы", "hjps",  ",erfn", "rjhpbyf",    "rozy",
    "krasnye",  "tyulpany", "пиоыны", "kebabakez",  "кщыуы", "belyi", "абракадабра"};
constexpr std::string_view kColors[] = {"красные", "белые", "розовые",  "жёлтые",
                                        "қызыл",   "white", "сиреневые"};
constexpr std::string_view kOccasions[] = {"на день рождения", "маме",   "на свадьбу", "8 марта",
                                           "девушке",          "юбилей", "учителю"};
constexpr std::string_view kPrices[] = {"до 15к",        "до 20000",  "от 10000 до 20000",
                                        "за 2500 тенге", "недорого",  "премиум",
                                        "до 500 тенге",  "около 25к", "дороже 30000"};
constexpr std::string_view kCounts[] = {"25 роз", "51 тюльпан", "из 7 пионов", "101 роза"};
constexpr std::string_view kColorIds[] = {"red", "white", "pink", "yellow"};
constexpr std::string_view kOccasionIds[] = {"birthday", "wedding", "romantic", "funeral"};
constexpr std::string_view kTypes[] = {"flowers", "sweets", "fruits", "gifts"};
constexpr std::string_view kSorts[] = {"default", "price_asc", "price_desc", "newest", "name"};

std::string sentence(Dice& dice) {
    std::string text;
    const auto say = [&](std::string_view words) {
        if (!text.empty()) text += ' ';
        text += words;
    };
    if (dice.one_in(3)) say(dice.pick(kColors));
    if (dice.one_in(6)) say(dice.pick(kCounts));
    if (!dice.one_in(6)) say(dice.pick(kWords));
    if (dice.one_in(5)) say(dice.pick(kWords));
    if (dice.one_in(9)) say(dice.pick(kWords));
    if (dice.one_in(6)) say(dice.pick(kTypos));
    if (dice.one_in(5)) say(dice.pick(kOccasions));
    if (dice.one_in(3)) say(dice.pick(kPrices));
    if (dice.one_in(9)) say("на завтра");
    return text;
}

Json wish(Dice& dice) {
    Json wish = Json::object();
    const std::string text = sentence(dice);
    if (!text.empty()) wish["query"] = text;
    if (dice.one_in(8)) wish["color"] = dice.pick(kColorIds);
    if (dice.one_in(8)) wish["occasion"] = dice.pick(kOccasionIds);
    if (dice.one_in(8) || wish.empty()) wish["product_type"] = dice.pick(kTypes);
    if (dice.one_in(7)) wish["budget"] = 5'000 * (1 + dice.below(8));
    if (dice.one_in(5)) wish["in_stock_only"] = true;
    if (dice.one_in(2)) wish["limit"] = 1 + dice.below(50);
    constexpr std::array<int, 5> kSkips = {1, 20, 150, 900, 4'000};
    if (dice.one_in(3)) wish["skip"] = kSkips[dice.below(kSkips.size())];
    return wish;
}

void print(Shop& shop, std::string_view tool, const Json& arguments) {
    const std::string line =
        std::string(tool) + " " + arguments.dump() + " " + shop.result(tool, arguments).dump();
    std::puts(line.c_str());
}

}  // namespace

void fill_for_answers(const std::filesystem::path& database, std::int64_t products) {
    invent_shop(database, products, kOrders);
    Sqlite(database).run(std::string("BEGIN;") + kUneven + "COMMIT");
    storage::open_sqlite({.path = database.string(), .create = false})
        ->write([](storage::Connection& connection) {
            shopkeeper::products::recount_sales(connection, 8);
        });
}

void print_answers(const std::filesystem::path& database) {
    Shop shop(database);
    Dice dice;
    for (const std::string_view word : kWords)
        print(shop, "search_products_smart", {{"query", word}});
    for (const std::string_view word : kTypos)
        print(shop, "search_products_smart", {{"query", word}});
    for (int i = 0; i < kQuestions; ++i) print(shop, "search_products_smart", wish(dice));
    for (const std::string_view sort : kSorts) {
        for (const std::string_view word : {"розы", "kebabakezo"})
            print(shop, "list_products", {{"search", word}, {"sort", sort}, {"skip", 40}});
    }
    for (const int days : {1, 7, 90, 365, 3650})
        print(shop, "get_bestsellers", {{"days", days}, {"limit", 100}});
}

}  // namespace shopkeeper::bench
