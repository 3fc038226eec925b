#include "prove/idempotency.hpp"

#include <atomic>
#include <latch>
#include <optional>
#include <thread>

#include "base/clock.hpp"
#include "harness/staffed_shop.hpp"
#include "harness/watched_database.hpp"
#include "prove/idempotency_scenarios.hpp"
#include "prove/shop_state.hpp"
#include "storage/errors.hpp"
#include "support/fakes.hpp"

namespace shopkeeper::prove {
namespace {

constexpr UnixMs kMonday10 = 1795410000000;
constexpr UnixMs kSecondMs = 1000;
constexpr UnixMs kKeptMs = 48 * 3600 * kSecondMs;  // Rule: domain I6.
constexpr std::int64_t kTokenTtlS = 10L * 365 * 86400;
constexpr std::int64_t kShopId = 8;
constexpr std::int64_t kOtherShopId = 9;
constexpr std::int64_t kManyRoses = 1'000'000;
/// More statements than any tool needs: a fault that is never reached ends the search.
constexpr int kStatementsMax = 1000;

/// Throws in the place of the n-th statement from now on, once.
class Fault {
public:
    void arm(int statement) { left_ = statement; }
    void disarm() { left_ = 0; }
    bool has_struck() const { return left_ == 0; }
    void count() {
        if (left_ > 0 && --left_ == 0) throw storage::Unavailable("a fault of the proof");
    }

private:
    std::atomic<int> left_ = 0;
};

/// Several threads that start together; each is told its number.
template <class Work>
void at_once(std::int64_t times, Work&& work) {
    std::latch start(times);
    std::vector<std::thread> threads;
    for (std::int64_t i = 0; i < times; ++i) {
        threads.emplace_back([&, i] {
            start.arrive_and_wait();
            work(static_cast<std::size_t>(i));
        });
    }
    for (std::thread& thread : threads) thread.join();
}

bool is_replay(const harness::Reply& reply) {
    return reply.ok() && reply.result.value("idempotent_replay", false);
}

/// The result as the first call had it.
std::string without_mark(Json result) {
    result.erase("idempotent_replay");
    return dump_json(result);
}

/// The same document with the members of each object from last to first.
std::string backwards(const Json& json) {
    std::string text;
    if (json.is_array()) {
        for (const Json& element : json) text += (text.empty() ? "" : ",") + backwards(element);
        return "[" + text + "]";
    }
    if (!json.is_object()) return dump_json(json);
    for (const auto& [name, member] : json.items())
        text = Json(name).dump() + ":" + backwards(member) + (text.empty() ? "" : ",") + text;
    return "{" + text + "}";
}

/// One tool put through every case. A case says what is wrong, or nothing.
class Trial {
public:
    using Case = std::optional<std::string>;

    Trial(storage::Database& database, test::FakeClock& clock, Bench& bench, Fault& fault,
          const Scenario& scenario, const Idempotency& plan)
        : database_(database),
          clock_(clock),
          bench_(bench),
          fault_(fault),
          scenario_(scenario),
          plan_(plan) {}

    std::string colleague;  ///< the token of another person of the shop
    std::string stranger;   ///< the token of another shop's director
    int faults = 0;         ///< how many statements failed in turn

    Case replay() {
        const Json call = keyed();
        return first_then([&] { return ask(call); }, call, is_replay_of);
    }

    Case other_arguments() {
        const Json call = keyed();
        Json other = call;
        scenario_.change(other);
        return first_then([&] { return ask(other); }, call,
                          [](const auto&, const auto& second) {
                              return second.outcome() == "conflict/idempotency_conflict"
                                         ? Case()
                                         : Case("answered " + second.outcome());
                          });
    }

    Case in_flight() {
        const Json call = keyed();
        const std::int64_t effects_before = ShopState::audit_rows(database_);
        std::vector<harness::Reply> replies(static_cast<std::size_t>(plan_.at_once));
        at_once(plan_.at_once, [&](std::size_t i) { replies[i] = ask(call); });
        std::int64_t firsts = 0;
        for (const harness::Reply& reply : replies) {
            if (!reply.ok()) return "one of them heard " + reply.outcome();
            if (without_mark(reply.result) != without_mark(replies.front().result))
                return "two results";
            firsts += is_replay(reply) ? 0 : 1;
        }
        const std::int64_t effects = ShopState::audit_rows(database_) - effects_before;
        if (firsts != 1 || effects != 1)
            return std::to_string(firsts) + " firsts, " + std::to_string(effects) + " effects";
        return {};
    }

    Case failed_before_effect() {
        const Json call = keyed();
        pass_time(kSecondMs);
        const auto before = state_.of(database_);
        for (int statement = 1; statement < kStatementsMax; ++statement) {
            fault_.arm(statement);
            const auto reply = ask(call);
            const bool has_struck = fault_.has_struck();
            fault_.disarm();
            if (!has_struck) {
                faults = statement - 1;
                if (!reply.ok() || is_replay(reply)) return "after the faults " + reply.outcome();
                return is_replay(ask(call)) ? Case() : Case("no replay after the faults");
            }
            const std::string where = "statement " + std::to_string(statement) + ": ";
            if (reply.outcome() != "unavailable") return where + "answered " + reply.outcome();
            if (state_.of(database_) != before) return where + "something stayed";
        }
        return "has no end";
    }

    Case expired() {
        const Json call = keyed();
        const auto first = ask(call);
        if (!first.ok()) return "the first call: " + first.outcome();
        pass_time(kKeptMs - kSecondMs);
        if (!is_replay(ask(call))) return "forgotten too early";
        pass_time(2 * kSecondMs);
        return runs_by_itself(ask(call));
    }

    Case other_tenant() {
        const Json call = keyed();
        Json theirs = call;
        if (scenario_.by_guest) theirs["shop_id"] = kOtherShopId;
        return first_then([&] { return ask_as(theirs, scenario_.by_guest ? "" : stranger); }, call,
                          [](const auto&, const auto& second) { return runs_by_itself(second); },
                          /*changes_nothing=*/false);
    }

    Case colleague_with_key() {
        const Json call = keyed();
        return first_then([&] { return ask_as(call, colleague); }, call,
                          [](const auto&, const auto& second) { return runs_by_itself(second); },
                          /*changes_nothing=*/false);
    }

    Case key_order() {
        const Json call = keyed();
        return first_then([&] { return ask(*parse_json(backwards(call))); }, call, is_replay_of);
    }

    Case null_against_absent() {
        const Json call = keyed();
        const Json tool = Json::parse(
            bench_.shop.registry().inventory().find(scenario_.tool)->second.contract->listed());
        Json nulls = call;
        Json blanks = call;
        for (const auto& [name, schema] : tool.at("inputSchema").at("properties").items()) {
            if (call.contains(name)) continue;
            nulls[name] = nullptr;
            if (schema.at("type") == "string" && !schema.contains("enum")) blanks[name] = "";
        }
        auto wrong = first_then([&] { return ask(nulls); }, call, is_replay_of);
        if (!wrong && !is_replay(ask(blanks))) wrong = "blank is not absent";
        return wrong;
    }

private:
    Json keyed() {
        Json call = scenario_.arguments(bench_);
        call["idempotency_key"] = "key-" + std::to_string(bench_.next());
        return call;
    }

    harness::Reply ask(const Json& call) {
        return ask_as(call, scenario_.by_guest ? "" : bench_.director);
    }

    harness::Reply ask_as(const Json& call, const std::string& token) {
        return bench_.shop.ask(scenario_.tool, call,
                               token.empty() ? std::nullopt : std::optional(token));
    }

    /// An instant after the last call, so that any change of a row shows in it.
    void pass_time(UnixMs much) { clock_.set(clock_.now_ms() + much); }

    template <class Second, class Judge>
    Case first_then(Second&& second, const Json& call, Judge&& judge, bool changes_nothing = true) {
        const auto first = ask(call);
        if (!first.ok() || is_replay(first)) return "the first call: " + first.outcome();
        pass_time(kSecondMs);
        const auto before = state_.of(database_);
        const harness::Reply reply = second();
        if (auto wrong = judge(first, reply)) return wrong;
        if (changes_nothing && state_.of(database_) != before)
            return "the second call had an effect";
        return is_replay(ask(call)) ? Case() : Case("the first result is lost");
    }

    static Case is_replay_of(const harness::Reply& first, const harness::Reply& second) {
        if (!is_replay(second)) return "answered " + second.outcome();
        return without_mark(second.result) == dump_json(first.result) ? Case()
                                                                      : Case("another result");
    }

    /// It was answered anew: done once more, or refused for a reason of its own.
    static Case runs_by_itself(const harness::Reply& reply) {
        const std::string outcome = reply.outcome();
        if (is_replay(reply)) return "replayed";
        const bool by_key = outcome.find("idempotency") != std::string::npos;
        return by_key || outcome == "failed" || outcome == "unavailable" ? Case(outcome) : Case();
    }

    storage::Database& database_;
    test::FakeClock& clock_;
    Bench& bench_;
    Fault& fault_;
    const Scenario& scenario_;
    const Idempotency& plan_;
    const ShopState state_;
};

struct NamedCase {
    const char* name;
    Trial::Case (Trial::*run)();
};

constexpr NamedCase kCases[] = {
    {"replay", &Trial::replay},
    {"other arguments", &Trial::other_arguments},
    {"in flight", &Trial::in_flight},
    {"failed before effect", &Trial::failed_before_effect},
    {"expired", &Trial::expired},
    {"other tenant", &Trial::other_tenant},
    {"colleague", &Trial::colleague_with_key},
    {"key order", &Trial::key_order},
    {"null against absent", &Trial::null_against_absent},
};

/// Every write tool has its scenario, so that a new one cannot be forgotten.
void expect_every_tool(const tools::Registry& registry, Report& report) {
    for (const auto& [name, tool] : registry.inventory()) {
        if (tool.work != tools::Tool::Work::write) continue;
        const auto all = scenarios();
        const bool known = std::any_of(all.begin(), all.end(),
                                       [&](const Scenario& one) { return one.tool == name; });
        if (!known) report.findings.push_back(name + " writes, but has no scenario");
    }
}

/// So many calls for the same order at once; returns how many answers were marked as `member`.
std::int64_t order_at_once(Bench& bench, const Json& call, std::int64_t times, const char* member,
                           Tally& outcomes) {
    std::vector<harness::Reply> replies(static_cast<std::size_t>(times));
    at_once(times, [&](std::size_t i) {
        replies[i] = bench.shop.ask("create_order", call, bench.director);
    });
    std::int64_t marked = 0;
    for (const harness::Reply& reply : replies) {
        ++outcomes[reply.outcome()];
        marked += reply.ok() && reply.result.value(member, false) ? 1 : 0;
    }
    return marked;
}

void prove_duplicates(storage::Database& database, Bench& bench, std::int64_t times,
                      Report& report) {
    constexpr std::string_view kCountOrders = "SELECT COUNT(*) FROM orders WHERE phone = $1";
    const auto create_order =
        std::find_if(scenarios().begin(), scenarios().end(),
                     [](const Scenario& scenario) { return scenario.tool == "create_order"; });
    Table table{{"calls at once", "orders", "answered the same", "other answers"}, {}};
    for (const bool with_key : {true, false}) {
        Json call = create_order->arguments(bench);
        if (with_key) call["idempotency_key"] = "one order";
        Tally outcomes;
        const std::int64_t same = order_at_once(
            bench, call, times, with_key ? "idempotent_replay" : "duplicate", outcomes);
        const std::string phone = call.at("customer_phone").get<std::string>();
        const auto orders = database.read([&](storage::Connection& connection) {
            return connection.query(kCountOrders, {phone}).front().get<std::int64_t>(0);
        });
        const std::string what = with_key ? "with one key" : "without a key";
        report.expect("orders of " + std::to_string(times) + " duplicates " + what, orders, 1);
        report.expect("repeats told so, " + what, same, times - 1);
        std::string others;
        for (const auto& [outcome, count] : outcomes) {
            if (outcome == "ok") continue;
            others += outcome + " " + std::to_string(count) + " ";
            report.findings.push_back("duplicates " + what + ": " + std::to_string(count) +
                                      " heard " + outcome);
        }
        table.rows.push_back({std::to_string(times) + " " + what, std::to_string(orders),
                              std::to_string(same), others.empty() ? "0" : others});
    }
    report.tables.push_back(std::move(table));
}

}  // namespace

Report prove_idempotency(storage::Database& database, const Idempotency& plan,
                         const Progress& progress) {
    test::FakeClock clock(kMonday10);
    SystemRandom random;
    Fault fault;
    harness::WatchedDatabase watched(
        database, [&](storage::Connection&, std::string_view, std::span<const storage::Value>) {
            fault.count();
        });
    harness::LocalShop shop(watched, clock, random);
    Bench bench{.shop = shop};
    std::string colleague;
    std::string stranger;
    database.write([&](storage::Connection& connection) {
        const auto ours = harness::add_shop(connection, kShopId, clock.now_ms());
        const auto theirs = harness::add_shop(connection, kOtherShopId, clock.now_ms());
        bench.director = shop.token_of(ours.director_id, kTokenTtlS);
        stranger = shop.token_of(theirs.director_id, kTokenTtlS);
        colleague = shop.token_of(
            harness::add_person(connection, kShopId, Role::director, /*number=*/1, clock.now_ms()),
            kTokenTtlS);
    });
    bench.item_id =
        bench.ask("add_warehouse_stock", {{"item_name", "Rose"}, {"quantity", kManyRoses}})
            .at("item")
            .at("id");
    bench.product_id =
        bench
            .ask("create_product",
                 {{"name", "Roses"},
                  {"type", "flowers"},
                  {"price", 100},
                  {"recipe",
                   Json::array({{{"warehouse_item_id", bench.item_id}, {"quantity", 1}}})}})
            .at("id");

    Report report;
    expect_every_tool(shop.registry(), report);
    Table table{{"tool"}, {}};
    for (const NamedCase& one : kCases) table.head.emplace_back(one.name);
    table.head.emplace_back("statements failed");
    for (const Scenario& scenario : scenarios()) {
        progress(std::string(scenario.tool));
        Trial trial(database, clock, bench, fault, scenario, plan);
        trial.colleague = colleague;
        trial.stranger = stranger;
        std::vector<std::string> row{std::string(scenario.tool)};
        for (const NamedCase& one : kCases) {
            // Guests of one address are one principal: they have no colleagues.
            if (scenario.by_guest && one.run == &Trial::colleague_with_key) {
                row.emplace_back("-");
                continue;
            }
            const Trial::Case wrong = (trial.*one.run)();
            row.emplace_back(wrong ? "WRONG" : "ok");
            if (wrong)
                report.findings.push_back(std::string(scenario.tool) + ", " + one.name + ": " +
                                          *wrong);
        }
        row.push_back(std::to_string(trial.faults));
        table.rows.push_back(std::move(row));
    }
    report.tables.push_back(std::move(table));
    progress(std::to_string(plan.duplicates) + " duplicates at once");
    prove_duplicates(database, bench, plan.duplicates, report);
    check_invariants(database, clock.now_ms(), report);
    return report;
}

}  // namespace shopkeeper::prove
