#include "prove/scale/scale.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <random>

#include "harness/local_shop.hpp"
#include "harness/staffed_shop.hpp"
#include "support/fakes.hpp"

namespace shopkeeper::prove {
namespace {

constexpr std::int64_t kTokenTtlS = 365 * 86400;
constexpr std::int64_t kCheckedUpToPercent = 10;
constexpr std::int64_t kWarmUpShare = 10;  ///< one call in so many goes before, unmeasured

using Steady = std::chrono::steady_clock;

std::string milliseconds(double seconds) {
    char text[32];
    std::snprintf(text, sizeof text, "%.3f", seconds * 1000);
    return text;
}

/// Somebody who calls one tool after another in one shop of the town.
class Caller {
public:
    Caller(harness::LocalShop& tools, const harness::TownShop& shop, std::uint64_t seed)
        : tools_(tools),
          shop_(shop),
          staff_(tools.token_of(shop.director_id, kTokenTtlS)),
          random_(seed) {}

    Json list_products() {
        constexpr std::array<const char*, 5> kSorts = {"default", "price_asc", "price_desc",
                                                       "newest", "name"};
        return {{"sort", kSorts[below(kSorts.size())]}, {"limit", 20}};
    }
    Json search_products_smart() {
        constexpr std::array<const char*, 6> kQueries = {
            "красные розы",        "букет до 15000",  "белые пионы на день рождения",
            "15 жёлтых тюльпанов", "сиреневые ирисы", "недорогие герберы"};
        return {{"query", kQueries[below(kQueries.size())]}};
    }
    Json track_order() {
        const auto order = static_cast<std::int64_t>(below(count(shop_.orders)));
        return {{"tracking_id", harness::tracking_id(shop_.first_order + order)}};
    }
    Json list_orders() {
        constexpr std::array<const char*, 3> kStatuses = {"delivered", "cancelled", "accepted"};
        Json call = {{"limit", 20}};
        const auto which = below(kStatuses.size() + 1);
        if (which < kStatuses.size()) call["status"] = kStatuses[which];
        return call;
    }
    Json create_order() {
        const auto product = static_cast<std::int64_t>(below(count(shop_.products)));
        const auto client = static_cast<std::int64_t>(below(count(shop_.orders)));
        return {{"customer_name", "Клиент"},
                {"customer_phone", harness::phone_number(client + 1)},
                {"items", Json::array({{{"product_id", shop_.first_product_id + product},
                                        {"quantity", 1 + below(2)}}})},
                {"delivery_address", "ул. Городская 1"},
                {"delivery_date", "завтра"},
                {"delivery_time", "12:00"},
                {"allow_duplicate", true}};
    }

    /// Seconds of each call. A refusal is no measurement: it is thrown.
    std::vector<double> measure(const std::string& tool, Json (Caller::*arguments)(),
                                std::int64_t calls) {
        std::vector<double> seconds;
        const std::int64_t warm_up = calls / kWarmUpShare + 1;
        for (std::int64_t i = 0; i < calls + warm_up; ++i) {
            Json call = (this->*arguments)();
            call["shop_id"] = shop_.id;
            const auto started = Steady::now();
            const auto outcome = tools_.call(tool, std::move(call), staff_);
            const std::chrono::duration<double> spent = Steady::now() - started;
            if (outcome.members.find("\"structuredContent\"") == std::string::npos)
                throw std::runtime_error(tool + " is refused: " + outcome.members);
            if (i >= warm_up) seconds.push_back(spent.count());
        }
        std::sort(seconds.begin(), seconds.end());
        return seconds;
    }

private:
    std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
    static std::uint64_t count(std::int64_t number) { return static_cast<std::uint64_t>(number); }

    harness::LocalShop& tools_;
    const harness::TownShop& shop_;
    const std::string staff_;
    std::mt19937_64 random_;
};

struct HotTool {
    const char* name;
    Json (Caller::*arguments)();
};
constexpr HotTool kHotTools[] = {{"list_products", &Caller::list_products},
                                 {"search_products_smart", &Caller::search_products_smart},
                                 {"track_order", &Caller::track_order},
                                 {"list_orders", &Caller::list_orders},
                                 {"create_order", &Caller::create_order}};

std::string at(const std::vector<double>& sorted, double share) {
    const auto place = static_cast<std::size_t>(share * static_cast<double>(sorted.size()));
    return milliseconds(sorted.at(std::min(place, sorted.size() - 1)));
}

Table measure(storage::Database& database, const harness::Town& town, const Scale& plan,
              const Progress& progress) {
    const test::FakeClock clock(town.now_ms);
    SystemRandom random;
    harness::LocalShop tools(database, clock, random);
    Table table{{"percent", "shop", "products", "orders", "tool", "p50 ms", "p95 ms"}, {}};
    for (const harness::TownShop* shop : {&town.shops.front(), &town.shops.back()}) {
        Caller caller(tools, *shop, plan.seed);
        const char* kind = shop == &town.shops.front() ? "large" : "other";
        for (const HotTool& tool : kHotTools) {
            const auto seconds = caller.measure(tool.name, tool.arguments, plan.calls);
            table.rows.push_back({std::to_string(plan.percent), kind,
                                  std::to_string(shop->products), std::to_string(shop->orders),
                                  tool.name, at(seconds, 0.5), at(seconds, 0.95)});
            progress(std::string(kind) + " shop, " + tool.name + " p50 " + at(seconds, 0.5) +
                     " ms");
        }
    }
    return table;
}

}  // namespace

Report prove_scale(storage::Database& database, const Scale& plan, const Progress& progress) {
    constexpr harness::TownSize kFull;
    const harness::TownSize size{.shops = kFull.shops,
                                 .products = kFull.products * plan.percent / 100,
                                 .orders = kFull.orders * plan.percent / 100};
    const auto started = Steady::now();
    const harness::Town town = harness::build_town(database, size, progress);
    const std::chrono::duration<double> loading = Steady::now() - started;

    Report report;
    report.tables.push_back(measure(database, town, plan, progress));
    std::int64_t products = 0;
    std::int64_t orders = 0;
    for (const harness::TownShop& shop : town.shops) {
        products += shop.products;
        orders += shop.orders;
    }
    const bool is_checked = plan.percent <= kCheckedUpToPercent;
    if (is_checked) check_invariants(database, town.now_ms, report);
    report.tables.push_back({{"percent", "shops", "products", "orders", "loaded in s", "db check"},
                             {{std::to_string(plan.percent), std::to_string(town.shops.size()),
                               std::to_string(products), std::to_string(orders),
                               std::to_string(static_cast<std::int64_t>(loading.count())),
                               !is_checked               ? "not run"
                               : report.findings.empty() ? "clean"
                                                         : "FAILED"}}});
    return report;
}

}  // namespace shopkeeper::prove
