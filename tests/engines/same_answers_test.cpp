// C12: for the same rows, arguments and clock both engines answer alike, to the byte.
#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "base/text.hpp"
#include "domains/products/search/index.hpp"
#include "engines/twins.hpp"
#include "server/demo.hpp"
#include "source_dir.hpp"

using namespace shopkeeper;
using test::Twins;

namespace {

constexpr UnixMs kMonday10 = 1795410000000;  // 2026-11-23 10:00 in Almaty
const std::string kGuest = "guest";
const std::string kDirector = "+77000000801";
const std::string kManager = "+77000000802";
const std::string kFlorist = "+77000000803";

void demo(Twins& twins, storage::Database& database) {
    test::SeededRandom random;
    server::load_demo(database, twins.clock, random, {.staff_password = "demo-password"});
}

std::string phone_of(const std::string& who) {
    if (who == "director") return kDirector;
    if (who == "manager") return kManager;
    if (who == "florist") return kFlorist;
    return kGuest;
}

std::string with(std::string text, const std::string& placeholder, const std::string& value) {
    const auto at = text.find(placeholder);
    return at == std::string::npos ? text : text.replace(at, placeholder.size(), value);
}

}  // namespace

TEST_CASE("C12: a day of the demo shop is the same on both engines", "[engines]") {
    Twins twins(kMonday10, demo);
    std::string first;
    std::ifstream lines(SHOPKEEPER_SOURCE_DIR "/tests/engines/day.txt");
    REQUIRE(lines);
    for (std::string line; std::getline(lines, line);) {
        if (line.empty() || line[0] == '#') continue;
        std::istringstream words(line);
        std::string who, tool, arguments;
        words >> who >> tool;
        std::getline(words, arguments);
        Json given = Json::parse(with(arguments, "{first}", first));
        auto reply = twins.ask(phone_of(who), tool, given);
        if (!reply.ok() && reply.error.at("code") == "confirmation_required") {
            given["confirmation_token"] = reply.error.at("details").at("confirmation_token");
            reply = twins.ask(phone_of(who), tool, given);
            CHECK(reply.ok());
        }
        if (tool == "create_order" && reply.ok() && first.empty())
            first = reply.result.at("tracking_id").get<std::string>();
        twins.clock.advance_minutes(1);
    }
    twins.compare_rows();
    CHECK(twins.succeeded().size() == twins.tools());  // no tool was only refused
}

namespace {

constexpr int kProducts = 10'000;
constexpr std::int64_t kFirstId = 1000;

constexpr std::string_view kInsertProduct = R"sql(
INSERT INTO product (id, shop_id, name, name_folded, type, description, price_minor, enabled,
    is_featured, stem_count, created_ms, updated_ms)
VALUES ($1, 8, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10))sql";
constexpr std::string_view kInsertFacet =
    "INSERT INTO product_facet (shop_id, product_id, kind, value) VALUES (8, $1, $2, $3)";
constexpr std::string_view kInsertLine =
    "INSERT INTO recipe_line (shop_id, product_id, warehouse_item_id, quantity) VALUES (8, $1, $2, "
    "$3)";

/// The demo shop with ten thousand products more. Names in three languages begin with letters of
/// both cases, so that an order by anything but bytes would show.
void large_catalogue(Twins& twins, storage::Database& database) {
    demo(twins, database);
    const char* const flowers[] = {"роз",    "тюльпанов",   "пионов", "лилий",
                                   "гербер", "Раушан гүлі", "roses",  "Ёлочек"};
    const char* const words[] = {"Букет", "букет", "Bouquet", "bouquet", "Гүл шоғы", "«Нежность»"};
    const char* const colors[] = {"red", "white", "pink", "mixed"};
    const char* const occasions[] = {"birthday", "romantic", "wedding"};
    const char* const types[] = {"flowers", "flowers", "gifts", "sweets"};
    database.write([&](storage::Connection& connection) {
        for (int n = 0; n < kProducts; ++n) {
            const std::string name = std::string(words[n % 6]) + " " +
                                     std::to_string(n * 7919 % 997) + " из " + flowers[n % 8];
            const std::string folded = text::fold(name);
            const std::int64_t id = kFirstId + n;
            connection.execute(kInsertProduct, {id, name, folded, types[n % 4],
                                                n % 3 == 0 ? "Свежие цветы с лентой" : "A gift",
                                                100'000 + n % 500 * 1000, n % 10 != 0, n % 100 == 1,
                                                n % 101 + 1, 1'000'000 + n % 50});
            connection.execute(kInsertFacet, {id, "color", colors[n % 4]});
            connection.execute(kInsertFacet, {id, "occasion", occasions[n % 3]});
            connection.execute(kInsertLine, {id, n % 12 + 1, n % 40 + 1});
        }
        connection.continue_ids("product");
        products::search::reindex(connection, 8);
    });
}

}  // namespace

TEST_CASE("C12: ten thousand products are found and listed alike on both engines", "[engines]") {
    Twins twins(kMonday10, large_catalogue);
    for (const char* query : {"розы",
                              "25 красных роз до 35к",
                              "тюльпаны",
                              "пионы на свадьбу",
                              "красный букет",
                              "gift",
                              "roses for a birthday under 20000",
                              "қызыл раушан",
                              "раушан гүлдері",
                              "ёлочка",
                              "елочек",
                              "лента",
                              "букет 7",
                              "герберы 5 штук",
                              "подарок маме",
                              "тульпаны",
                              "рзоы",
                              "bouqet",
                              "нежность",
                              "ничего такого нет",
                              "до 3000",
                              "от 200000 до 300000",
                              "самые дешевые розы",
                              "белые лилии романтика",
                              "101 роза",
                              "%",
                              "_",
                              "'",
                              "\"розы\"",
                              "роз* OR тюльпан"}) {
        twins.ask(kGuest, "search_products_smart", {{"query", query}, {"limit", 50}});
        twins.ask(kGuest, "list_products", {{"search", query}, {"limit", 50}});
    }
    for (const char* sort : {"default", "price_asc", "price_desc", "newest", "name"}) {
        for (const int skip : {0, 50, 4000, 8950}) {
            twins.ask(kGuest, "list_products", {{"sort", sort}, {"skip", skip}, {"limit", 50}});
            twins.ask(kDirector, "list_products",
                      {{"sort", sort}, {"skip", skip}, {"limit", 50}, {"enabled_only", false}});
        }
    }
    for (const char* color : {"red", "white", "pink", "mixed"}) {
        twins.ask(kGuest, "list_products",
                  {{"color", color}, {"occasion", "wedding"}, {"min_price", 1500}});
        twins.ask(kGuest, "search_products_smart", {{"color", color}, {"budget", 4000}});
    }
    for (const int id : {1000, 1001, 5555, 10999})
        twins.ask(kGuest, "get_product", {{"product_id", id}});
    twins.ask(kGuest, "get_featured_products", {{"limit", 20}});
    twins.ask(kManager, "update_product", {{"product_id", 1500}, {"name", "Букет Ёлочка"}});
    twins.ask(kManager, "create_product", {{"name", "Ёлка"}, {"type", "gifts"}, {"price", 5000}});
    twins.ask(kGuest, "search_products_smart", {{"query", "ёлочка"}});
}
