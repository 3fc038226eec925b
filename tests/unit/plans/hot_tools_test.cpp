// Every statement that the hot tools run finds its rows through an index: asked of the engine
// itself, for each statement as it runs, in a shop that has grown.
#include <catch2/catch.hpp>
#include <map>
#include <regex>
#include <set>

#include "harness/local_shop.hpp"
#include "harness/watched_database.hpp"
#include "prove/place.hpp"
#include "prove/scale/town.hpp"
#include "support/fakes.hpp"

namespace shopkeeper {
namespace {

/// Tables that stay small however long a shop lives.
const std::set<std::string> kSmall = {"shop",       "shop_exception", "pickup_location",
                                      "staff_user", "order_counter",  "catalogue_size"};
/// Tables with many rows a product or an order: the shop alone is no way to find any.
const std::set<std::string> kBelow = {"order_line",      "order_history",  "reservation",
                                      "stock_operation", "search_posting", "product_facet",
                                      "product_image",   "recipe_line"};

/// Which table an alias of a statement stands for; a table's own name stands for itself.
std::map<std::string, std::string> aliases_of(const std::string& sql) {
    static const std::regex kTable(
        R"((?:FROM|JOIN|UPDATE|INTO)\s+([a-z_]+)(?:\s+(?:AS\s+)?([a-z_]+))?)");
    std::map<std::string, std::string> aliases;
    for (std::sregex_iterator match(sql.begin(), sql.end(), kTable), none; match != none; ++match) {
        aliases[(*match)[1]] = (*match)[1];
        if ((*match)[2].matched) aliases[(*match)[2]] = (*match)[1];
    }
    return aliases;
}

/// What is wrong with a line of SQLite's plan, which is like "SCAN o" or
/// "SEARCH o USING INDEX orders_created (shop_id=?)".
bool reads_too_much(const std::string& line, const std::map<std::string, std::string>& aliases) {
    static const std::regex kStep(R"((SCAN|SEARCH) ([a-z_]+)(.*))");
    std::smatch step;
    if (!std::regex_match(line, step, kStep)) return false;
    const auto table = aliases.find(step[2]);
    if (table == aliases.end() || kSmall.contains(table->second)) return false;
    if (step[1] == "SCAN") return true;
    return step[3].str().ends_with(" (shop_id=?)") && kBelow.contains(table->second);
}

std::vector<std::string> plan_of(storage::Connection& connection, std::string_view sql,
                                 std::span<const storage::Value> params) {
    std::vector<std::string> lines;
    for (const storage::Row row :
         connection.query("EXPLAIN QUERY PLAN " + std::string(sql), params))
        lines.push_back(row.get<std::string>(3));
    return lines;
}

/// A town behind its tools, with everything that they run explained.
class ExplainedTown {
public:
    ExplainedTown()
        : place_({}, prove::Place::Own::in_memory, prove::kLoadedSchema),
          town_(prove::build_town(place_.database(), {.shops = 2, .products = 300, .orders = 1500},
                                  [](const std::string&) {})),
          clock_(town_.now_ms),
          watched_(place_.database(),
                   [this](storage::Connection& inner, std::string_view sql,
                          std::span<const storage::Value> params) { explain(inner, sql, params); }),
          tools_(watched_, clock_, random_),
          staff_(tools_.token_of(town_.shops[1].director_id, 3600)) {}

    Json ask(std::string_view tool, Json arguments) {
        arguments["shop_id"] = shop().id;
        const auto reply = tools_.ask(tool, std::move(arguments), staff_);
        INFO(tool << ": " << reply.outcome());
        REQUIRE(reply.ok());
        return reply.result;
    }

    /// What was read once, to be kept in memory from then on, is none of the question.
    void settle() {
        seen_.clear();
        wrong.clear();
    }

    const prove::TownShop& shop() const { return town_.shops[1]; }

    std::size_t statements() const { return seen_.size(); }
    std::string wrong;

private:
    void explain(storage::Connection& inner, std::string_view sql,
                 std::span<const storage::Value> params) {
        if (!seen_.emplace(sql).second) return;
        const auto aliases = aliases_of(std::string(sql));
        for (const std::string& line : plan_of(inner, sql, params)) {
            if (reads_too_much(line, aliases))
                wrong += line + "\n    in " + std::string(sql) + "\n";
        }
    }

    prove::Place place_;
    prove::Town town_;
    test::FakeClock clock_;
    SystemRandom random_;
    std::set<std::string, std::less<>> seen_;
    harness::WatchedDatabase watched_;
    harness::LocalShop tools_;
    std::string staff_;
};

TEST_CASE("every statement of a hot tool finds its rows through an index", "[plans]") {
    ExplainedTown town;
    const std::int64_t product_id = town.shop().first_product_id;

    SECTION("list_products") {
        for (const char* sort : {"default", "price_asc", "price_desc", "newest", "name"})
            town.ask("list_products", {{"sort", sort}});
        town.ask("list_products", {{"product_type", "flowers"}, {"min_price", 5000}});
        town.ask("list_products", {{"color", "red"}, {"occasion", "birthday"}});
        town.ask("list_products", {{"search", "розы"}});
    }
    SECTION("search_products_smart") {
        town.ask("search_products_smart", {{"query", "лилии"}});
        town.settle();
        for (const char* query : {"красные розы до 15000", "белые пионы на день рождения",
                                  "15 тюльпанов", "недорогой букет", "розчы"})
            town.ask("search_products_smart", {{"query", query}});
    }
    SECTION("track_order") {
        town.ask("track_order", {{"tracking_id", prove::tracking_id(town.shop().first_order)}});
    }
    SECTION("list_orders") {
        town.ask("list_orders", {});
        town.ask("list_orders", {{"status", "delivered"}});
        town.ask("list_orders", {{"payment_status", "unpaid"}, {"sort", "delivery_time"}});
        town.ask("list_orders", {{"customer_phone", "+77000000003"}});
    }
    SECTION("create_order") {
        const Json order = {{"customer_name", "Клиент"},
                            {"customer_phone", "+77000000003"},
                            {"items", Json::array({{{"product_id", product_id}, {"quantity", 2}}})},
                            {"delivery_address", "ул. Городская 1"},
                            {"delivery_date", "завтра"},
                            {"delivery_time", "12:00"}};
        town.ask("create_order", order);
        town.ask("create_order", order);  // the same once more: O20
    }
    SECTION("get_product") {
        town.ask("get_product", {{"product_id", product_id}});
    }
    SECTION("update_product") {
        town.ask("update_product", {{"product_id", product_id}, {"price", 4000}});
    }
    INFO(town.wrong);
    CHECK(town.wrong.empty());
    CHECK(town.statements() > 3);
}

TEST_CASE("a plan that reads a whole table is told from one that does not", "[plans]") {
    const auto aliases =
        aliases_of("SELECT 1 FROM orders o JOIN order_line AS l ON l.order_id = o.id, shop");
    CHECK(reads_too_much("SCAN o", aliases));
    CHECK(reads_too_much("SCAN o USING INDEX orders_created", aliases));
    CHECK(reads_too_much("SEARCH l USING COVERING INDEX order_line_product (shop_id=?)", aliases));
    CHECK_FALSE(reads_too_much("SEARCH l USING INDEX x (shop_id=? AND order_id=?)", aliases));
    CHECK_FALSE(reads_too_much("SEARCH o USING INDEX orders_created (shop_id=?)", aliases));
    CHECK_FALSE(reads_too_much("SCAN mine", aliases));
    CHECK_FALSE(reads_too_much("USE TEMP B-TREE FOR ORDER BY", aliases));
}

}  // namespace
}  // namespace shopkeeper
