#include "demo_catalogue.hpp"

#include "domains/products/sales.hpp"

#include <stdexcept>

#include "tools/register_all.hpp"

namespace shopkeeper::test {
namespace {

struct Item {
    const char* name;
    const char* kind;
    int quantity;
};

constexpr Item kItems[] = {
    {"Роза красная", "flower", 211},
    {"Роза розовая", "flower", 140},
    {"Роза белая", "flower", 120},
    {"Тюльпан микс", "flower", 180},
    {"Гербера микс", "flower", 60},
    {"Хризантема кустовая", "flower", 12},
    {"Альстромерия", "flower", 50},
    {"Лилия белая", "flower", 26},
    {"Пион", "flower", 27},
    {"Орхидея (цветок)", "flower", 18},
    {"Эустома", "flower", 40},
    {"Эвкалипт (ветка)", "greenery", 143},
    {"Упаковка крафт", "packaging", 197},
    {"Лента атласная", "packaging", 80},
    {"Рафаэлло 150 г", "goods", 23},
    {"Ferrero Rocher 200 г", "goods", 12},
    {"Мишка плюшевый 40 см", "goods", 6},
};

/// The products of 10.2 as arguments of create_product; descriptions name the composition (X2).
const char* const kProducts = R"json([
{"name": "Букет «Нежность», 7 роз", "price": 9000, "type": "flowers", "colors": ["pink"],
 "occasions": ["romantic", "birthday", "thank_you"], "tags": ["roses", "tender"],
 "recipe": [{"warehouse_item_id": 2, "quantity": 7}, {"warehouse_item_id": 12, "quantity": 1},
            {"warehouse_item_id": 13, "quantity": 1}, {"warehouse_item_id": 14, "quantity": 1, "is_optional": true}],
 "description": "Семь розовых роз с веткой эвкалипта в крафтовой упаковке."},
{"name": "Букет «Весенний», тюльпаны", "price": 8000, "type": "flowers", "colors": ["mixed"], "is_featured": true,
 "occasions": ["womens_day", "birthday", "celebration"], "tags": ["tulips", "spring"],
 "recipe": [{"warehouse_item_id": 4, "quantity": 15}, {"warehouse_item_id": 13, "quantity": 1},
            {"warehouse_item_id": 14, "quantity": 1, "is_optional": true}],
 "description": "Пятнадцать разноцветных тюльпанов в крафтовой упаковке."},
{"name": "Букет «Радость», герберы", "price": 7000, "type": "flowers", "colors": ["mixed"],
 "occasions": ["birthday", "get_well", "thank_you"], "tags": ["gerberas", "bright"],
 "recipe": [{"warehouse_item_id": 5, "quantity": 9}, {"warehouse_item_id": 13, "quantity": 1}],
 "description": "Девять ярких гербер в крафтовой упаковке."},
{"name": "Букет «Микс эконом»", "price": 6000, "type": "flowers", "colors": ["mixed"],
 "occasions": ["thank_you", "birthday"], "tags": ["budget"],
 "recipe": [{"warehouse_item_id": 6, "quantity": 5}, {"warehouse_item_id": 7, "quantity": 4},
            {"warehouse_item_id": 13, "quantity": 1}],
 "description": "Кустовые хризантемы и альстромерии в крафтовой упаковке."},
{"name": "Букет «15 роз», классика", "price": 15000, "type": "flowers", "colors": ["red"], "is_featured": true,
 "occasions": ["romantic", "birthday", "anniversary", "valentine"], "tags": ["roses", "classic"],
 "recipe": [{"warehouse_item_id": 1, "quantity": 15}, {"warehouse_item_id": 12, "quantity": 2},
            {"warehouse_item_id": 13, "quantity": 1}, {"warehouse_item_id": 14, "quantity": 1, "is_optional": true}],
 "description": "Пятнадцать красных роз с эвкалиптом в крафтовой упаковке."},
{"name": "Букет «Романтика», розы и лилии", "price": 18000, "type": "flowers", "colors": ["red", "white"],
 "is_featured": true, "occasions": ["romantic", "anniversary"], "tags": ["roses", "lilies"],
 "recipe": [{"warehouse_item_id": 1, "quantity": 9}, {"warehouse_item_id": 8, "quantity": 4},
            {"warehouse_item_id": 12, "quantity": 2}, {"warehouse_item_id": 13, "quantity": 1},
            {"warehouse_item_id": 14, "quantity": 1, "is_optional": true}],
 "description": "Девять красных роз и четыре белые лилии с эвкалиптом."},
{"name": "Букет «Ассорти премиум»", "price": 20000, "type": "flowers", "colors": ["red", "pink"],
 "occasions": ["celebration", "birthday"], "tags": ["roses", "premium"],
 "recipe": [{"warehouse_item_id": 1, "quantity": 5}, {"warehouse_item_id": 2, "quantity": 5},
            {"warehouse_item_id": 11, "quantity": 5}, {"warehouse_item_id": 7, "quantity": 4},
            {"warehouse_item_id": 12, "quantity": 3}, {"warehouse_item_id": 13, "quantity": 1}],
 "description": "Красные и розовые розы, эустома и альстромерия с эвкалиптом."},
{"name": "Букет «Пионы»", "price": 22000, "type": "flowers", "colors": ["pink"],
 "occasions": ["birthday", "wedding", "thank_you"], "tags": ["peonies", "premium"],
 "recipe": [{"warehouse_item_id": 9, "quantity": 9}, {"warehouse_item_id": 12, "quantity": 2},
            {"warehouse_item_id": 13, "quantity": 1}],
 "description": "Девять розовых пионов с эвкалиптом."},
{"name": "Букет «25 роз», VIP", "price": 30000, "type": "flowers", "colors": ["red"],
 "occasions": ["romantic", "anniversary", "birthday"], "tags": ["roses", "premium", "vip"],
 "recipe": [{"warehouse_item_id": 1, "quantity": 25}, {"warehouse_item_id": 12, "quantity": 3},
            {"warehouse_item_id": 13, "quantity": 1}, {"warehouse_item_id": 14, "quantity": 1, "is_optional": true}],
 "description": "Двадцать пять красных роз с эвкалиптом."},
{"name": "Букет «51 роза»", "price": 55000, "type": "flowers", "colors": ["red"],
 "occasions": ["romantic", "anniversary", "valentine"], "tags": ["roses", "premium"],
 "recipe": [{"warehouse_item_id": 1, "quantity": 51}, {"warehouse_item_id": 13, "quantity": 2}],
 "description": "Пятьдесят одна красная роза в крафтовой упаковке."},
{"name": "Букет «Белые розы премиум»", "price": 35000, "type": "flowers", "colors": ["white"], "is_featured": true,
 "occasions": ["wedding", "anniversary", "birthday"], "tags": ["roses", "premium"],
 "recipe": [{"warehouse_item_id": 3, "quantity": 25}, {"warehouse_item_id": 12, "quantity": 3},
            {"warehouse_item_id": 13, "quantity": 1}, {"warehouse_item_id": 14, "quantity": 1, "is_optional": true}],
 "description": "Двадцать пять белых роз с эвкалиптом."},
{"name": "Букет «Орхидеи экзотик»", "price": 45000, "type": "flowers", "colors": ["purple", "white"],
 "occasions": ["celebration", "anniversary"], "tags": ["orchids", "exotic", "premium"],
 "recipe": [{"warehouse_item_id": 10, "quantity": 7}, {"warehouse_item_id": 12, "quantity": 2},
            {"warehouse_item_id": 13, "quantity": 1}],
 "description": "Семь орхидей с эвкалиптом."},
{"name": "Коробка конфет Рафаэлло", "price": 3000, "type": "sweets", "occasions": ["birthday", "thank_you"],
 "tags": ["sweets"], "recipe": [{"warehouse_item_id": 15, "quantity": 1}],
 "description": "Коробка конфет Рафаэлло, 150 граммов."},
{"name": "Коробка конфет Ferrero Rocher", "price": 4500, "type": "sweets", "occasions": ["birthday", "new_year"],
 "tags": ["sweets"], "recipe": [{"warehouse_item_id": 16, "quantity": 1}],
 "description": "Коробка конфет Ferrero Rocher, 200 граммов."},
{"name": "Плюшевый мишка средний", "price": 5000, "type": "gifts", "occasions": ["birthday", "romantic", "newborn"],
 "tags": ["toys"], "recipe": [{"warehouse_item_id": 17, "quantity": 1}],
 "description": "Мягкий плюшевый мишка, сорок сантиметров."}
])json";

constexpr std::string_view kInsertClient = R"sql(
INSERT INTO client (id, shop_id, phone, name, created_ms, updated_ms)
VALUES (1, 8, '+77000001001', 'Сауле', 0, 0) ON CONFLICT DO NOTHING)sql";

constexpr std::string_view kInsertOrder = R"sql(
INSERT INTO orders (shop_id, tracking_id, order_number, client_id, customer_name, phone, sender_phone,
    recipient_name, recipient_phone, delivery_type, time_precision, currency, subtotal_minor,
    delivery_cost_minor, total_minor, status, fingerprint, created_ms, updated_ms)
VALUES (8, $1, $2, 1, 'Сауле', '+77000001001', '+77000001001', 'Сауле', '+77000001001', 'pickup',
    'unspecified', 'KZT', 0, 0, 0, $3, '', $4, $4))sql";

constexpr std::string_view kInsertLine = R"sql(
INSERT INTO order_line (shop_id, order_id, product_id, product_name, unit_price_minor, quantity, line_total_minor)
VALUES (8, $1, $2, 'x', 100, $3, 100 * CAST($3 AS BIGINT)))sql";

}  // namespace

DemoCatalogue::DemoCatalogue(UnixMs now_ms)
    : ShopFixture({tools::register_products, tools::register_warehouse}, now_ms) {
    for (const Item& item : kItems) {
        const auto reply =
            call("add_warehouse_stock",
                 {{"item_name", item.name}, {"kind", item.kind}, {"quantity", item.quantity}},
                 Who::director);
        if (!reply.ok()) throw std::runtime_error(reply.error.dump());
    }
    for (const Json& product : Json::parse(kProducts)) add_product(product);
}

std::vector<std::int64_t> DemoCatalogue::ids(const Reply& reply) {
    if (!reply.ok()) throw std::runtime_error(reply.error.dump());
    std::vector<std::int64_t> out;
    for (const Json& item : reply.result.at("items"))
        out.push_back(item.at("id").get<std::int64_t>());
    return out;
}

std::int64_t DemoCatalogue::add_product(Json members) {
    Json arguments = {{"name", "Товар"}, {"type", "flowers"}, {"price", 1000}};
    arguments.update(members);
    const auto reply = call("create_product", arguments, Who::director);
    if (!reply.ok()) throw std::runtime_error(reply.error.dump());
    return reply.result.at("id").get<std::int64_t>();
}

void DemoCatalogue::add_sale(std::int64_t product_id, std::int64_t units, const std::string& status,
                             UnixMs created_ms) {
    add_line(add_order(status, created_ms), product_id, units);
    sum_up_sales();
}

void DemoCatalogue::add_delivered_order(const std::vector<std::int64_t>& product_ids) {
    const std::int64_t order = add_order("delivered", clock.now_ms());
    for (const std::int64_t id : product_ids) add_line(order, id, 1);
    sum_up_sales();
}

void DemoCatalogue::sum_up_sales() {
    database->write(
        [&](storage::Connection& connection) { products::recount_sales(connection, shop_id); });
}

std::int64_t DemoCatalogue::add_order(const std::string& status, UnixMs created_ms) {
    execute(kInsertClient);
    const std::string number = std::to_string(++orders_);
    execute(kInsertOrder,
            {std::string(9 - number.size(), '0') + number, number, status, created_ms});
    return this->number("SELECT MAX(id) FROM orders");
}

void DemoCatalogue::add_line(std::int64_t order_id, std::int64_t product_id, std::int64_t units) {
    execute(kInsertLine, {order_id, product_id, units});
}

}  // namespace shopkeeper::test
