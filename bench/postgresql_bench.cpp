#include "bench/postgresql_bench.hpp"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <stdexcept>
#include <thread>
#include <vector>

#include "bench/child.hpp"
#include "bench/races.hpp"
#include "bench/shop.hpp"
#include "bench/timing.hpp"
#include "harness/town.hpp"
#include "storage/postgresql.hpp"

namespace shopkeeper::bench {
namespace {

constexpr std::int64_t kProducts = 10'000;
constexpr std::int64_t kOrdersBefore = 1'000;
/// A multiple of 100,000 rows: as with the shop, all of it fits into the server's memory.
constexpr const char* kScale = "4";
/// pgbench counts in whole seconds.
constexpr double kSliceSeconds = 1;
constexpr std::chrono::minutes kPatience{2};
constexpr int kOrderingClients[] = {1, 4, 16};
constexpr int kReadingClients = 16;

void progress(const std::string& text) {
    std::fprintf(stderr, "bench: %s\n", text.c_str());
}

/// Whatever a program prints until its end. Throws when it says nothing for too long.
std::string output_of(const std::vector<std::string>& command) {
    Child child(command);
    std::string text;
    try {
        for (;;) text += std::string(child.read_line(kPatience)) + "\n";
    } catch (const Child::Ended&) {
        return text;
    }
}

/// pgbench on tables of its own beside the shop's.
class Pgbench {
public:
    explicit Pgbench(const PostgresqlPlan& plan) : program_(plan.pgbench), url_(plan.url) {
        output_of({program_, "--initialize", "--quiet", "--scale", kScale, url_});
    }

    /// Transactions a second of so many clients. `script`: "-N", a simple update, or "-S", a
    /// select. A slice in which a busy disk let nobody finish is measured again.
    double rate(const char* script, int clients, double seconds) const {
        for (int attempt = 1; attempt <= kAttemptsMax; ++attempt) {
            if (const auto rate = try_rate(script, clients, seconds)) return *rate;
        }
        throw std::runtime_error("pgbench finishes no transaction");
    }

private:
    static constexpr int kAttemptsMax = 5;

    std::optional<double> try_rate(const char* script, int clients, double seconds) const {
        const auto threads = std::min<unsigned>(static_cast<unsigned>(clients),
                                                std::max(1U, std::thread::hardware_concurrency()));
        const std::string text = output_of(
            {program_, "--no-vacuum", script, "--client", std::to_string(clients), "--jobs",
             std::to_string(threads), "--time", std::to_string(static_cast<int>(seconds)), url_});
        constexpr std::string_view kLabel = "\ntps = ";
        const auto at = text.find(kLabel);
        if (at == std::string::npos) return std::nullopt;
        return std::stod(text.substr(at + kLabel.size()));
    }

    const std::string program_;
    const std::string url_;
};

/// A shop with a large catalogue and shelves that no run empties.
void fill(storage::Database& database) {
    harness::build_town(database, {.shops = 1, .products = kProducts, .orders = kOrdersBefore},
                        [](const std::string&) {});
    database.write([](storage::Connection& connection) {
        connection.execute("UPDATE warehouse_item SET quantity = 1000000000");
        // As after a while of service: without statistics the server's plans are guesses.
        connection.run_script("ANALYZE");
    });
}

}  // namespace

std::string measure_postgresql(const PostgresqlPlan& plan) {
    progress("loading 10,000 products into PostgreSQL");
    auto database = storage::open_postgresql({.url = plan.url});
    fill(*database);
    const Pgbench pgbench(plan);
    Shop shop(std::move(database));
    const auto beside = [&](const char* script, int clients) -> Slice {
        return [&, script, clients](double slice) { return pgbench.rate(script, clients, slice); };
    };

    std::vector<Race> races;
    for (const int clients : kOrderingClients) {
        const std::string n = std::to_string(clients);
        races.push_back({"create_order_" + n, "pgbench_update_" + n,
                         [&, clients](double slice) {
                             return rate_together(clients, slice,
                                                  [&] { shop.call("create_order", next_order()); });
                         },
                         beside("-N", clients), kSliceSeconds});
    }
    const std::string n = std::to_string(kReadingClients);
    races.push_back({"list_products_" + n, "pgbench_select_" + n,
                     [&](double slice) {
                         return rate_together(kReadingClients, slice,
                                              [&] { shop.call("list_products", Json::object()); });
                     },
                     beside("-S", kReadingClients), kSliceSeconds});
    // Connections are opened and statements prepared before anything is timed.
    for (const Race& race : races) race.run(race.slice_seconds);

    RaceResults results;
    for (int round = 1; round <= plan.rounds; ++round) {
        progress("postgresql round " + std::to_string(round));
        for (const Race& race : races) results.run(race, plan.seconds);
    }
    return results.json();
}

}  // namespace shopkeeper::bench
