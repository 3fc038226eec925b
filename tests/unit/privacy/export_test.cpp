#include "domains/privacy/export.hpp"

#include "unit/privacy/privacy_fixture.hpp"

namespace shopkeeper::test {
namespace {

TEST_CASE("T8: the export holds every word that erasing would take away", "[privacy]") {
    PrivacyFixture fixture;
    fixture.live();
    const Json exported = fixture.exported();
    const std::string text = dump_json(exported);

    CHECK(exported.at("shop_id") == 8);
    CHECK(exported.at("client_id") == 1);
    const Json& tables = exported.at("tables");
    CHECK(tables.at("client").at(0).at("telegram_user_id") == kTelegram);
    CHECK(tables.at("orders").size() == 2);
    CHECK(tables.at("orders").at(0).at("total_minor").is_number_integer());
    CHECK(tables.at("order_line").at(0).at("special_requests") == "открытка: Сауле");
    CHECK(tables.at("review").at(0).at("verified_purchase") == true);
    CHECK(tables.at("idempotency_keys").size() == 2);
    CHECK_FALSE(tables.at("audit_log").empty());
    for (const std::string& word : fixture.words()) {
        INFO(word);
        CHECK(text.find(word) != std::string::npos);
    }
    // What is found by looking for the words is what the export names.
    for (const std::string& column : fixture.columns_with(fixture.words())) {
        INFO(column);
        CHECK(tables.contains(column.substr(0, column.find('.'))));
    }
}

TEST_CASE("T8: an export changes nothing and speaks of nobody else", "[privacy]") {
    PrivacyFixture fixture;
    fixture.live();
    fixture.place({{"customer_name", "Данияр"},
                   {"customer_phone", kFriendsPhone},
                   {"recipient_name", "Болат"}});

    const std::string text = dump_json(fixture.exported());

    CHECK(text == dump_json(fixture.exported()));
    for (const char* other : {"Данияр", "Болат", "7000005678"})
        CHECK(text.find(other) == std::string::npos);
}

}  // namespace
}  // namespace shopkeeper::test
