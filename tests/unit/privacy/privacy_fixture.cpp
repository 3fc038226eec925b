#include "unit/privacy/privacy_fixture.hpp"

#include <algorithm>

#include "storage/copy/row_stream.hpp"
#include "storage/copy/tables.hpp"

namespace shopkeeper::test {

PrivacyFixture::PrivacyFixture() {
    done("add_warehouse_stock", {{"item_name", "Роза"}, {"quantity", 100}}, Who::director);
    done("create_product",
         {{"name", "Пять роз"},
          {"type", "flowers"},
          {"price", 4000},
          {"recipe", Json::array({{{"warehouse_item_id", 1}, {"quantity", 5}}})}},
         Who::director);
}

Json PrivacyFixture::done(std::string_view tool, const Json& arguments, Who who) {
    const Reply reply = shop.call(tool, arguments, who);
    INFO(tool << reply.error);
    REQUIRE(reply.ok());
    return reply.result;
}

Json PrivacyFixture::place(const Json& changes, Who who) {
    Json arguments = {
        {"customer_name", "Айгерим"},
        {"customer_phone", kPhone},
        {"recipient_name", "Сауле"},
        {"delivery_address", "ул. Примерная 5"},
        {"delivery_date", "завтра"},
        {"delivery_time", "15:00"},
        {"delivery_notes", "домофон Примерная"},
        {"notes", "для Сауле"},
        {"items",
         Json::array(
             {{{"product_id", 1}, {"quantity", 1}, {"special_requests", "открытка: Сауле"}}})}};
    arguments.update(changes);
    return done("create_order", arguments, who);
}

std::int64_t PrivacyFixture::id_of(const Json& order) {
    return shop.number("SELECT id FROM orders WHERE tracking_id = $1",
                       {order.at("tracking_id").get<std::string>()});
}

void PrivacyFixture::deliver(const Json& order) {
    const std::int64_t order_id = id_of(order);
    for (const char* status : {"accepted", "assembled", "in_delivery", "delivered"}) {
        done("update_order_status",
             {{"order_id", order_id}, {"status", status}, {"notes", "звонили Сауле"}},
             Who::director);
        if (std::string_view(status) == "assembled") {
            done("update_order_status",
                 {{"order_id", order_id}, {"photo_url", "https://example.com/photo-of-saule.jpg"}},
                 Who::director);
        }
    }
}

void PrivacyFixture::live() {
    done("register_telegram_client",
         {{"telegram_user_id", kTelegram},
          {"phone", kPhone},
          {"customer_name", "Айгерим"},
          {"telegram_username", "aigerim_t"},
          {"telegram_first_name", "Айгерим"},
          {"idempotency_key", "link-1"},
          {"contact_verified", true}},
         Who::service);
    shop.execute("UPDATE client SET notes = 'любит Айгерим' WHERE shop_id = 8 AND phone = $1",
                 {kPhone});
    shop.telegram_user = kTelegram;
    const Json delivered = place({{"idempotency_key", "o-1"}}, Who::customer);
    done("update_order",
         {{"tracking_id", delivered.at("tracking_id")},
          {"recipient_name", "Сауле Апай"},
          {"recipient_phone", "+77000001235"},
          {"delivery_address", "ул. Примерная 6"},
          {"notes", "Сауле ждёт"}},
         Who::customer);
    deliver(delivered);
    done("create_review",
         {{"target", "company"},
          {"rating", 5},
          {"text", "Сауле рада"},
          {"author_name", "Айгерим"},
          {"photo_urls", Json::array({"https://example.com/photo-of-saule.jpg"})},
          {"tracking_id", delivered.at("tracking_id")}},
         Who::customer);
    done("moderate_review",
         {{"review_id", 1}, {"action", "reply"}, {"reply_text", "Спасибо, Айгерим"}},
         Who::director);
    done("moderate_review", {{"review_id", 1}, {"action", "hide"}, {"reason", "Айгерим просила"}},
         Who::director);
    const Json cancelled = place({{"notes", "ещё раз для Сауле"}}, Who::customer);
    done("cancel_order", {{"tracking_id", cancelled.at("tracking_id")}, {"reason", "Сауле уехала"}},
         Who::customer);
}

const std::vector<std::string>& PrivacyFixture::words() {
    static const std::vector<std::string> all = {"7000001234", "7000001235", "Айгерим",
                                                 "айгерим",    "Сауле",      "сауле",
                                                 "Примерная",  "saule",      "aigerim_t"};
    return all;
}

Result<privacy::Erased> PrivacyFixture::try_erase(const char* phone) {
    return shop.database->write([&](storage::Connection& connection) -> Result<privacy::Erased> {
        const auto person = privacy::find_person(connection, shop.shop_id, phone);
        if (!person) return Refusal(person.error());
        return privacy::erase_person(connection, *person, shop.clock.now_ms());
    });
}

privacy::Erased PrivacyFixture::erase(const char* phone) {
    const auto erased = try_erase(phone);
    INFO((erased ? "" : erased.error().message));
    REQUIRE(erased);
    return *erased;
}

Json PrivacyFixture::exported(const char* phone) {
    return Json::parse(shop.database->read([&](storage::Connection& connection) {
        const auto person = privacy::find_person(connection, shop.shop_id, phone);
        REQUIRE(person);
        return privacy::export_person(connection, *person, shop.clock.now_ms());
    }));
}

std::vector<std::string> PrivacyFixture::columns_with(
    const std::vector<std::string>& words, const std::vector<std::string>& except_tables) {
    std::vector<std::string> columns;
    const auto tables = storage::tables_of(storage::read_migrations(embedded::migrations()));
    for (const storage::Table& table : tables) {
        if (std::find(except_tables.begin(), except_tables.end(), table.name) !=
            except_tables.end())
            continue;
        const auto rows = shop.rows("SELECT " + storage::column_list(table) + " FROM " +
                                    storage::quoted(table.name));
        for (std::size_t column = 0; column < table.columns.size(); ++column) {
            if (table.columns[column].kind != storage::Column::Kind::text) continue;
            bool holds = false;
            for (const storage::Row row : rows) {
                const auto text = row.get<std::optional<std::string>>(column).value_or("");
                for (const std::string& word : words) holds |= text.find(word) != std::string::npos;
            }
            if (holds) columns.push_back(table.name + "." + table.columns[column].name);
        }
    }
    return columns;
}

}  // namespace shopkeeper::test
