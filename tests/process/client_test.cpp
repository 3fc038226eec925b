// `shopkeeper client`, as the operator to whom a customer has written meets it.
#include <catch2/catch.hpp>

#include "base/json.hpp"
#include "process/served.hpp"
#include "storage/database.hpp"

namespace shopkeeper::test {
namespace {

using Catch::Contains;

constexpr const char* kPhone = "8 700 000 12 34";
const std::vector<std::string> kWords = {"7000001234", "Раушан",   "раушан",  "Зулейха",
                                         "зулейха",    "Закатная", "домофон", "уехала в Тараз"};

Json order(const CommandLine& shop) {
    return json_of(shop.run({"call", "create_order", R"({
        "customer_name": "Раушан", "customer_phone": "+77000001234", "recipient_name": "Зулейха",
        "delivery_address": "ул. Закатная 5", "delivery_notes": "домофон 12", "notes": "для Зулейха",
        "items": [{"product_id": 1, "quantity": 1, "special_requests": "открытка от Раушан"}],
        "ask_delivery_time": true, "idempotency_key": "o-1"})"}));
}

void end(const CommandLine& shop, const Json& order) {
    const Json cancelling = {{"tracking_id", order.at("tracking_id")},
                             {"reason", "уехала в Тараз"}};
    json_of(shop.run({"call", "cancel_order", dump_json(cancelling)}));
}

/// Which words lie in the database's files, in rows or between them.
std::vector<std::string> found_in_files(const CommandLine& shop) {
    std::string bytes;
    for (const char* side : {"", "-wal"}) {
        std::ifstream in(shop.database() + side, std::ios::binary);
        bytes.append(std::istreambuf_iterator<char>(in), {});
    }
    std::vector<std::string> found;
    for (const std::string& word : kWords) {
        if (bytes.find(word) != std::string::npos) found.push_back(word);
    }
    return found;
}

std::string audited(const CommandLine& shop) {
    std::string trail;
    const auto database = storage::open_sqlite({.path = shop.database()});
    for (const storage::Row row : database->read([](storage::Connection& connection) {
             return connection.query(
                 "SELECT shop_id || ' ' || actor || ' ' || tool || ' ' || target_kind || ' ' || "
                 "target_id || COALESCE(before_json, '') FROM audit_log WHERE tool LIKE 'client%' "
                 "ORDER BY id");
         }))
        trail += row.get<std::string>(0) + "\n";
    return trail;
}

TEST_CASE("T8: a person is exported, erased, and gone from every byte of the database",
          "[process]") {
    const CommandLine shop;
    REQUIRE(shop.run({"init", "--demo"}).code == 0);
    const Json first = order(shop);
    REQUIRE(found_in_files(shop).size() > 5);

    const Finished refused = shop.run({"client", "erase", kPhone, "--yes"});
    CHECK(refused.code == 1);
    CHECK_THAT(refused.err, Contains(first.at("order_number").get<std::string>()));
    end(shop, first);
    CHECK(shop.run({"client", "erase", kPhone}).code == 2);  // nobody to ask
    const Json exported = json_of(shop.run({"client", "export", kPhone, "--json"}));
    CHECK(exported.at("tables").at("orders").at(0).at("delivery_notes") == "домофон 12");
    REQUIRE(found_in_files(shop) == kWords);

    const Json erased = json_of(shop.run({"client", "erase", kPhone, "--yes", "--json"}));

    CHECK(erased.at("was_client") == true);
    CHECK(erased.at("scrubbed") == true);
    CHECK(erased.at("erased").at("orders") == 1);
    CHECK(found_in_files(shop).empty());
    CHECK(shop.run({"db", "check"}).code == 0);
    CHECK(shop.run({"client", "export", kPhone}).code == 1);
    const Finished again = shop.run({"client", "erase", kPhone, "--yes"});
    CHECK(again.code == 0);
    CHECK_THAT(again.out, Contains("nothing to erase"));
    CHECK(shop.run({"client", "erase", kPhone, "--yes", "--shop", "77"}).code == 1);
    const std::string id = std::to_string(exported.at("client_id").get<std::int64_t>());
    CHECK(audited(shop) == "8 operator client export client " + id +
                               "\n8 operator client erase client " + id + "\n");

    const Json second = order(shop);
    CHECK(second.at("tracking_id") != first.at("tracking_id"));
    const Json anew = json_of(shop.run({"client", "export", kPhone}));
    CHECK(anew.at("client_id") != exported.at("client_id"));
    CHECK(anew.at("tables").at("orders").size() == 1);
}

TEST_CASE("T8: a person is erased while the shop is served", "[process]") {
    const CommandLine shop;
    REQUIRE(shop.run({"init", "--demo"}).code == 0);
    end(shop, order(shop));
    Served server(shop);

    const Json erased = json_of(shop.run({"client", "erase", kPhone, "--yes", "--json"}));

    CHECK(erased.at("erased").at("orders") == 1);
    CHECK(found_in_files(shop).empty());
    CHECK(server.end(SIGTERM) == 0);
    CHECK(shop.run({"db", "check"}).code == 0);
}

}  // namespace
}  // namespace shopkeeper::test
