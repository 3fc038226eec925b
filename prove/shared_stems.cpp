#include "prove/shared_stems.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include "harness/local_shop.hpp"
#include "harness/staffed_shop.hpp"
#include "support/fakes.hpp"

namespace shopkeeper::prove {
namespace {

constexpr std::int64_t kShopId = 8;
constexpr UnixMs kMonday10 = 1795410000000;
constexpr std::array<std::int64_t, 3> kStemsPerBouquet = {5, 11, 25};

constexpr std::string_view kLook = R"sql(
SELECT i.quantity,
    (SELECT COALESCE(SUM(o.quantity_change), 0)
     FROM stock_operation o
     WHERE o.shop_id = i.shop_id AND o.warehouse_item_id = i.id),
    (SELECT o.balance_after
     FROM stock_operation o
     WHERE o.shop_id = i.shop_id AND o.warehouse_item_id = i.id
     ORDER BY o.id DESC
     LIMIT 1),
    (SELECT COALESCE(SUM(r.reserved_quantity), 0)
     FROM reservation r
     WHERE r.shop_id = i.shop_id AND r.warehouse_item_id = i.id AND r.state = 'active'
       AND (r.expires_ms IS NULL OR r.expires_ms > $3))
FROM warehouse_item i
WHERE i.shop_id = $1 AND i.id = $2)sql";

constexpr std::string_view kAllOrders = R"sql(
SELECT o.id, o.status, COALESCE(r.reserved_quantity, 0)
FROM orders o
LEFT JOIN reservation r ON r.shop_id = o.shop_id AND r.order_id = o.id
WHERE o.shop_id = $1
ORDER BY o.id)sql";

struct PlacedOrder {
    std::int64_t id;
    std::string tracking_id;
    std::int64_t stems;
    std::string status;  ///< as last heard; another client may have moved it since
};

/// The orders that a client may still pick, known to all threads.
class OpenOrders {
public:
    void add(PlacedOrder order) {
        const std::lock_guard lock(mutex_);
        orders_.push_back(std::move(order));
    }
    void remove(std::int64_t id) {
        const std::lock_guard lock(mutex_);
        std::erase_if(orders_, [&](const PlacedOrder& order) { return order.id == id; });
    }
    void note_status(std::int64_t id, const std::string& status) {
        const std::lock_guard lock(mutex_);
        for (PlacedOrder& order : orders_) {
            if (order.id == id) order.status = status;
        }
    }
    std::optional<PlacedOrder> pick(std::mt19937_64& random) {
        const std::lock_guard lock(mutex_);
        if (orders_.empty()) return std::nullopt;
        return orders_[random() % orders_.size()];
    }

private:
    std::mutex mutex_;
    std::vector<PlacedOrder> orders_;  // guarded by mutex_
};

/// What one client was told: the sums that the shop must hold at the end.
struct Acknowledged {
    Tally outcomes;  ///< "create_order ok", "cancel_order conflict/concurrent_update"
    std::map<std::int64_t, std::int64_t> orders;  ///< the stems of each
    std::set<std::int64_t> cancelled;
    std::set<std::int64_t> delivered;
    std::int64_t stock_change = 0;
    std::vector<std::string> wrong;
};

/// A shop that loses a race, has no stems left, finds an order in another state or its time gone by
/// says so; anything else that a client hears is a fault.
bool is_expected(const std::string& outcome) {
    return outcome == "ok" || outcome == "insufficient_stock" ||
           outcome == "conflict/concurrent_update" || outcome.starts_with("failed_precondition/") ||
           outcome.starts_with("delivery_time_impossible/");
}

struct Scene {
    storage::Database& database;
    test::FakeClock& clock;
    harness::LocalShop& shop;
    std::string token;
    std::int64_t item_id;
    std::vector<std::int64_t> products;
    OpenOrders open;
    std::atomic<std::int64_t> operations_left;
    std::atomic<std::int64_t> next_customer = 1;
};

/// One of the threads: picks what to do, does it through the tools, notes what it was told.
class Client {
public:
    Client(Scene& scene, std::uint64_t seed) : scene_(scene), random_(seed) {}

    void work() {
        while (scene_.operations_left.fetch_sub(1) > 0) {
            scene_.clock.advance_minutes(1);
            act();
        }
    }

    const Acknowledged& told() const { return told_; }

private:
    void act() {
        const std::uint64_t dice = below(100);
        if (dice < 35) return create();
        if (dice < 40) return receive();
        if (dice < 42) return take_away();
        const auto order = scene_.open.pick(random_);
        if (!order) return create();
        if (dice < 55) return cancel(*order);
        if (dice < 63) return edit(*order);
        move(*order);
    }

    void create() {
        const std::uint64_t first = below(kStemsPerBouquet.size());
        std::int64_t stems = kStemsPerBouquet[first];
        Json items = Json::array({{{"product_id", scene_.products[first]}, {"quantity", 1}}});
        if (below(3) == 0) {  // a second bouquet of the same stems in the same basket
            const std::uint64_t second = (first + 1) % kStemsPerBouquet.size();
            const auto quantity = static_cast<std::int64_t>(1 + below(2));
            items.push_back({{"product_id", scene_.products[second]}, {"quantity", quantity}});
            stems += quantity * kStemsPerBouquet[second];
        }
        const auto reply =
            ask("create_order", {{"customer_name", "Customer"},
                                 {"customer_phone", harness::phone_number(scene_.next_customer++)},
                                 {"items", std::move(items)},
                                 {"delivery_address", "1 Stem Street"},
                                 {"delivery_date", "tomorrow"},
                                 {"delivery_time", "12:00"}});
        if (!reply.ok()) return;
        const auto id = reply.result.at("id").get<std::int64_t>();
        told_.orders[id] = stems;
        scene_.open.add({id, reply.result.at("tracking_id").get<std::string>(), stems, "new"});
    }

    void cancel(const PlacedOrder& order) {
        Json arguments = {{"tracking_id", order.tracking_id}, {"reason", "changed_mind"}};
        if (below(2) == 0) arguments["stock_action"] = below(3) == 0 ? "writeoff" : "restock";
        const auto reply = ask("cancel_order", std::move(arguments));
        if (!reply.ok()) return;
        scene_.open.remove(order.id);
        if (reply.result.at("already_cancelled").get<bool>()) return;
        note_once(told_.cancelled, order.id, "cancelled");
        if (reply.result.at("stock_effect") == "restocked") told_.stock_change += order.stems;
    }

    void edit(const PlacedOrder& order) {
        constexpr std::array<const char*, 4> kTimes = {"10:00", "13:00", "15:30", "18:00"};
        Json arguments = {{"tracking_id", order.tracking_id}};
        switch (below(4)) {
            case 0:
                arguments["notes"] = "Card " + std::to_string(below(1000));
                break;
            case 1:
                arguments["delivery_type"] = "pickup";
                break;
            case 2:
                arguments["delivery_type"] = "delivery";
                arguments["delivery_address"] = "2 Stem Street";
                break;
            default:
                arguments["delivery_date"] = "tomorrow";
                arguments["delivery_time"] = kTimes[below(kTimes.size())];
        }
        ask("update_order", std::move(arguments));
    }

    void move(const PlacedOrder& order) {
        const std::string step = next_step(order.status);
        const auto reply = ask("update_order_status", {{"order_id", order.id}, {"status", step}});
        if (!reply.ok()) return;
        for (const Json& operation : reply.result.at("stock_operations"))
            told_.stock_change += operation.at("quantity_change").get<std::int64_t>();
        if (step == "delivered" && reply.result.at("status_changed").get<bool>()) {
            note_once(told_.delivered, order.id, "delivered");
            scene_.open.remove(order.id);
        }
        scene_.open.note_status(order.id, reply.result.at("status").get<std::string>());
    }

    /// Mostly where an order goes from here, sometimes back, sometimes anywhere.
    std::string next_step(const std::string& status) {
        constexpr std::array<const char*, 5> kSteps = {"paid", "accepted", "assembled",
                                                       "in_delivery", "delivered"};
        const std::uint64_t dice = below(10);
        if (dice == 0) return kSteps[below(kSteps.size())];
        if (status == "new") return dice < 4 ? "paid" : "accepted";
        if (status == "paid" || status == "accepted") return "assembled";
        if (status == "assembled") return dice < 3 ? "accepted" : "in_delivery";
        return dice < 3 ? "assembled" : "delivered";
    }

    void receive() {
        const auto quantity = static_cast<std::int64_t>(1 + below(25));
        const auto reply = ask("add_warehouse_stock",
                               {{"warehouse_item_id", scene_.item_id}, {"quantity", quantity}});
        if (reply.ok()) told_.stock_change += quantity;
    }

    void take_away() {
        const auto quantity = static_cast<std::int64_t>(1 + below(5));
        const auto reply = ask("record_warehouse_operation",
                               {{"warehouse_item_id", scene_.item_id},
                                {"operation_type", below(2) == 0 ? "WRITE_OFF" : "OUT"},
                                {"quantity", quantity},
                                {"notes", "Wilted"}});
        if (reply.ok()) told_.stock_change -= quantity;
    }

    harness::Reply ask(std::string_view tool, Json arguments) {
        auto reply = scene_.shop.ask(tool, arguments, scene_.token);
        const std::string outcome = reply.outcome();
        ++told_.outcomes[std::string(tool) + " " + outcome];
        if (!is_expected(outcome))
            told_.wrong.push_back(std::string(tool) + " answers " + outcome + " to " +
                                  dump_json(arguments));
        return reply;
    }

    void note_once(std::set<std::int64_t>& notes, std::int64_t order_id, const char* what) {
        if (!notes.insert(order_id).second)
            told_.wrong.push_back("order " + std::to_string(order_id) + " was " + what + " twice");
    }

    std::uint64_t below(std::uint64_t bound) { return random_() % bound; }

    Scene& scene_;
    std::mt19937_64 random_;
    Acknowledged told_;
};

/// Looks at the stems again and again while the clients work.
class Onlooker {
public:
    explicit Onlooker(Scene& scene) : scene_(scene) {}

    void look_until(const std::atomic<bool>& done) {
        do look();
        while (!done);
    }

    void look() {
        scene_.database.read([&](storage::Connection& connection) {
            // The first statement fixes what this transaction sees; only then is the clock read, so
            // that no writer whose work is seen had a later one.
            connection.query(kLook, {kShopId, scene_.item_id, std::int64_t{0}});
            const UnixMs now_ms = scene_.clock.now_ms();
            const auto rows = connection.query(kLook, {kShopId, scene_.item_id, now_ms});
            judge(rows.front());
        });
    }

    std::int64_t looks = 0;
    std::int64_t least_free = 1'000'000'000;
    std::int64_t most_reserved = 0;
    std::vector<std::string> wrong;

private:
    void judge(const storage::Row& row) {
        ++looks;
        const auto on_hand = row.get<std::int64_t>(0);
        const auto ledger = row.get<std::int64_t>(1);
        const auto balance = row.get<std::int64_t>(2);
        const auto reserved = row.get<std::int64_t>(3);
        least_free = std::min(least_free, on_hand - reserved);
        most_reserved = std::max(most_reserved, reserved);
        if (on_hand == ledger && on_hand == balance && reserved <= on_hand) return;
        wrong.push_back("look " + std::to_string(looks) + ": on hand " + std::to_string(on_hand) +
                        ", ledger " + std::to_string(ledger) + ", last balance " +
                        std::to_string(balance) + ", reserved " + std::to_string(reserved));
    }

    Scene& scene_;
};

std::int64_t set_up(Scene& scene, std::int64_t stems) {
    const auto ask = [&](std::string_view tool, Json arguments) {
        auto reply = scene.shop.ask(tool, std::move(arguments), scene.token);
        if (!reply.ok()) throw std::logic_error(std::string(tool) + ": " + reply.error.dump());
        return std::move(reply.result);
    };
    ask("update_shop_settings", {{"locale", "en"},
                                 {"weekday_start", "00:00"},
                                 {"weekday_end", "23:59"},
                                 {"weekend_start", "00:00"},
                                 {"weekend_end", "23:59"}});
    const Json stock = ask("add_warehouse_stock", {{"item_name", "Rose"}, {"quantity", stems}});
    const auto item_id = stock.at("item").at("id").get<std::int64_t>();
    for (const std::int64_t count : kStemsPerBouquet) {
        const Json product =
            ask("create_product",
                {{"name", std::to_string(count) + " roses"},
                 {"type", "flowers"},
                 {"price", count * 1000},
                 {"recipe", Json::array({{{"warehouse_item_id", item_id}, {"quantity", count}}})}});
        scene.products.push_back(product.at("id").get<std::int64_t>());
    }
    return item_id;
}

void compare_orders(Scene& scene, const Acknowledged& told, Report& report) {
    const auto rows = scene.database.read(
        [](storage::Connection& connection) { return connection.query(kAllOrders, {kShopId}); });
    report.expect("orders in the shop", static_cast<std::int64_t>(rows.size()),
                  static_cast<std::int64_t>(told.orders.size()));
    std::int64_t cancelled = 0;
    std::int64_t delivered = 0;
    for (const storage::Row row : rows) {
        const auto id = row.get<std::int64_t>(0);
        const auto status = row.get<std::string>(1);
        const auto order = told.orders.find(id);
        if (order == told.orders.end()) {
            report.findings.push_back("order " + std::to_string(id) + ": nobody was told of it");
            continue;
        }
        report.expect("stems of order " + std::to_string(id), row.get<std::int64_t>(2),
                      order->second);
        if (told.cancelled.contains(id))
            report.expect("order " + std::to_string(id), status, "cancelled");
        if (told.delivered.contains(id))
            report.expect("order " + std::to_string(id), status, "delivered");
        cancelled += status == "cancelled" ? 1 : 0;
        delivered += status == "delivered" ? 1 : 0;
    }
    report.expect("cancelled orders", cancelled, static_cast<std::int64_t>(told.cancelled.size()));
    report.expect("delivered orders", delivered, static_cast<std::int64_t>(told.delivered.size()));
}

Acknowledged sum_up(const std::vector<Client>& clients, Report& report) {
    Acknowledged all;
    for (const Client& client : clients) {
        const Acknowledged& told = client.told();
        add(all.outcomes, told.outcomes);
        all.orders.insert(told.orders.begin(), told.orders.end());
        for (const std::int64_t id : told.cancelled) {
            if (!all.cancelled.insert(id).second)
                report.findings.push_back("order " + std::to_string(id) + " was cancelled twice");
        }
        for (const std::int64_t id : told.delivered) {
            if (!all.delivered.insert(id).second)
                report.findings.push_back("order " + std::to_string(id) + " was delivered twice");
        }
        all.stock_change += told.stock_change;
        report.findings.insert(report.findings.end(), told.wrong.begin(), told.wrong.end());
    }
    return all;
}

Table outcome_table(const Tally& outcomes) {
    Table table{{"call", "outcome", "times"}, {}};
    for (const auto& [word, times] : outcomes) {
        const std::size_t space = word.find(' ');
        table.rows.push_back(
            {word.substr(0, space), word.substr(space + 1), std::to_string(times)});
    }
    return table;
}

}  // namespace

Report prove_shared_stems(storage::Database& database, const SharedStems& plan,
                          const Progress& progress) {
    test::FakeClock clock(kMonday10);
    SystemRandom random;
    harness::LocalShop shop(database, clock, random);
    const harness::StaffedShop staffed = database.write([&](storage::Connection& connection) {
        return harness::add_shop(connection, kShopId, clock.now_ms());
    });
    Scene scene{.database = database,
                .clock = clock,
                .shop = shop,
                .token = shop.token_of(staffed.director_id, plan.operations / 60 * 3600 + 86400),
                .operations_left = plan.operations};
    scene.item_id = set_up(scene, plan.stems);

    std::vector<Client> clients;
    for (std::int64_t i = 0; i < plan.threads; ++i)
        clients.emplace_back(scene, plan.seed * 1000 + static_cast<std::uint64_t>(i));
    Onlooker onlooker(scene);
    std::atomic<bool> done = false;
    std::thread watcher([&] { onlooker.look_until(done); });
    std::vector<std::thread> threads;
    for (Client& client : clients) threads.emplace_back([&client] { client.work(); });
    for (std::thread& thread : threads) thread.join();
    done = true;
    watcher.join();
    progress("clients are done, " + std::to_string(onlooker.looks) + " looks");

    Report report;
    const Acknowledged told = sum_up(clients, report);
    onlooker.look();
    report.findings.insert(report.findings.end(), onlooker.wrong.begin(), onlooker.wrong.end());
    const auto on_hand = database.read([&](storage::Connection& connection) {
        return connection.query(kLook, {kShopId, scene.item_id, clock.now_ms()})
            .front()
            .get<std::int64_t>(0);
    });
    report.expect("stems on hand, by what was acknowledged", on_hand,
                  plan.stems + told.stock_change);
    compare_orders(scene, told, report);
    check_invariants(database, clock.now_ms(), report);

    report.tables.push_back(outcome_table(told.outcomes));
    report.tables.push_back(
        {{"threads", "operations", "looks", "orders", "cancelled", "delivered", "most reserved",
          "least free", "on hand at the end"},
         {{std::to_string(plan.threads), std::to_string(plan.operations),
           std::to_string(onlooker.looks), std::to_string(told.orders.size()),
           std::to_string(told.cancelled.size()), std::to_string(told.delivered.size()),
           std::to_string(onlooker.most_reserved), std::to_string(onlooker.least_free),
           std::to_string(on_hand)}}});
    return report;
}

}  // namespace shopkeeper::prove
