#include <algorithm>
#include <catch2/catch.hpp>

#include "domains/orders/edit.hpp"
#include "unit/orders/orders_fixture.hpp"

using namespace shopkeeper;
using test::OrdersFixture;
using test::Reply;
using test::Who;

namespace {

Reply edit(OrdersFixture& shop, const Json& order, Json changes, Who who = Who::guest) {
    changes["tracking_id"] = order.at("tracking_id");
    return shop.call("update_order", std::move(changes), who);
}

Json card_order() {
    return OrdersFixture::delivery(
        {{"items", Json::array({{{"product_id", OrdersFixture::kCard}, {"quantity", 1}}})}});
}

/// The table O33 once more: statuses in which the owner, and staff, may change a group.
struct EditRow {
    orders::EditGroup group;
    std::string owner;
    std::string staff;
    bool owner_while_unpaid = false;
};
const EditRow kTable[] = {
    {orders::EditGroup::notes, "new paid accepted", "new paid accepted assembled in_delivery"},
    {orders::EditGroup::recipient, "new paid accepted assembled in_delivery",
     "new paid accepted assembled in_delivery"},
    {orders::EditGroup::address, "new paid accepted assembled",
     "new paid accepted assembled in_delivery"},
    {orders::EditGroup::time, "new paid accepted", "new paid accepted assembled"},
    {orders::EditGroup::type, "new accepted", "new paid accepted", true},
};

bool listed(const std::string& words, std::string_view word) {
    return (" " + words + " ").find(" " + std::string(word) + " ") != std::string::npos;
}

std::string fields_of(const Reply& reply) {
    std::string names;
    for (const Json& change : reply.result.at("changed_fields")) {
        names += change.at("field").get<std::string>() + " ";
    }
    return names;
}

}  // namespace

TEST_CASE("O33: who may change what in which status", "[orders][edit]") {
    using namespace orders;
    for (const EditRow& row : kTable) {
        for (const Status status : orders::kStatuses) {
            for (const PaymentStatus payment : {PaymentStatus::unpaid, PaymentStatus::paid}) {
                Order order;
                order.status = status;
                order.payment_status = payment;
                CAPTURE(static_cast<int>(row.group), word(status), word(payment));
                const bool unpaid_is_met =
                    !row.owner_while_unpaid || payment == PaymentStatus::unpaid;
                CHECK(is_editable(order, row.group, /*is_staff=*/false) ==
                      (listed(row.owner, word(status)) && unpaid_is_met));
                CHECK(is_editable(order, row.group, /*is_staff=*/true) ==
                      listed(row.staff, word(status)));
            }
        }
    }
}

TEST_CASE("O31, O38: given fields change, each with a history row", "[orders][edit]") {
    OrdersFixture shop;
    const Json order = shop.place(OrdersFixture::delivery());
    const Reply reply = edit(shop, order,
                             {{"delivery_address", "пр. Новый 1"},
                              {"recipient_name", "Дана"},
                              {"recipient_phone", "8 700 000 44 44"},
                              {"delivery_notes", "домофон 7"},
                              {"notes", "С днём рождения"}});
    REQUIRE(reply.ok());
    CHECK(fields_of(reply) ==
          "delivery_address recipient_name recipient_phone delivery_notes notes ");
    CHECK(reply.result.at("delivery_address") == "пр. Новый 1");
    CHECK(reply.result.at("recipient").at("name") == "Дана");
    CHECK(reply.result.at("recipient").at("phone_masked") == "+7700***4444");
    CHECK(reply.result.at("price_changed").is_null());
    CHECK_FALSE(reply.result.contains("customer_phone"));

    const std::int64_t id = order.at("id");
    CHECK(shop.number("SELECT COUNT(*) FROM order_history WHERE order_id = $1", {id}) == 6);
    CHECK(shop.text("SELECT new_value FROM order_history WHERE field = 'recipient_phone'") ==
          "+77000004444");
    CHECK(shop.number("SELECT version FROM orders") == 2);
    CHECK(Json::parse(shop.text("SELECT data_json FROM events WHERE type = 'order.updated'"))
              .at("fields")
              .size() == 5);
}

TEST_CASE("O38, I14: values that stand there already are no changes", "[orders][edit]") {
    OrdersFixture shop;
    const Json order = shop.place(OrdersFixture::delivery({{"notes", "открытка"}}));
    const auto before = shop.traces();
    const Reply reply = edit(shop, order,
                             {{"notes", "открытка"},
                              {"delivery_address", "ул. Примерная 5, кв. 7"},
                              {"delivery_time", "15:00"},
                              {"delivery_type", "delivery"}});
    REQUIRE(reply.ok());
    CHECK(reply.result.at("changed_fields").empty());
    CHECK(shop.traces() == before);
}

TEST_CASE("O31, O32: calls that change nothing or name no order are refused", "[orders][edit]") {
    OrdersFixture shop;
    const Json order = shop.place(OrdersFixture::delivery());
    CHECK(edit(shop, order, Json::object()).code() == "invalid_argument");
    CHECK(edit(shop, order, {{"status", "paid"}}).code() == "invalid_argument");
    CHECK(edit(shop, order, {{"customer_phone", "+77000005555"}}).code() == "invalid_argument");
    CHECK(edit(shop, order, {{"items", Json::array()}}).code() == "invalid_argument");

    const Reply unknown = shop.call("update_order", {{"tracking_id", "123456789"}, {"notes", "x"}});
    CHECK(unknown.code() == "not_found");
    CHECK(unknown.error.at("message").get<std::string>().find("track_order_by_phone") !=
          std::string::npos);
    CHECK(edit(shop, order, {{"notes", "x"}}, Who::other_director).code() == "not_found");
}

TEST_CASE("O33: one forbidden field refuses the whole call", "[orders][edit]") {
    OrdersFixture shop;
    const Json order = shop.place(OrdersFixture::delivery());
    shop.move(order.at("id"), "assembled");
    const auto before = shop.traces();
    const Reply reply = edit(shop, order, {{"recipient_name", "Дана"}, {"notes", "поздно"}});
    CHECK(reply.reason() == "status_not_editable");
    CHECK(reply.error.at("details").at("field") == "notes");
    CHECK(reply.error.at("details").at("current") == "assembled");
    CHECK_THAT(reply.error.at("message").get<std::string>(),
               Catch::Contains("the order is assembled, payment unpaid"));
    CHECK(shop.traces() == before);

    // Staff may, and see what staff see; a courier with the tracking id has a guest's rights.
    const Reply staff = edit(shop, order, {{"notes", "не поздно"}}, Who::florist);
    REQUIRE(staff.ok());
    CHECK(staff.result.at("allowed_transitions").is_array());
    CHECK(staff.result.at("customer_phone") == "+77000001234");
    CHECK(edit(shop, order, {{"notes", "x"}}, Who::courier).reason() == "status_not_editable");
    const Reply courier = edit(shop, order, {{"recipient_name", "Дана"}}, Who::courier);
    REQUIRE(courier.ok());
    CHECK_FALSE(courier.result.contains("customer_phone"));
}

TEST_CASE("O34: an address needs a delivery, a pickup place a pickup", "[orders][edit]") {
    OrdersFixture shop;
    const Json pickup = shop.place(OrdersFixture::pickup());
    CHECK(edit(shop, pickup, {{"delivery_address", "ул. 1"}}).reason() == "wrong_delivery_type");
    const Json delivery = shop.place(OrdersFixture::delivery());
    CHECK(edit(shop, delivery, {{"pickup_location_id", 1}}).reason() == "wrong_delivery_type");
    CHECK(edit(shop, delivery, {{"delivery_type", "pickup"}, {"delivery_address", "ул. 1"}})
              .reason() == "wrong_delivery_type");
}

TEST_CASE("O35: switching the type recomputes the price and judges place and time again",
          "[orders][edit]") {
    OrdersFixture shop;
    const Json order = shop.place(OrdersFixture::delivery());

    const Reply to_pickup = edit(shop, order, {{"delivery_type", "самовывоз"}});
    CAPTURE(to_pickup.error);
    REQUIRE(to_pickup.ok());
    CHECK(to_pickup.result.at("price_changed") ==
          Json({{"old_total", 10500}, {"new_total", 9000}}));
    CHECK(to_pickup.result.at("delivery_address").is_null());
    CHECK(to_pickup.result.at("pickup_address") == "ул. Тестовая 1");
    CHECK(to_pickup.result.at("delivery_at") == "2026-11-24T15:00:00+05:00");
    CHECK(fields_of(to_pickup) == "delivery_type delivery_address pickup_address ");
    CHECK(shop.history(order.at("id")).ends_with("total:10500->9000"));

    CHECK(edit(shop, order, {{"delivery_type", "delivery"}}).code() == "missing_delivery_address");
    const Reply back =
        edit(shop, order, {{"delivery_type", "delivery"}, {"delivery_address", "ул. Вторая 2"}});
    REQUIRE(back.ok());
    CHECK(back.result.at("total") == 10500);
    CHECK(back.result.at("pickup_address").is_null());

    SECTION("a time that is no delivery time is refused") {
        const Json asap = shop.place(
            OrdersFixture::pickup({{"delivery_date", "сегодня"}, {"delivery_time", "10:45"}}));
        const Reply refused =
            edit(shop, asap, {{"delivery_type", "delivery"}, {"delivery_address", "ул. Вторая 2"}});
        CHECK(refused.code() == "delivery_time_impossible");
        CHECK(refused.reason() == "lead_time");
        CHECK(shop.text("SELECT delivery_type FROM orders WHERE id = $1",
                        {asap.at("id").get<std::int64_t>()}) == "pickup");
    }
    SECTION("staff switch a paid order and leave what was paid") {
        shop.move(order.at("id"), "paid");
        CHECK(edit(shop, order, {{"delivery_type", "pickup"}}).reason() == "status_not_editable");
        const Reply staff = edit(shop, order, {{"delivery_type", "pickup"}}, Who::manager);
        REQUIRE(staff.ok());
        CHECK(staff.result.at("total") == 9000);
        CHECK(staff.result.at("amount_paid") == 10500);
    }
    SECTION("what the shop has switched off stays off") {
        shop.execute("UPDATE shop SET pickup_available = FALSE WHERE id = 8");
        CHECK(edit(shop, order, {{"delivery_type", "pickup"}}).code() == "pickup_unavailable");
    }
}

TEST_CASE("O36: the half that is not given stays", "[orders][edit]") {
    OrdersFixture shop;
    SECTION("only a day keeps the time") {
        const Json order = shop.place(OrdersFixture::delivery());
        const Reply reply = edit(shop, order, {{"delivery_date", "послезавтра"}});
        REQUIRE(reply.ok());
        CHECK(reply.result.at("delivery_at") == "2026-11-25T15:00:00+05:00");
        CHECK(fields_of(reply) == "delivery_date ");
        CHECK(reply.result.at("changed_fields").at(0).at("old") == "2026-11-24");
    }
    SECTION("only a day keeps the window") {
        const Json order = shop.place(OrdersFixture::delivery({{"delivery_time", "14:00-16:00"}}));
        const Reply reply = edit(shop, order, {{"delivery_date", "26.11.2026"}});
        REQUIRE(reply.ok());
        CHECK(reply.result.at("delivery_window") ==
              Json({{"start", "2026-11-26T14:00:00+05:00"}, {"end", "2026-11-26T16:00:00+05:00"}}));
        CHECK(reply.result.at("time_precision") == "window");
    }
    SECTION("only a time keeps the day") {
        const Json order = shop.place(OrdersFixture::delivery());
        const Reply reply = edit(shop, order, {{"delivery_time", "18:30"}});
        REQUIRE(reply.ok());
        CHECK(reply.result.at("delivery_at") == "2026-11-24T18:30:00+05:00");
        CHECK(fields_of(reply) == "delivery_time ");
        CHECK(shop.text("SELECT original_time FROM orders") == "18:30");
        CHECK(shop.text("SELECT original_date FROM orders") == "завтра");
    }
    SECTION("a supplied time ends the asking (O22)") {
        const Json order = shop.place(
            OrdersFixture::delivery({{"delivery_time", nullptr}, {"ask_delivery_time", true}}));
        const Reply moved = edit(shop, order, {{"delivery_date", "26.11.2026"}});
        REQUIRE(moved.ok());
        CHECK(moved.result.at("ask_delivery_time") == true);
        const Reply reply = edit(shop, order, {{"delivery_time", "12:00"}});
        REQUIRE(reply.ok());
        CHECK(reply.result.at("ask_delivery_time") == false);
        CHECK(reply.result.at("delivery_at") == "2026-11-26T12:00:00+05:00");
    }
}

TEST_CASE("O37, D20: a changed time passes the checks and takes its place along",
          "[orders][edit]") {
    OrdersFixture shop;
    shop.execute("UPDATE shop SET slot_capacity = 1 WHERE id = 8");
    const Json first = shop.place(card_order());
    const auto slot = [&](const Json& order) {
        return shop.number("SELECT slot_start_ms FROM orders WHERE id = $1",
                           {order.at("id").get<std::int64_t>()});
    };
    const std::int64_t old_slot = slot(first);
    CHECK(shop.booked(old_slot) == 1);

    Json other_arguments = card_order();
    other_arguments["delivery_time"] = "19:00";
    const Json second = shop.place(other_arguments);
    const auto before = shop.traces();
    CHECK(edit(shop, first, {{"delivery_time", "19:30"}}).reason() == "capacity");
    CHECK(edit(shop, first, {{"delivery_time", "22:00"}}).reason() == "outside_hours");
    CHECK(edit(shop, first, {{"delivery_date", "2026-11-20"}}).reason() == "past");
    CHECK(edit(shop, first, {{"delivery_time", "когда-то"}}).code() == "unparseable_time");
    CHECK(shop.traces() == before);

    // Within its own slot an order is not in its own way.
    REQUIRE(edit(shop, first, {{"delivery_time", "15:30"}}).ok());
    CHECK(shop.booked(old_slot) == 1);
    REQUIRE(edit(shop, first, {{"delivery_time", "11:00"}}).ok());
    CHECK(shop.booked(old_slot) == 0);
    CHECK(shop.booked(slot(first)) == 1);
    REQUIRE(edit(shop, second, {{"delivery_time", "15:00"}}).ok());
    CHECK(shop.booked(old_slot) == 1);
}

TEST_CASE("O37: once assembled nothing is left to prepare", "[orders][edit]") {
    OrdersFixture shop;
    const Json order = shop.place(OrdersFixture::pickup());
    const Json sooner = {{"delivery_date", "сегодня"}, {"delivery_time", "10:15"}};
    CHECK(edit(shop, order, sooner, Who::florist).reason() == "lead_time");
    shop.move(order.at("id"), "assembled");
    CHECK(edit(shop, order, sooner, Who::florist).ok());
}

TEST_CASE("O22, O33: the address the shop was to ask for ends the asking", "[orders][edit]") {
    OrdersFixture shop;
    const Json order = shop.place(
        OrdersFixture::delivery({{"delivery_address", nullptr}, {"ask_delivery_address", true}}));
    const Reply reply = edit(shop, order, {{"delivery_address", "ул. Узнали 4"}});
    REQUIRE(reply.ok());
    CHECK(reply.result.at("ask_delivery_address") == false);
    CHECK(reply.result.at("changed_fields").at(0).at("old").is_null());
}

TEST_CASE("U1: what a customer wrote is marked in the changes, too", "[orders][edit]") {
    OrdersFixture shop;
    const Json order = shop.place(OrdersFixture::delivery());
    const Json paths =
        edit(shop, order, {{"delivery_notes", "код 1"}}).result.at("untrusted_fields");
    for (const char* path : {"delivery_notes", "changed_fields[].new", "changed_fields[].old"}) {
        CAPTURE(path);
        CHECK(std::find(paths.begin(), paths.end(), path) != paths.end());
    }
}
