// The two Telegram tools, and what they leave in the client table.
#include "domains/telegram/registration.hpp"

#include <catch2/catch.hpp>

#include "support/shop_fixture.hpp"
#include "tools/register_all.hpp"

using namespace shopkeeper;
using namespace shopkeeper::test;

namespace {

struct Clients : ShopFixture {
    Clients() : ShopFixture({tools::register_telegram}) {}

    Reply join(const std::string& id, const std::string& phone, bool verified = false,
               Who who = Who::service, Json more = Json::object()) {
        more["telegram_user_id"] = id;
        more["phone"] = phone;
        if (!more.contains("customer_name")) more["customer_name"] = "Сауле";
        more["contact_verified"] = verified;
        return call("register_telegram_client", std::move(more), who);
    }

    Reply find(const std::string& id, Who who = Who::service) {
        return call("get_telegram_client", {{"telegram_user_id", id}}, who);
    }

    std::string phone_of_id(const std::string& id) {
        const auto found =
            rows("SELECT phone FROM client WHERE telegram_user_id = $1 AND shop_id = 8", {id});
        return found.empty() ? "" : found.front().get<std::string>(0);
    }

    bool is_verified(const std::string& phone) {
        return number("SELECT phone_verified FROM client WHERE phone = $1", {phone}) == 1;
    }
};

constexpr const char* kPhone = "+77000001001";
constexpr const char* kOtherPhone = "+77000001002";

std::string result(const Reply& reply) {
    return reply.ok() ? reply.result.at("result").get<std::string>() : reply.reason();
}

}  // namespace

TEST_CASE("G1: an unknown Telegram user is a success without a client", "[telegram]") {
    Clients shop;

    const Reply nobody = shop.find("700000001");

    CHECK(nobody.result.at("registered") == false);
    CHECK(nobody.result.at("client").is_null());
}

TEST_CASE("G1, G3: a new client is created and found by its id", "[telegram]") {
    Clients shop;

    const Reply made = shop.join("700000001", "8 700 000 10 01", true, Who::service,
                                 {{"telegram_username", "saule"}});
    const Reply found = shop.find("700000001", Who::florist);

    CHECK(result(made) == "created");
    CHECK(found.result.at("registered") == true);
    const Json& client = found.result.at("client");
    CHECK(client == made.result.at("client"));
    CHECK(client.at("phone") == kPhone);  // K1
    CHECK(client.at("phone_verified") == true);
    CHECK(client.at("customer_name") == "Сауле");
    CHECK(client.at("telegram_username") == "saule");
    CHECK(client.at("telegram_first_name").is_null());
    CHECK(found.result.at("untrusted_fields").size() == 3);  // U1
}

TEST_CASE("G2, A20: who may look at client records", "[telegram]") {
    Clients shop;
    shop.join("700000001", kPhone);
    shop.join(shop.telegram_user, kOtherPhone);

    CHECK(shop.find("700000001", Who::guest).reason() == "service_only");
    CHECK(shop.find("700000001", Who::courier).reason() == "role");
    CHECK(shop.find("700000001", Who::florist).ok());
    CHECK(shop.find("700000001", Who::other_director).result.at("registered") == false);  // T4
    // A6: whatever id a customer's model names, it gets the customer's own record.
    const Reply own = shop.find("700000001", Who::customer);
    CHECK(own.result.at("client").at("telegram_user_id") == shop.telegram_user);
    CHECK(shop.join("700000001", kPhone, false, Who::guest).reason() == "service_only");
    CHECK(shop.join("700000001", kPhone, false, Who::florist).reason() == "role");
    CHECK(shop.join("700000001", kPhone, false, Who::customer).code() == "permission_denied");
}

TEST_CASE("G3, G4: the table of links", "[telegram]") {
    // Before: id 1 has phone A (or nobody has it), id 2 has phone B, phone C has no id.
    struct Row {
        const char* id;
        const char* phone;
        bool verified;
        const char* expected;
        const char* phone_of_id;  // afterwards
    };
    constexpr const char* a = "+77000001001";
    constexpr const char* b = "+77000001002";
    constexpr const char* c = "+77000001003";
    const Row row =
        GENERATE(Row{"1", a, false, "updated", a}, Row{"1", a, true, "updated", a},
                 Row{"1", "+77000001009", false, "phone_linked", a},
                 Row{"1", "+77000001009", true, "relinked", "+77000001009"},
                 Row{"1", b, false, "phone_linked", a}, Row{"1", b, true, "relinked", b},
                 Row{"1", c, false, "phone_linked", a}, Row{"1", c, true, "relinked", c},
                 Row{"3", b, false, "phone_linked", ""}, Row{"3", b, true, "relinked", b},
                 Row{"3", c, false, "linked", c}, Row{"3", c, true, "linked", c},
                 Row{"3", "+77000001009", false, "created", "+77000001009"},
                 Row{"3", "+77000001009", true, "created", "+77000001009"});
    CAPTURE(row.id, row.phone, row.verified);
    Clients shop;
    shop.join("1", a);
    shop.join("2", b);
    shop.execute(
        "INSERT INTO client (shop_id, phone, name, created_ms, updated_ms) "
        "VALUES (8, $1, 'Ержан', 0, 0), (9, '+77000001009', 'Чужой', 0, 0)",
        {c});
    const bool creates = row.phone_of_id == std::string("+77000001009") && *row.id == '3';

    const Reply reply = shop.join(row.id, row.phone, row.verified);

    CHECK(result(reply) == row.expected);
    CHECK(shop.phone_of_id(row.id) == row.phone_of_id);
    // Never merged, never lost; an id is carried by one client at most.
    CHECK(shop.number("SELECT COUNT(*) FROM client WHERE shop_id = 8") == (creates ? 4 : 3));
    CHECK(shop.number("SELECT COUNT(*) FROM client WHERE telegram_user_id = $1", {row.id}) ==
          (*row.phone_of_id == '\0' ? 0 : 1));
    if (reply.ok()) CHECK(reply.result.at("client").at("phone_verified") == row.verified);  // G5
}

TEST_CASE("G4: Telegram's names move along with the link", "[telegram]") {
    Clients shop;
    shop.join("1", kPhone, false, Who::service, {{"telegram_username", "saule"}});
    shop.join("2", kOtherPhone, false, Who::service, {{"telegram_username", "erzhan"}});

    const Reply moved =
        shop.join("1", kOtherPhone, true, Who::service, {{"telegram_first_name", "Сауле"}});

    CHECK(moved.result.at("client").at("telegram_username") == "saule");
    CHECK(moved.result.at("client").at("telegram_first_name") == "Сауле");
    CHECK(shop.number("SELECT COUNT(*) FROM client WHERE phone = $1 AND telegram_username IS NULL",
                      {kPhone}) == 1);
}

TEST_CASE("G3: a stored name is replaced only by staff or with verified contact", "[telegram]") {
    Clients shop;
    shop.join("1", kPhone);
    const auto rename = [&](bool verified, Who who) {
        return shop.join("1", kPhone, verified, who, {{"customer_name", "Айгуль"}})
            .result.at("client")
            .at("customer_name");
    };

    CHECK(rename(false, Who::service) == "Сауле");
    SECTION("verified") {
        CHECK(rename(true, Who::service) == "Айгуль");
    }
    SECTION("staff") {
        CHECK(rename(false, Who::manager) == "Айгуль");
    }
}

TEST_CASE("G5: an old verification is not inherited by another Telegram user", "[telegram]") {
    Clients shop;
    shop.join("1", kPhone, true);
    REQUIRE(shop.is_verified(kPhone));
    // The user moves to another phone; the first phone is free again.
    shop.join("1", kOtherPhone, true);
    REQUIRE(shop.join("2", kPhone, false).ok());

    CHECK_FALSE(shop.is_verified(kPhone));

    SECTION("the same user keeps it") {
        REQUIRE(shop.join("1", kOtherPhone, false).ok());
        CHECK(shop.is_verified(kOtherPhone));
    }
}

TEST_CASE("A19, G5: staff cannot vouch for a contact", "[telegram]") {
    Clients shop;

    const Reply made = shop.join("1", kPhone, true, Who::director);

    CHECK(made.result.at("client").at("phone_verified") == false);
    CHECK(shop.join("2", kPhone, true, Who::director).reason() == "phone_linked");
}

TEST_CASE("K1, G3: what is no phone or no id is refused", "[telegram]") {
    Clients shop;

    CHECK(shop.join("1", "+4912345678").error.at("details").at("field") == "phone");
    CHECK(shop.join("@saule", kPhone).error.at("details").at("field") == "telegram_user_id");
    CHECK(shop.join("123456789012345678901", kPhone).code() == "invalid_argument");
    CHECK(shop.number("SELECT COUNT(*) FROM client") == 0);
}

TEST_CASE("K2, K3: foreign and unusual phones are taken with a warning", "[telegram]") {
    Clients shop;

    const Reply foreign = shop.join("1", "+79000000012");
    CHECK(foreign.result.at("warnings").at(0).at("code") == "foreign_phone");
    CHECK(shop.number("SELECT is_foreign FROM client") == 1);
    CHECK(shop.join("2", "+77900000012").result.at("warnings").at(0).at("code") ==
          "unusual_operator");
}

TEST_CASE("I9, I10, I12: a moved link is audited and announced, the phone masked", "[telegram]") {
    Clients shop;
    shop.join("1", kPhone);
    shop.join("2", kOtherPhone);
    const auto events = shop.number("SELECT COUNT(*) FROM events WHERE type = 'client.changed'");

    REQUIRE(result(shop.join("1", kOtherPhone, true)) == "relinked");

    CHECK(shop.number("SELECT COUNT(*) FROM events WHERE type = 'client.changed'") == events + 2);
    const auto row =
        shop.rows("SELECT before_json, after_json FROM audit_log ORDER BY id DESC LIMIT 1");
    const Json before = Json::parse(row.front().get<std::string>(0));
    const Json after = Json::parse(row.front().get<std::string>(1));
    CHECK(before.at(0).at("telegram_user_id") == "2");
    CHECK(before.at(1).at("telegram_user_id") == "1");
    CHECK(after.at(0).at("telegram_user_id") == "1");
    CHECK(after.at(1).at("telegram_user_id").is_null());
    CHECK(before.at(0).at("phone") == "+7700***1002");
    CHECK(before.dump().find("Сауле") == std::string::npos);

    const auto audits = shop.number("SELECT COUNT(*) FROM audit_log");
    REQUIRE(result(shop.join("1", kOtherPhone, false)) == "updated");  // nothing new
    CHECK(shop.number("SELECT COUNT(*) FROM audit_log") == audits);
}
