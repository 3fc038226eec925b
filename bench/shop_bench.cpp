#include "bench/shop_bench.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <map>
#include <vector>

#include "base/json_writer.hpp"
#include "bench/floor.hpp"
#include "bench/races.hpp"
#include "bench/shop.hpp"
#include "bench/timing.hpp"
#include "harness/bouquets.hpp"
#include "harness/staffed_shop.hpp"

namespace shopkeeper::bench {
namespace {

constexpr std::int64_t kProducts = 10'000;
constexpr std::int64_t kOrdersBeside = 1'000;    ///< where the catalogue is measured
constexpr std::int64_t kProductsBeside = 1'000;  ///< where the orders are
/// Long enough for several orders, short against the minutes in which a shared disk changes its
/// pace.
constexpr double kSliceSeconds = 0.05;
constexpr double kCrowdSliceSeconds = 0.25;  ///< for all clients together
/// Orders of a span of days that listings ask for, whatever the number of all orders.
constexpr std::int64_t kOrdersOfSpan = 900;
constexpr int kDaysOfHistory = 3 * 365;
/// A product whose rare word is its own in a catalogue of any size.
constexpr std::int64_t kRare = 101;
constexpr std::int64_t kSomeClient = 101;

void progress(const std::string& text) {
    std::fprintf(stderr, "bench: %s\n", text.c_str());
}

/// One row, one durable transaction: what any order must wait for.
class DurableCommit {
public:
    explicit DurableCommit(const std::filesystem::path& database) : sqlite_(database) {
        sqlite_.run(
            "PRAGMA synchronous = FULL; CREATE TABLE IF NOT EXISTS bare (id INTEGER PRIMARY KEY, "
            "text TEXT)");
        begin_ = sqlite_.prepare("BEGIN IMMEDIATE");
        insert_ = sqlite_.prepare(
            "INSERT INTO bare (text) VALUES ('one row of some fifty characters, as rows are')");
        commit_ = sqlite_.prepare("COMMIT");
    }
    DurableCommit(const DurableCommit&) = delete;
    DurableCommit& operator=(const DurableCommit&) = delete;
    ~DurableCommit() {
        for (sqlite3_stmt* statement : {begin_, insert_, commit_}) sqlite3_finalize(statement);
    }

    void run() {
        for (sqlite3_stmt* statement : {begin_, insert_, commit_}) {
            if (sqlite3_step(statement) != SQLITE_DONE)
                throw std::runtime_error("the bare commit failed");
            sqlite3_reset(statement);
        }
    }

private:
    Sqlite sqlite_;
    sqlite3_stmt *begin_, *insert_, *commit_;
};

/// Goes on for `seconds` and until there are samples enough, yet not for ever.
class Sampling {
public:
    explicit Sampling(double seconds) : seconds_(seconds) {}
    bool wants_more(std::size_t samples) const {
        const double spent =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
        return spent < seconds_ || (samples < kSamplesMin && spent < kPatience * seconds_);
    }

private:
    static constexpr std::size_t kSamplesMin = 200;
    static constexpr double kPatience = 10;
    const double seconds_;
    const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

/// The median microseconds of a call, after a short warm-up.
double time_us(Shop& shop, double seconds, std::string_view tool,
               const std::function<Json(std::int64_t)>& arguments) {
    std::int64_t n = 0;
    const auto call = [&] { shop.call(tool, arguments(n++)); };
    rate_of(seconds / 5, call);
    std::vector<double> samples;
    for (const Sampling sampling(seconds); sampling.wants_more(samples.size());)
        samples.push_back(microseconds_of(call));
    return median(std::move(samples));
}

using Times = std::map<std::string, double>;

/// A jump through 1..size that never repeats closely, so that pages are not always the cached ones.
std::int64_t scattered(std::int64_t n, std::int64_t size) {
    return 1 + n * 7919 % size;
}

/// A search each time a product has just changed: what is kept in memory is brought up to date.
/// Only the searches are timed.
double time_after_edit(const std::filesystem::path& database, const std::string& director,
                       double seconds, const char* query) {
    using Clock = std::chrono::steady_clock;
    Shop staff(database, director);
    double searching = 0;
    std::int64_t searches = 0;
    rate_of(seconds, [&] {
        staff.call("update_product",
                   {{"product_id", 16 + searches % 100}, {"price", 5'000 + searches % 1'000}});
        const auto started = Clock::now();
        staff.call("search_products_smart", {{"query", query}});
        // The first search reads the whole shop.
        if (searches++ > 0)
            searching += std::chrono::duration<double>(Clock::now() - started).count();
    });
    return 1e6 * searching / static_cast<double>(std::max<std::int64_t>(1, searches - 1));
}

Times time_products(const std::filesystem::path& database, const harness::TownShop& shop,
                    double seconds) {
    Shop guest(database);
    const auto nothing = [](std::int64_t) { return Json::object(); };
    const auto asks = [](const std::string& query) {
        return [query](std::int64_t) -> Json { return {{"query", query}}; };
    };
    return {
        {"get_product", time_us(guest, seconds, "get_product",
                                [&](std::int64_t n) -> Json {
                                    return {{"product_id", scattered(n, shop.products)}};
                                })},
        {"list_products", time_us(guest, seconds, "list_products", nothing)},
        {"list_products by price", time_us(guest, seconds, "list_products",
                                           [](std::int64_t) -> Json {
                                               return {{"sort", "price_asc"}};
                                           })},
        {"get_featured_products", time_us(guest, seconds, "get_featured_products", nothing)},
        {"search: a rare word",
         time_us(guest, seconds, "search_products_smart", asks(harness::rare_word(kRare)))},
        {"search: a broad word", time_us(guest, seconds, "search_products_smart", asks("розы"))},
        {"search: a broad word and facts",
         time_us(guest, seconds, "search_products_smart", asks("букет красных роз до 20000"))},
        {"search: a typo", time_us(guest, seconds, "search_products_smart", asks("крастные розы"))},
        {"search: after a price change",
         time_after_edit(database, shop.director_phone, seconds, "розы")},
    };
}

/// Days of the past with the same orders in them, whatever the number of all.
struct Span {
    explicit Span(std::int64_t orders) {
        using namespace std::chrono;
        const sys_days first = year(2024) / January / 12;
        const days length(std::max<std::int64_t>(1, kDaysOfHistory * kOrdersOfSpan / orders));
        from = text(first);
        to = text(first + length - days(1));
    }
    static std::string text(std::chrono::year_month_day day) {
        char iso[16];
        std::snprintf(iso, sizeof iso, "%d-%02u-%02u", static_cast<int>(day.year()),
                      static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
        return iso;
    }
    std::string from, to;
};

Times time_orders(const std::filesystem::path& database, const harness::TownShop& shop,
                  double seconds) {
    Shop guest(database);
    Shop staff(database, shop.director_phone);
    const Span span(shop.orders);
    const auto list = [&](const Json& filter) {
        return time_us(staff, seconds, "list_orders", [&](std::int64_t) { return filter; });
    };
    return {
        {"track_order",
         time_us(guest, seconds, "track_order",
                 [&](std::int64_t n) -> Json {
                     return {{"tracking_id", harness::tracking_id(scattered(n, shop.orders) - 1)}};
                 })},
        {"get_order", time_us(staff, seconds, "get_order",
                              [&](std::int64_t n) -> Json {
                                  return {{"order_id", scattered(n, shop.orders)}};
                              })},
        {"list_orders", list(Json::object())},
        {"list_orders of a status", list({{"status", "delivered"}, {"payment_status", "paid"}})},
        {"list_orders of some days", list({{"date_from", span.from}, {"date_to", span.to}})},
        {"list_orders ordered on some days",
         list({{"date_field", "created"}, {"date_from", span.from}, {"date_to", span.to}})},
        {"list_orders by delivery time", list({{"sort", "delivery_time"}})},
        {"list_orders of a phone", list({{"customer_phone", harness::phone_number(kSomeClient)}})},
        {"track_order_by_phone",
         time_us(staff, seconds, "track_order_by_phone",
                 [&](std::int64_t n) -> Json {
                     const std::int64_t clients = shop.orders / harness::kOrdersOfClient;
                     return {{"customer_phone", harness::phone_number(scattered(n, clients))}};
                 })},
    };
}

/// Orders and bare commits one by one, so that each order has a commit of its own moment beside it.
Times time_new_orders(const std::filesystem::path& database, const std::filesystem::path& bare,
                      double seconds) {
    Shop guest(database);
    DurableCommit commit(bare);
    const auto order = [&] { guest.call("create_order", next_order()); };
    rate_of(seconds / 5, order);
    std::vector<double> orders, commits;
    for (const Sampling sampling(seconds); sampling.wants_more(orders.size());) {
        orders.push_back(microseconds_of(order));
        commits.push_back(microseconds_of([&] { commit.run(); }));
    }
    return {{"create_order", median(std::move(orders))},
            {"create_order: a bare commit beside it", median(std::move(commits))}};
}

void write_point(JsonWriter& json, std::int64_t size, const Times& times) {
    json.begin_object();
    json.field("size", size);
    json.key("us");
    json.begin_object();
    for (const auto& [name, us] : times) json.field(name, us);
    json.end_object();
    json.end_object();
}

}  // namespace

std::string measure_shop(const std::filesystem::path& database, int rounds, double seconds) {
    progress("loading 10,000 products");
    const ScratchFile large(database.parent_path() / "bench-products.db");
    invent_shop(large.path(), kProducts, kOrdersBeside);
    const DatabaseCopy orders(database, "bench-orders");
    Sqlite(orders.path()).run("UPDATE warehouse_item SET quantity = 1000000000");
    const DatabaseCopy bare(database, "bench-bare");

    const auto list = [](Shop& shop) { shop.call("list_products", Json::object()); };
    // The second call is traced: the first also fills what later calls find ready.
    const auto statements = [&] {
        StatementTrace trace;
        Shop traced(large.path());
        list(traced);
        return trace.of([&] { list(traced); });
    }();
    Shop catalogue(large.path());
    Floor floor(large.path(), statements, catalogue.result("list_products", Json::object()));
    Shop counter(orders.path());
    DurableCommit commit(bare.path());
    const Json query = {{"query", "букет красных роз до 20000"}};

    const Slice bare_commits = [&](double slice) { return rate_of(slice, [&] { commit.run(); }); };
    const auto orders_of = [&](int clients) -> Slice {
        return [&, clients](double slice) {
            return rate_together(clients, slice,
                                 [&] { counter.call("create_order", next_order()); });
        };
    };
    const std::vector<Race> races = {
        {"list_products", "list_products_floor",
         [&](double slice) { return rate_of(slice, [&] { list(catalogue); }); },
         [&](double slice) { return rate_of(slice, [&] { floor.run(); }); }, kSliceSeconds},
        {"create_order", "durable_commit",
         [&](double slice) {
             return rate_of(slice, [&] { counter.call("create_order", next_order()); });
         },
         bare_commits, kSliceSeconds},
        {"create_order_4", "durable_commit_beside_4", orders_of(4), bare_commits,
         kCrowdSliceSeconds},
        {"create_order_16", "durable_commit_beside_16", orders_of(16), bare_commits,
         kCrowdSliceSeconds},
    };
    RaceResults results;
    for (int round = 1; round <= rounds; ++round) {
        progress("shop round " + std::to_string(round));
        for (const Race& race : races) results.run(race, seconds);
        results.add("search_products_smart",
                    rate_of(seconds, [&] { catalogue.call("search_products_smart", query); }));
    }
    return results.json();
}

std::string measure_growth(const std::filesystem::path& database, std::int64_t orders,
                           double seconds) {
    JsonWriter json;
    json.begin_object();
    json.key("products");
    json.begin_array();
    for (const std::int64_t size : {1'000, 10'000, 100'000}) {
        progress("growing to " + std::to_string(size) + " products");
        const ScratchFile file(database.parent_path() / "bench-growing.db");
        const auto shop = invent_shop(file.path(), size, kOrdersBeside);
        write_point(json, size, time_products(file.path(), shop, seconds));
    }
    json.end_array();
    json.key("orders");
    json.begin_array();
    const DatabaseCopy bare(database, "bench-growing-bare");
    for (std::int64_t size = 1'000; size <= orders; size *= 10) {
        progress("growing to " + std::to_string(size) + " orders");
        const ScratchFile file(database.parent_path() / "bench-growing.db");
        const auto shop = invent_shop(file.path(), kProductsBeside, size);
        Times times = time_orders(file.path(), shop, seconds);
        times.merge(time_new_orders(file.path(), bare.path(), seconds));
        write_point(json, size, times);
    }
    json.end_array();
    json.end_object();
    return std::move(json).take();
}

}  // namespace shopkeeper::bench
