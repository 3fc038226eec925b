// The verbs that orders use: promising, taking and bringing back. Each is called as an order would
// call it, and then the rows are looked at.
#include "domains/warehouse/stock.hpp"

#include <catch2/catch.hpp>

#include "unit/warehouse/stock_rows.hpp"

using namespace shopkeeper;
using namespace shopkeeper::test;
using warehouse::Need;

namespace {

constexpr UnixMs kHour = 3'600'000;

std::vector<ShortComponent> reserve(Stock& shop, std::int64_t order, std::vector<Need> needs,
                                    std::optional<UnixMs> expires_ms = {}) {
    return shop.with(Who::guest, [&](storage::Connection& connection, const CallContext& context) {
        return warehouse::reserve(connection, context, 8, order, needs, expires_ms);
    });
}

std::int64_t available(Stock& shop, std::int64_t item, std::int64_t except_order = 0) {
    return shop.with(Who::guest, [&](storage::Connection& connection, const CallContext& context) {
        const std::int64_t ids[] = {item};
        return warehouse::available(connection, 8, ids, context.now_ms, except_order).at(item);
    });
}

template <class Verb>
auto run(Stock& shop, Verb&& verb) {
    return shop.with(Who::florist,
                     [&](storage::Connection& connection, const CallContext& context) {
                         const auto settings = shop::find(connection, 8).value();
                         return verb(connection, context, settings);
                     });
}

Result<std::vector<warehouse::Operation>> consume(Stock& shop, std::int64_t order,
                                                  std::vector<Need> optional = {}) {
    return run(shop, [&](auto& connection, auto& context, auto& settings) {
        return warehouse::consume(connection, context, settings, {order, "#00001"}, optional);
    });
}

std::string state(Stock& shop, std::int64_t order) {
    return shop.text("SELECT state FROM reservation WHERE order_id = $1", {order});
}

}  // namespace

TEST_CASE("W4: what was promised cannot be promised again", "[warehouse]") {
    Stock shop;
    const auto rose = shop.item("Роза красная", 50);
    for (int number = 1; number <= 3; ++number) {
        CHECK(reserve(shop, shop.order(number), {{rose, 15}}).empty());
    }

    const auto missing = reserve(shop, shop.order(4), {{rose, 15}});

    REQUIRE(missing.size() == 1);
    CHECK(missing[0].warehouse_item_id == rose);
    CHECK(missing[0].name == "Роза красная");
    CHECK(missing[0].required == 15);
    CHECK(missing[0].available == 5);
    CHECK(shop.number("SELECT COUNT(*) FROM reservation") == 3);
    CHECK(available(shop, rose) == 5);  // W13
    CHECK(shop.on_hand(rose) == 50);    // O24: a reservation leaves on hand alone
}

TEST_CASE("W4: a basket that is short in one item reserves nothing of the others", "[warehouse]") {
    Stock shop;
    const auto rose = shop.item("Роза", 50);
    const auto lily = shop.item("Лилия", 3);

    const auto missing = reserve(shop, shop.order(1), {{rose, 9}, {lily, 4}});

    REQUIRE(missing.size() == 1);
    CHECK(missing[0].warehouse_item_id == lily);
    CHECK(shop.number("SELECT COUNT(*) FROM reservation") == 0);
}

TEST_CASE("W4, W5: every item of a basket is locked once before it is judged", "[warehouse]") {
    Stock shop;
    const auto rose = shop.item("Роза", 50);
    const auto lily = shop.item("Лилия", 3);
    const auto locks = [&](std::int64_t item) {
        return shop.number("SELECT lock_version FROM warehouse_item WHERE id = $1", {item});
    };
    const auto rose_before = locks(rose);
    const auto lily_before = locks(lily);

    REQUIRE(reserve(shop, shop.order(1), {{rose, 9}, {lily, 3}}).empty());

    CHECK(locks(rose) == rose_before + 1);
    CHECK(locks(lily) == lily_before + 1);
    CHECK(shop.on_hand(rose) == 50);
}

TEST_CASE("W4: an item of another shop is short, never promised", "[warehouse]") {
    Stock shop;
    const Reply foreign = shop.call(
        "add_warehouse_stock", {{"item_name", "Роза"}, {"quantity", 100}}, Who::other_director);
    const auto id = foreign.result.at("item").at("id").get<std::int64_t>();

    const auto missing = reserve(shop, shop.order(1), {{id, 1}});

    REQUIRE(missing.size() == 1);
    CHECK(missing[0].name.empty());
    CHECK(missing[0].available == 0);
}

TEST_CASE("O25: a claim stops counting when its time has come, without any job", "[warehouse]") {
    Stock shop;
    const auto rose = shop.item("Роза", 10);
    const auto first = shop.order(1);
    REQUIRE(reserve(shop, first, {{rose, 10}}, shop.clock.now_ms() + 72 * kHour).empty());
    shop.clock.advance_minutes(72 * 60 - 1);
    CHECK(available(shop, rose) == 0);

    shop.clock.advance_minutes(1);

    CHECK(available(shop, rose) == 10);
    CHECK(state(shop, first) == "active");
    CHECK(reserve(shop, shop.order(2), {{rose, 10}}).empty());
    SECTION("O26: it cannot be brought back once the stock is promised to another") {
        CHECK(reserve(shop, first, {{rose, 10}}).size() == 1);
    }
}

TEST_CASE("O25: the sweep releases expired claims and tells of each order once", "[warehouse]") {
    Stock shop;
    const auto rose = shop.item("Роза", 10);
    const auto lily = shop.item("Лилия", 10);
    const auto expired = shop.order(1);
    const auto kept = shop.order(2);
    REQUIRE(reserve(shop, expired, {{rose, 2}, {lily, 2}}, shop.clock.now_ms() + kHour).empty());
    REQUIRE(reserve(shop, kept, {{rose, 2}}).empty());
    const auto sweep = [&] {
        return shop.with(Who::service,
                         [](storage::Connection& connection, const CallContext& context) {
                             return warehouse::release_expired(connection, context);
                         });
    };
    CHECK(sweep() == 0);
    shop.clock.advance_hours(1);

    CHECK(sweep() == 1);
    CHECK(sweep() == 0);

    CHECK(shop.number("SELECT COUNT(*) FROM reservation WHERE state = 'released'") == 2);
    CHECK(state(shop, kept) == "active");
    CHECK(shop.events("order.updated") == 1);
    const std::string data = shop.text("SELECT data_json FROM events WHERE type = 'order.updated'");
    const Json event = Json::parse(data);
    CHECK(event.at("fields") == Json::array({"reservation_expired"}));
    CHECK(event.at("order_id") == expired);
    CHECK(event.at("total") == 0);
    CHECK(event.at("currency") == "KZT");
    CHECK(event.at("channel") == "telegram");        // I13
    CHECK(data.find("+7700") == std::string::npos);  // I10
}

TEST_CASE("O26: reserving again brings a released or expired claim back", "[warehouse]") {
    Stock shop;
    const auto rose = shop.item("Роза", 10);
    const auto order = shop.order(1);
    REQUIRE(reserve(shop, order, {{rose, 10}}, shop.clock.now_ms() + kHour).empty());
    shop.clock.advance_hours(2);

    CHECK(reserve(shop, order, {{rose, 10}}).empty());

    CHECK(shop.number("SELECT COUNT(*) FROM reservation") == 1);
    CHECK(state(shop, order) == "active");
    CHECK(shop.number("SELECT COUNT(*) FROM reservation WHERE expires_ms IS NULL") == 1);
    CHECK(available(shop, rose) == 0);
    CHECK(available(shop, rose, order) == 10);  // W16: without its own claim
}

TEST_CASE("O24: payment takes the expiry away, but brings nothing back by itself", "[warehouse]") {
    Stock shop;
    const auto rose = shop.item("Роза", 10);
    const auto order = shop.order(1);
    REQUIRE(reserve(shop, order, {{rose, 4}}, shop.clock.now_ms() + kHour).empty());
    const auto keep = [&] {
        shop.with(Who::florist, [&](storage::Connection& connection, const CallContext& context) {
            warehouse::keep_reservations(connection, 8, order, context.now_ms);
            return 0;
        });
    };

    SECTION("in time") {
        keep();
        shop.clock.advance_days(30);
        CHECK(available(shop, rose) == 6);
    }
    SECTION("too late") {
        shop.clock.advance_hours(2);
        keep();
        CHECK(available(shop, rose) == 10);
    }
}

TEST_CASE("O24: cancelling before assembly releases the claims", "[warehouse]") {
    Stock shop;
    const auto rose = shop.item("Роза", 10);
    const auto order = shop.order(1);
    REQUIRE(reserve(shop, order, {{rose, 4}}).empty());

    shop.with(Who::guest, [&](storage::Connection& connection, const CallContext& context) {
        warehouse::release_reservations(connection, 8, order, context.now_ms);
        return 0;
    });

    CHECK(state(shop, order) == "released");
    CHECK(available(shop, rose) == 10);
    CHECK(shop.on_hand(rose) == 10);
}

TEST_CASE("O24, O29: assembling consumes the claims by one sale per component", "[warehouse]") {
    Stock shop;
    const auto rose = shop.item("Роза", 50);
    const auto paper = shop.item("Крафт", 20);
    const auto order = shop.order(1);
    REQUIRE(reserve(shop, order, {{rose, 15}, {paper, 1}}).empty());

    const auto sold = consume(shop, order);

    REQUIRE(sold);
    REQUIRE(sold->size() == 2);
    CHECK(sold->at(0).operation_type == "sale");
    CHECK(sold->at(0).quantity_change == -15);
    CHECK(sold->at(0).balance_after == 35);  // W3: what the statement returned
    CHECK(sold->at(0).description == "Продажа по заказу #00001");
    CHECK(sold->at(0).order_id == order);
    CHECK(sold->at(0).user_name == "Демо florist");  // W9
    CHECK(shop.on_hand(rose) == 35);
    CHECK(available(shop, rose) == 35);  // consumed claims count no longer
    CHECK(shop.number("SELECT COUNT(*) FROM reservation WHERE state = 'consumed'") == 2);
    CHECK(shop.ledgers_agree());  // W1
}

TEST_CASE("O27, W17: optional components are sold as far as nobody else needs them",
          "[warehouse]") {
    Stock shop;
    const auto rose = shop.item("Роза", 50);
    const auto ribbon = shop.item("Лента", 5);
    const auto order = shop.order(1);
    REQUIRE(reserve(shop, order, {{rose, 15}}).empty());
    REQUIRE(reserve(shop, shop.order(2), {{ribbon, 4}}).empty());

    const auto sold = consume(shop, order, {{ribbon, 3}});

    REQUIRE(sold);
    REQUIRE(sold->size() == 2);
    CHECK(sold->at(1).quantity_change == -1);
    CHECK(shop.on_hand(ribbon) == 4);
    CHECK(available(shop, ribbon) == 0);
    CHECK(shop.ledgers_agree());

    SECTION("W18: none left is no hindrance") {
        const auto third = shop.order(3);
        REQUIRE(reserve(shop, third, {{rose, 1}}).empty());
        CHECK(consume(shop, third, {{ribbon, 1}})->size() == 1);
    }
    SECTION("O24: rework brings them back to the shelf, the needed ones stay promised") {
        run(shop, [&](auto& connection, auto& context, auto& settings) {
            return warehouse::return_to_reserved(connection, context, settings, {order, "#00001"});
        });
        CHECK(shop.on_hand(rose) == 50);
        CHECK(shop.on_hand(ribbon) == 5);
        CHECK(available(shop, rose) == 35);
        CHECK(available(shop, ribbon) == 1);
        CHECK(state(shop, order) == "active");
        REQUIRE(consume(shop, order));
        CHECK(shop.on_hand(rose) == 35);
        CHECK(shop.ledgers_agree());
    }
}

TEST_CASE("O24: cancelling after assembly restocks or writes off", "[warehouse]") {
    Stock shop;
    const auto rose = shop.item("Роза", 50);
    const auto order = shop.order(1);
    REQUIRE(reserve(shop, order, {{rose, 15}}).empty());
    REQUIRE(consume(shop, order));
    const bool write_off = GENERATE(false, true);

    const auto operations = run(shop, [&](auto& connection, auto& context, auto& settings) {
        return warehouse::restock(connection, context, settings, {order, "#00001"}, write_off);
    });

    CHECK(operations.size() == (write_off ? 2U : 1U));
    CHECK(operations[0].operation_type == "return");
    CHECK(operations[0].description == "Возврат по заказу #00001");
    CHECK(shop.on_hand(rose) == (write_off ? 35 : 50));
    CHECK(available(shop, rose) == (write_off ? 35 : 50));
    CHECK(state(shop, order) == "released");
    CHECK(shop.ledgers_agree());
}

TEST_CASE("O27: a forced write-off of promised stock refuses the assembly, whole", "[warehouse]") {
    Stock shop;
    const auto rose = shop.item("Роза", 15);
    const auto paper = shop.item("Крафт", 5);
    const auto order = shop.order(1);
    REQUIRE(reserve(shop, order, {{rose, 15}, {paper, 1}}).empty());
    REQUIRE(shop.call("record_warehouse_operation",
                      {{"warehouse_item_id", rose},
                       {"operation_type", "WRITE_OFF"},
                       {"quantity", 10},
                       {"notes", "замёрзли"},
                       {"force", true}},
                      Who::manager)
                .ok());

    const auto sold = consume(shop, order);

    REQUIRE_FALSE(sold);
    CHECK(sold.error().code == ErrorCode::insufficient_stock);
    REQUIRE(sold.error().details.components.size() == 1);
    CHECK(sold.error().details.components[0].warehouse_item_id == rose);
    CHECK(sold.error().details.components[0].available == 5);
    CHECK(shop.on_hand(paper) == 5);
    CHECK(shop.number("SELECT COUNT(*) FROM reservation WHERE state = 'active'") == 2);
    CHECK(shop.ledgers_agree());
}

TEST_CASE("W19: crossing into low stock is told once, and again only after a recovery",
          "[warehouse]") {
    Stock shop;
    const auto rose = shop.item("Роза", 20, 10);
    CHECK(shop.events("stock.low") == 0);
    const auto first = shop.order(1);
    REQUIRE(reserve(shop, first, {{rose, 9}}).empty());
    CHECK(shop.events("stock.low") == 0);

    REQUIRE(reserve(shop, shop.order(2), {{rose, 1}}).empty());
    CHECK(shop.events("stock.low") == 1);
    REQUIRE(reserve(shop, shop.order(3), {{rose, 5}}).empty());
    REQUIRE(consume(shop, first));
    CHECK(shop.events("stock.low") == 1);

    shop.call("add_warehouse_stock", {{"warehouse_item_id", rose}, {"quantity", 6}}, Who::florist);
    CHECK(shop.events("stock.low") == 1);
    REQUIRE(reserve(shop, shop.order(4), {{rose, 1}}).empty());
    CHECK(shop.events("stock.low") == 2);
}

TEST_CASE("I12: each operation is a stock.changed event without names", "[warehouse]") {
    Stock shop;
    const auto rose = shop.item("Роза", 20);
    const auto order = shop.order(1);
    REQUIRE(reserve(shop, order, {{rose, 9}}).empty());
    const auto before = shop.events("stock.changed");

    REQUIRE(consume(shop, order));

    CHECK(shop.events("stock.changed") == before + 1);
    const Json data = Json::parse(shop.text(
        "SELECT data_json FROM events WHERE type = 'stock.changed' ORDER BY id DESC LIMIT 1"));
    CHECK(data.at("operation_type") == "sale");
    CHECK(data.at("quantity_change") == -9);
    CHECK(data.at("balance_after") == 11);
    CHECK(data.at("order_id") == order);
}

TEST_CASE("T5: the ledger refuses to be rewritten", "[warehouse]") {
    Stock shop;
    shop.item("Роза", 20);

    CHECK_THROWS_AS(shop.execute("UPDATE stock_operation SET quantity_change = 1"), storage::Error);
    CHECK_THROWS_AS(shop.execute("DELETE FROM stock_operation"), storage::Error);
    CHECK(shop.ledgers_agree());
}
