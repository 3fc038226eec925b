// What list_orders, get_order and the tracking verbs ask the database, and by which index it
// answers: SQLite has no statistics here, as in any shop, so a small database plans like a large
// one.
#include <catch2/catch.hpp>
#include <vector>

#include "domains/orders/list.hpp"
#include "domains/orders/tracking.hpp"
#include "domains/warehouse/stock.hpp"
#include "unit/orders/orders_fixture.hpp"

using namespace shopkeeper;
using test::OrdersFixture;
using test::Who;

namespace {

/// A connection that asks for the plan of each statement before it runs it.
class Explaining final : public storage::Connection {
public:
    explicit Explaining(storage::Connection& connection) : connection_(connection) {}
    void lock(std::string_view name) override { connection_.lock(name); }
    void continue_ids(std::string_view table) override { connection_.continue_ids(table); }
    void run_script(std::string_view sql) override { connection_.run_script(sql); }
    void enter_shop(std::int64_t shop_id) override { connection_.enter_shop(shop_id); }
    void present(std::string_view secret) override { connection_.present(secret); }

    std::vector<std::string> steps;

protected:
    storage::Rows do_query(std::string_view sql, std::span<const storage::Value> params) override {
        explain(sql, params);
        return connection_.query(sql, params);
    }
    std::int64_t do_execute(std::string_view sql, std::span<const storage::Value> params) override {
        explain(sql, params);
        return connection_.execute(sql, params);
    }

private:
    void explain(std::string_view sql, std::span<const storage::Value> params) {
        for (const storage::Row row :
             connection_.query("EXPLAIN QUERY PLAN " + std::string(sql), params)) {
            steps.push_back(row.get<std::string>(3));
        }
    }

    storage::Connection& connection_;
};

template <class Verb>
std::vector<std::string> plan_of(OrdersFixture& shop, Who who, Verb verb) {
    return shop.with(who, [&](storage::Connection& connection, const CallContext& context) {
        Explaining explaining(connection);
        REQUIRE(verb(explaining, context));
        return explaining.steps;
    });
}

/// The results of our own subqueries hold a page or less; a walk through a table does not.
bool walks_a_table(const std::string& step) {
    return step.starts_with("SCAN ") && step != "SCAN page" && step != "SCAN matches";
}

std::string text_of(const std::vector<std::string>& steps) {
    std::string text;
    for (const std::string& step : steps) text += step + "\n";
    return text;
}

void check_walks_nothing(const std::vector<std::string>& steps) {
    INFO(text_of(steps));
    CHECK_FALSE(steps.empty());
    CHECK(std::none_of(steps.begin(), steps.end(), walks_a_table));
}

struct Listing {
    orders::ListOrders command;
    Who who;
    std::vector<std::string> indexes;
};

orders::ListOrders all() {
    orders::ListOrders command;
    command.limit = 1;  // a page that is full, so that matches without a tally are counted, too
    return command;
}

template <class Change>
orders::ListOrders all_but(Change change) {
    orders::ListOrders command = all();
    change(command);
    return command;
}

}  // namespace

TEST_CASE("C7: every filter of list_orders has its index", "[sqlite][orders][list]") {
    using orders::ListOrders;
    using orders::PaymentStatus;
    using orders::Status;
    const auto listing = GENERATE(values<Listing>({
        {all(), Who::director, {"orders_created (shop_id=?)"}},
        {all_but([](ListOrders& c) { c.soonest_delivery_first = true; }),
         Who::director,
         {"orders_delivery (shop_id=?)"}},
        {all_but([](ListOrders& c) { c.status = Status::paid; }),
         Who::director,
         {"orders_status (shop_id=? AND status=?)"}},
        {all_but([](ListOrders& c) { c.payment_status = PaymentStatus::refunded; }),
         Who::director,
         {"orders_payment (shop_id=? AND payment_status=?)"}},
        {all_but([](ListOrders& c) {
             c.status = Status::delivered;
             c.payment_status = PaymentStatus::refunded;
         }),
         Who::director,
         {"orders_state (shop_id=? AND status=? AND payment_status=?)"}},
        {all_but([](ListOrders& c) { c.customer_phone = "+77000001234"; }),
         Who::director,
         {"orders_phone (shop_id=? AND phone=?)", "orders_sender (shop_id=? AND sender_phone=?)",
          "orders_recipient (shop_id=? AND recipient_phone=?)"}},
        {all_but([](ListOrders& c) {
             c.customer_phone = "+77000001234";
             c.status = Status::delivered;
             c.payment_status = PaymentStatus::paid;
             c.date_from = "2020-01-01";
         }),
         Who::director,
         {"orders_phone (shop_id=? AND phone=?)"}},
        {all_but([](ListOrders& c) { c.date_from = c.date_to = "2026-12-24"; }),
         Who::director,
         {"orders_day (shop_id=? AND delivery_day>? AND delivery_day<?)"}},
        {all_but([](ListOrders& c) {
             c.date_from = c.date_to = "2026-12-24";
             c.soonest_delivery_first = true;
             c.status = Status::paid;
         }),
         Who::director,
         {"orders_day (shop_id=? AND delivery_day>? AND delivery_day<?)"}},
        {all_but([](ListOrders& c) {
             c.by_created_day = true;
             c.date_from = c.date_to = "2026-12-24";
         }),
         Who::director,
         {"orders_created (shop_id=? AND created_ms>? AND created_ms<?)"}},
        {all_but([](ListOrders& c) { c.search = "1"; }),
         Who::director,
         {"orders_created (shop_id=?)"}},
        {all(), Who::courier, {"orders_of_courier (shop_id=? AND courier_id=?)"}},
        {all_but([](ListOrders& c) {
             c.status = Status::delivered;
             c.date_from = "2020-01-01";
         }),
         Who::courier,
         {"orders_of_courier (shop_id=? AND courier_id=?)"}},
        {all_but([](ListOrders& c) { c.soonest_delivery_first = true; }),
         Who::courier,
         {"orders_of_courier_by_delivery (shop_id=? AND courier_id=?)"}},
    }));
    OrdersFixture shop;
    shop.place(OrdersFixture::delivery());

    const auto steps =
        plan_of(shop, listing.who, [&](storage::Connection& connection, const CallContext& c) {
            return orders::list(connection, c, listing.command).has_value();
        });

    check_walks_nothing(steps);
    const std::string text = text_of(steps);
    INFO(text);
    for (const std::string& index : listing.indexes) {
        CHECK(text.find(index) != std::string::npos);
    }
}

TEST_CASE("a list sorts the page, never the shop", "[sqlite][orders][list]") {
    OrdersFixture shop;
    shop.place(OrdersFixture::delivery());
    const auto steps =
        plan_of(shop, Who::director, [](storage::Connection& connection, const CallContext& c) {
            return orders::list(connection, c, all()).has_value();
        });
    const std::string text = text_of(steps);
    INFO(text);
    const std::string page = "CO-ROUTINE page\nSEARCH orders USING COVERING INDEX orders_created";
    CHECK(text.find(page) != std::string::npos);
    CHECK(text.find("order_tally USING") != std::string::npos);
}

TEST_CASE("one order and the orders of a phone are found by an index", "[sqlite][orders]") {
    OrdersFixture shop;
    const Json order = shop.place(OrdersFixture::delivery());
    const std::int64_t id = order.at("id");
    const std::string tracking_id = order.at("tracking_id");
    const std::string number = order.at("order_number");

    check_walks_nothing(
        plan_of(shop, Who::director, [&](storage::Connection& connection, const CallContext& c) {
            return orders::get(connection, c, {id}).has_value();
        }));
    check_walks_nothing(
        plan_of(shop, Who::guest, [&](storage::Connection& connection, const CallContext& c) {
            orders::TrackOrder command;
            command.tracking_id = tracking_id;
            return orders::track(connection, c, command).has_value();
        }));
    for (const bool proving : {false, true}) {
        check_walks_nothing(
            plan_of(shop, Who::guest, [&](storage::Connection& connection, const CallContext& c) {
                orders::TrackByPhone command;
                command.customer_phone = "+77000001234";
                if (proving) {
                    command.order_number = number;
                    command.recipient_name = "nobody";
                }
                return orders::track_by_phone(connection, c, command).has_value();
            }));
    }
}

TEST_CASE("claims are found by their order, or among those that ran out", "[sqlite][orders]") {
    OrdersFixture shop;
    const std::int64_t order_id = shop.place(OrdersFixture::delivery()).at("id");
    const auto work = GENERATE(values<void (*)(storage::Connection&, std::int64_t, std::int64_t)>({
        [](storage::Connection& connection, std::int64_t shop_id, std::int64_t id) {
            warehouse::keep_reservations(connection, shop_id, id, /*now_ms=*/1);
        },
        [](storage::Connection& connection, std::int64_t shop_id, std::int64_t id) {
            warehouse::release_reservations(connection, shop_id, id, /*now_ms=*/1);
        },
        [](storage::Connection& connection, std::int64_t shop_id, std::int64_t) {
            warehouse::available(connection, shop_id, std::vector<std::int64_t>{1, 2},
                                 /*now_ms=*/1);
        },
    }));

    const auto steps =
        plan_of(shop, Who::director, [&](storage::Connection& connection, const CallContext& c) {
            work(connection, c.shop_id, order_id);
            return true;
        });

    std::vector<std::string> of_claims;
    for (const std::string& step : steps) {
        if (step.starts_with("SEARCH r ") || step.starts_with("SEARCH reservation "))
            of_claims.push_back(step);
    }
    const auto is_narrow = [](const std::string& step) {
        return step.find("order_id=?") != std::string::npos ||
               step.find("expires_ms<?") != std::string::npos;
    };
    check_walks_nothing(steps);
    INFO(text_of(of_claims));
    CHECK_FALSE(of_claims.empty());
    CHECK(std::all_of(of_claims.begin(), of_claims.end(), is_narrow));
}
