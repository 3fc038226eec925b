#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "domains/orders/transitions.hpp"
#include "unit/orders/orders_fixture.hpp"

using namespace shopkeeper;
using test::OrdersFixture;
using test::Reply;
using test::Who;

namespace {

/// The rule book's table, written down a second time: K courier on an own order, F florist,
/// M manager, D director; `+d` delivery orders only, `+p` pickup orders only.
const std::map<std::pair<std::string, std::string>, std::string> kTable = {
    {{"new", "paid"}, "FMD"},
    {{"new", "accepted"}, "FMD"},
    {{"new", "assembled"}, "MD"},
    {{"new", "cancelled"}, "FMD"},
    {{"paid", "accepted"}, "FMD"},
    {{"paid", "assembled"}, "FMD"},
    {{"paid", "cancelled"}, "FMD"},
    {{"accepted", "assembled"}, "FMD"},
    {{"accepted", "cancelled"}, "FMD"},
    {{"assembled", "accepted"}, "MD"},
    {{"assembled", "in_delivery"}, "KFMD+d"},
    {{"assembled", "delivered"}, "FMD+p"},
    {{"assembled", "cancelled"}, "MD"},
    {{"in_delivery", "assembled"}, "FMD"},
    {{"in_delivery", "delivered"}, "KFMD"},
    {{"in_delivery", "cancelled"}, "MD"},
};

const char* const kStatuses[] = {"new",         "paid",      "accepted", "assembled",
                                 "in_delivery", "delivered", "cancelled"};

struct RoleRow {
    Who who;
    char letter;
};
constexpr RoleRow kRoles[] = {
    {Who::courier, 'K'}, {Who::florist, 'F'}, {Who::manager, 'M'}, {Who::director, 'D'}};

/// An order without stock in the given status.
std::int64_t order_in(OrdersFixture& shop, const std::string& status, bool pickup) {
    const Json changes = {
        {"items", Json::array({{{"product_id", OrdersFixture::kCard}, {"quantity", 1}}})},
        {"allow_duplicate", true}};
    const std::int64_t id =
        shop.place(pickup ? OrdersFixture::pickup(changes) : OrdersFixture::delivery(changes))
            .at("id");
    if (status == "cancelled") {
        shop.move(id, "cancelled", {{"notes", "other"}});
        return id;
    }
    if (status == "new") return id;
    if (status == "paid" || status == "accepted") {
        shop.move(id, status);
        return id;
    }
    shop.move(id, "assembled");
    if (status == "in_delivery" || (status == "delivered" && !pickup)) shop.move(id, "in_delivery");
    if (status == "delivered") shop.move(id, "delivered");
    return id;
}

bool table_allows(const std::string& from, const std::string& to, char role, bool pickup) {
    const auto row = kTable.find({from, to});
    if (row == kTable.end()) return false;
    const std::string& who = row->second;
    if (who.ends_with("+d") && pickup) return false;
    if (who.ends_with("+p") && !pickup) return false;
    return who.find(role) != std::string::npos;
}

/// O7: `status=paid` beyond accepting records a payment instead of moving.
bool records_payment(const std::string& from, const std::string& to, char role) {
    if (to != "paid") return false;
    if (role == 'K') return from == "in_delivery" || from == "delivered";
    return from == "accepted" || from == "assembled" || from == "in_delivery" ||
           from == "delivered";
}

void check_step(OrdersFixture& shop, const std::string& from, const std::string& to,
                const RoleRow& role, bool pickup) {
    CAPTURE(from, to, role.letter, pickup);
    const std::int64_t id = order_in(shop, from, pickup);
    if (role.who == Who::courier) {
        shop.execute(
            "UPDATE orders SET courier_id = (SELECT id FROM staff_user WHERE role = 'courier') "
            "WHERE id = $1",
            {id});
    }
    const auto history_before = shop.history(id);
    const Reply reply = shop.call(
        "update_order_status",
        {{"order_id", id}, {"status", to}, {"notes", "other"}, {"stock_action", "restock"}},
        role.who);
    const std::string status = shop.text("SELECT status FROM orders WHERE id = $1", {id});

    if (from == to) {
        REQUIRE(reply.ok());
        CHECK(reply.result.at("status_changed") == false);
        CHECK(shop.history(id) == history_before);
    } else if (table_allows(from, to, role.letter, pickup)) {
        CAPTURE(reply.error);
        REQUIRE(reply.ok());
        CHECK(reply.result.at("status_changed") == true);
        CHECK(status == to);
        CHECK(shop.history(id).find("status:" + from + "->" + to) != std::string::npos);
    } else if (records_payment(from, to, role.letter)) {
        REQUIRE(reply.ok());
        CHECK(reply.result.at("status_changed") == false);
        CHECK(reply.result.at("payment_changed") == true);
        CHECK(status == from);
    } else {
        REQUIRE(reply.code() == "failed_precondition");
        const std::set<std::string> reasons = {"status_transition", "wrong_delivery_type",
                                               "payment_transition"};
        CHECK(reasons.contains(reply.reason()));
        CHECK(status == from);
        CHECK(shop.history(id) == history_before);
    }
}

}  // namespace

TEST_CASE("O2, O4, O7: every status, every target, every role", "[orders][transitions]") {
    OrdersFixture shop;
    for (const char* from : kStatuses) {
        for (const char* to : kStatuses) {
            for (const RoleRow& role : kRoles) {
                check_step(shop, from, to, role, /*pickup=*/false);
            }
        }
    }
}

TEST_CASE("O2: pickup orders are handed over without a way", "[orders][transitions]") {
    OrdersFixture shop;
    for (const char* from : kStatuses) {
        if (std::string(from) == "in_delivery") continue;  // no pickup order gets there
        for (const char* to : kStatuses) {
            for (const RoleRow& role : kRoles) {
                if (role.who == Who::courier) continue;  // and no courier sees one
                check_step(shop, from, to, role, /*pickup=*/true);
            }
        }
    }
}

TEST_CASE("O2: a refusal names the present status and what is possible", "[orders][transitions]") {
    OrdersFixture shop;
    const std::int64_t id = order_in(shop, "new", false);
    const Reply florist =
        shop.call("update_order_status", {{"order_id", id}, {"status", "assembled"}}, Who::florist);
    CHECK(florist.reason() == "status_transition");
    CHECK(florist.error.at("details").at("current") == "new");
    CHECK(florist.error.at("details").at("allowed") ==
          Json::array({"paid", "accepted", "cancelled"}));

    const std::int64_t pickup = order_in(shop, "assembled", true);
    CHECK(shop.call("update_order_status", {{"order_id", pickup}, {"status", "in_delivery"}},
                    Who::manager)
              .reason() == "wrong_delivery_type");
    const std::int64_t delivery = order_in(shop, "assembled", false);
    CHECK(shop.call("update_order_status", {{"order_id", delivery}, {"status", "delivered"}},
                    Who::manager)
              .reason() == "wrong_delivery_type");
}

TEST_CASE("O2: no way to the customer without an address", "[orders][transitions]") {
    OrdersFixture shop;
    const Json order = shop.place(
        OrdersFixture::delivery({{"delivery_address", nullptr}, {"ask_delivery_address", true}}));
    shop.move(order.at("id"), "assembled");
    const Reply reply =
        shop.call("update_order_status", {{"order_id", order.at("id")}, {"status", "in_delivery"}},
                  Who::director);
    CHECK(reply.reason() == "address_missing");

    const Reply known = shop.call("update_order", {{"tracking_id", order.at("tracking_id")},
                                                   {"delivery_address", "ул. Найденная 3"}});
    REQUIRE(known.ok());
    CHECK(known.result.at("ask_delivery_address") == false);
    shop.move(order.at("id"), "in_delivery");
}

TEST_CASE("O40: owners may cancel before assembly, and get advice afterwards",
          "[orders][transitions]") {
    using namespace orders;
    for (const Status from : orders::kStatuses) {
        const auto allowed = allowed_from(from, DeliveryType::delivery, Party::owner);
        const bool open =
            from == Status::created || from == Status::paid || from == Status::accepted;
        CHECK(allowed == (open ? std::vector{Status::cancelled} : std::vector<Status>{}));
    }
    Order order;
    order.status = Status::assembled;
    const auto refused = step(order, Status::cancelled, Party::owner);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().message.find("call the shop") != std::string::npos);
}
