// Every statement that the hot tools run finds its rows through an index: asked of the engine
// itself, for each statement as it runs, in a shop that has grown. PostgreSQL reads small tables
// whole because that is cheaper, so it is asked what it would do if that were dear; which of two
// indexes it takes depends on their sizes, so that is left to it.
#include <catch2/catch.hpp>
#include <map>
#include <regex>
#include <set>

#include "harness/local_shop.hpp"
#include "harness/town.hpp"
#include "harness/watched_database.hpp"
#include "storage/parameters.hpp"
#include "support/bare_shop.hpp"
#include "support/fakes.hpp"
#include "support/test_database.hpp"

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

using Aliases = std::map<std::string, std::string>;
using Plan = std::vector<std::string>;

/// True for a line of SQLite's plan, like "SCAN o" or "SEARCH o USING INDEX x (shop_id=?)", that
/// reads more than is asked for.
bool reads_too_much(const std::string& line, const Aliases& aliases) {
    static const std::regex kStep(R"((SCAN|SEARCH) ([a-z_]+)(.*))");
    std::smatch step;
    if (!std::regex_match(line, step, kStep)) return false;
    const auto table = aliases.find(step[2]);
    if (table == aliases.end() || kSmall.contains(table->second)) return false;
    if (step[1] == "SCAN") return true;
    return step[3].str().ends_with(" (shop_id=?)") && kBelow.contains(table->second);
}

/// The same for a node of PostgreSQL's plan, like "->  Index Scan using x on orders o  (cost=...",
/// with the line under it, like "Index Cond: ((shop_id = '8'::bigint) AND (id = '1'::bigint))".
bool reads_too_much_there(const std::string& node, const std::string& below) {
    static const std::regex kScan(R"((Seq|Index|Index Only) Scan (?:using [a-z_]+ )?on ([a-z_]+))");
    std::smatch scan;
    if (!std::regex_search(node, scan, kScan) || kSmall.contains(scan[2])) return false;
    return scan[1] == "Seq" || below.find("Index Cond:") == below.npos;
}

/// The lines of the plan that read too much.
Plan wrong_in(storage::Connection& connection, bool is_sqlite, std::string_view sql,
              std::span<const storage::Value> params) {
    if (!is_sqlite) connection.execute("SET LOCAL enable_seqscan = off");
    const std::string explain = is_sqlite ? "EXPLAIN QUERY PLAN " : "EXPLAIN ";
    Plan plan;
    for (const storage::Row row : connection.query(explain + std::string(sql), params))
        plan.push_back(row.get<std::string>(is_sqlite ? 3 : 0));
    const Aliases aliases = aliases_of(std::string(sql));
    Plan wrong;
    for (std::size_t i = 0; i < plan.size(); ++i) {
        const std::string below = i + 1 < plan.size() ? plan[i + 1] : "";
        if (is_sqlite ? reads_too_much(plan[i], aliases) : reads_too_much_there(plan[i], below))
            wrong.push_back(plan[i]);
    }
    return wrong;
}

/// A town behind its tools, with everything that they run explained.
class ExplainedTown {
public:
    ExplainedTown()
        : town_(harness::build_town(lot_.database(),
                                    {.shops = 10, .products = 2000, .orders = 3000},
                                    [](const std::string&) {})),
          clock_(town_.now_ms),
          watched_(lot_.serving(),
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

    const harness::TownShop& shop() const { return town_.shops[1]; }

    std::size_t statements() const { return seen_.size(); }
    const std::set<std::string, std::less<>>& seen() const { return seen_; }
    storage::Database& database() { return lot_.database(); }
    std::string wrong;

private:
    void explain(storage::Connection& inner, std::string_view sql,
                 std::span<const storage::Value> params) {
        if (!seen_.emplace(sql).second) return;
        for (const std::string& line : wrong_in(inner, !test::on_postgresql(), sql, params))
            wrong += line + "\n    in " + std::string(sql) + "\n";
    }

    test::BareShop lot_{harness::kLoadedSchema};
    harness::Town town_;
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

    // The first search reads into memory what the others find there.
    town.ask("search_products_smart", {{"query", "лилии"}});
    town.settle();

    for (const char* sort : {"default", "price_asc", "price_desc", "newest", "name"})
        town.ask("list_products", {{"sort", sort}});
    town.ask("list_products", {{"product_type", "flowers"}, {"min_price", 5000}});
    town.ask("list_products", {{"color", "red"}, {"occasion", "birthday"}});
    town.ask("list_products", {{"search", "розы"}});

    for (const char* query : {"красные розы до 15000", "белые пионы на день рождения",
                              "15 тюльпанов", "недорогой букет", "розчы"})
        town.ask("search_products_smart", {{"query", query}});

    town.ask("track_order", {{"tracking_id", harness::tracking_id(town.shop().first_order)}});

    town.ask("list_orders", {});
    town.ask("list_orders", {{"status", "delivered"}});
    town.ask("list_orders", {{"payment_status", "unpaid"}, {"sort", "delivery_time"}});
    town.ask("list_orders", {{"customer_phone", "+77000000003"}});

    const Json order = {{"customer_name", "Клиент"},
                        {"customer_phone", "+77000000003"},
                        {"items", Json::array({{{"product_id", product_id}, {"quantity", 2}}})},
                        {"delivery_address", "ул. Городская 1"},
                        {"delivery_date", "завтра"},
                        {"delivery_time", "12:00"}};
    town.ask("create_order", order);
    town.ask("create_order", order);  // the same once more: O20

    town.ask("get_product", {{"product_id", product_id}});

    town.ask("update_product", {{"product_id", product_id}, {"price", 4000}});

    INFO(town.wrong);
    CHECK(town.wrong.empty());
    CHECK(town.statements() > 40);
}

// A prepared statement of PostgreSQL is planned once for all shops, by what an average shop has, or
// by nothing: one that is many times as large must not pay for that.
TEST_CASE("recipes are found by their products, never by the components of the whole shop",
          "[plans]") {
    ExplainedTown town;
    town.ask("search_products_smart", {{"query", "красные розы"}});
    if (!test::on_postgresql()) return;
    int explained = 0;
    town.database().write([&](storage::Connection& connection) {
        connection.execute("SET LOCAL plan_cache_mode = force_generic_plan");
        connection.execute("DELETE FROM pg_statistic");  // it has not looked at its tables yet
        for (const std::string& sql : town.seen()) {
            if (sql.find("FROM recipe_line r") == sql.npos) continue;
            connection.run_script("PREPARE asked AS " + sql);
            std::string execute = "EXPLAIN EXECUTE asked(NULL";
            for (std::size_t i = 1; i < storage::count_parameters(sql); ++i) execute += ", NULL";
            for (const storage::Row row : connection.query(execute + ")"))
                CHECK(row.get<std::string_view>(0).find("recipe_line_item") == sql.npos);
            connection.run_script("DEALLOCATE asked");
            ++explained;
        }
    });
    CHECK(explained > 0);
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

TEST_CASE("a plan of PostgreSQL that reads a whole table is told from one that does not",
          "[plans]") {
    const auto too_much = reads_too_much_there;
    CHECK(too_much("->  Seq Scan on orders o  (cost=0.00..9.50 rows=1)", "Filter: (id = 1)"));
    CHECK(too_much("Index Scan using orders_pkey on orders  (cost=0.1", "Filter: (id = 1)"));
    CHECK_FALSE(too_much("Index Only Scan using x on order_line l  (cost=0.1",
                         "  Index Cond: ((shop_id = 8) AND (order_id = 1))"));
    CHECK_FALSE(too_much("Index Scan using x on orders  (cost=0.1", "Index Cond: (shop_id = 8)"));
    CHECK_FALSE(too_much("Seq Scan on shop  (cost=0.1", ""));
    CHECK_FALSE(too_much("->  Bitmap Heap Scan on orders o  (cost=4.2", "Recheck Cond: (id = 1)"));
}

}  // namespace
}  // namespace shopkeeper
