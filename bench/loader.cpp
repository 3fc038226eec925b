#include "bench/loader.hpp"

#include <string>

#include "bench/sqlite.hpp"
#include "domains/orders/order_tally.hpp"

namespace shopkeeper::bench {
namespace {

constexpr std::int64_t kShop = 8;  ///< of the demo, as in the scripts below

/// Loading is not what is measured: nothing here needs to survive a power cut.
void load(const std::filesystem::path& database, const std::string& script) {
    Sqlite sqlite(database);
    sqlite.run("PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; PRAGMA temp_store = MEMORY");
    sqlite.run("BEGIN");
    sqlite.run(script);
    sqlite.run("COMMIT");
    sqlite.run("PRAGMA wal_checkpoint(TRUNCATE)");
}

std::string replace_all(std::string text, const std::string& word, std::int64_t number) {
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word))
        text.replace(at, word.size(), std::to_string(number));
    return text;
}

/// CROSS JOIN keeps the order of the tables: without statistics SQLite would walk the new rows once
/// for each old one. bulk(id, source, word): the new product, the demo product it is a clone of,
/// its own word: five syllables that end in "o", which no stemmer touches.
constexpr char kProducts[] = R"sql(
CREATE TEMP TABLE syllable (n INTEGER PRIMARY KEY, text TEXT);
INSERT INTO syllable VALUES (0, 'ba'), (1, 'ke'), (2, 'di'), (3, 'fu'), (4, 'ga'), (5, 'le'), (6, 'mi'),
    (7, 'nu'), (8, 'pa'), (9, 're');
CREATE TEMP TABLE bulk AS
WITH RECURSIVE counter (id) AS (
    SELECT (SELECT MAX(id) FROM product) + 1 WHERE (SELECT MAX(id) FROM product) < :total
    UNION ALL SELECT id + 1 FROM counter WHERE id < :total)
SELECT id, 1 + id % 15 AS source, a.text || b.text || c.text || d.text || 'zo' AS word
FROM counter
JOIN syllable a ON a.n = id % 10
JOIN syllable b ON b.n = id / 10 % 10
JOIN syllable c ON c.n = id / 100 % 10
JOIN syllable d ON d.n = id / 1000 % 10;

INSERT INTO product (id, shop_id, name, name_folded, type, description, price_minor, enabled, is_featured,
    stem_count, manufacturing_time_minutes, width_cm, height_cm, shelf_life_days, created_ms, updated_ms)
SELECT bulk.id, 8, p.name || ' ' || bulk.word, p.name_folded || ' ' || bulk.word, p.type, p.description,
    p.price_minor + bulk.id % 100 * 10000, TRUE, bulk.id % 50 = 0, p.stem_count,
    p.manufacturing_time_minutes, p.width_cm, p.height_cm, p.shelf_life_days, p.created_ms + bulk.id,
    p.updated_ms + bulk.id
FROM bulk CROSS JOIN product p ON p.id = bulk.source AND p.shop_id = 8;

INSERT INTO product_facet (shop_id, product_id, kind, value)
SELECT 8, bulk.id, f.kind, f.value
FROM bulk CROSS JOIN product_facet f ON f.shop_id = 8 AND f.product_id = bulk.source;

INSERT INTO product_image (shop_id, product_id, url, display_order, is_primary)
SELECT 8, bulk.id, 'https://img.example.com/' || bulk.id || '.jpg', 0, TRUE FROM bulk;

INSERT INTO recipe_line (shop_id, product_id, warehouse_item_id, quantity, is_optional)
SELECT 8, bulk.id, r.warehouse_item_id, r.quantity, r.is_optional
FROM bulk CROSS JOIN recipe_line r ON r.shop_id = 8 AND r.product_id = bulk.source;

INSERT INTO search_posting (shop_id, stem, product_id, field, tf)
SELECT 8, s.stem, bulk.id, s.field, s.tf
FROM bulk CROSS JOIN search_posting s ON s.shop_id = 8 AND s.product_id = bulk.source
UNION ALL
SELECT 8, word, id, 'name', 1 FROM bulk;

INSERT INTO search_word (shop_id, word, stem, df)
SELECT 8, word, word, COUNT(*) FROM bulk GROUP BY word
ON CONFLICT (shop_id, word) DO UPDATE SET df = search_word.df + excluded.df;
UPDATE search_word SET df = (
    SELECT COUNT(DISTINCT product_id) FROM search_posting s
    WHERE s.shop_id = search_word.shop_id AND s.stem = search_word.stem)
WHERE shop_id = 8 AND word NOT LIKE '%zo';

DELETE FROM catalogue_size WHERE shop_id = 8;
INSERT INTO catalogue_size (shop_id, enabled, products)
SELECT shop_id, enabled, COUNT(*) FROM product WHERE shop_id = 8 GROUP BY shop_id, enabled;
INSERT INTO shelf_revision (shop_id, revision, rebuilt) VALUES (8, 1, 1)
ON CONFLICT (shop_id) DO UPDATE SET revision = revision + 1, rebuilt = revision + 1;
)sql";

/// Tracking ids are a number times a generator modulo a prime: nine digits, none twice, in no
/// order.
constexpr char kOrders[] = R"sql(
INSERT OR IGNORE INTO client (shop_id, phone, name, created_ms, updated_ms)
WITH RECURSIVE counter (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM counter WHERE n < :total / 5)
SELECT 8, '+7701' || printf('%07d', n), 'Client ' || n, 1700000000000, 1700000000000 FROM counter;

CREATE TEMP TABLE bulk AS
WITH RECURSIVE counter (id) AS (
    SELECT (SELECT MAX(id) FROM orders) + 1 WHERE (SELECT MAX(id) FROM orders) < :total
    UNION ALL SELECT id + 1 FROM counter WHERE id < :total)
SELECT id, id / 5 AS n, 1 + id % 15 AS product_id,
    1795000000000 - (1000000 - id % 1000000) * 90000 AS at_ms,
    CAST(100000000 + id * 387420489 % 899999963 AS TEXT) AS tracking_id
FROM counter;
UPDATE bulk SET tracking_id = CAST(100000000 + (id + 400000000) * 387420489 % 899999963 AS TEXT)
WHERE tracking_id IN (SELECT tracking_id FROM orders);

INSERT INTO orders (id, shop_id, tracking_id, order_number, client_id, customer_name, phone, sender_phone,
    recipient_name, recipient_phone, names_folded, delivery_type, delivery_address, delivery_day, delivery_at_ms,
    time_precision, currency, subtotal_minor, delivery_cost_minor, total_minor, status, payment_status,
    payment_method, amount_paid_minor, fingerprint, paid_ms, accepted_ms, assembled_ms, in_delivery_ms,
    delivered_ms, created_ms, updated_ms)
SELECT bulk.id, 8, bulk.tracking_id, '#' || printf('%05d', bulk.id),
    client.id, client.name, client.phone, client.phone, client.name, client.phone,
    lower(client.name), 'delivery',
    'Street ' || bulk.n, date((at_ms + 86400000) / 1000, 'unixepoch'), at_ms + 86400000, 'exact', 'KZT',
    p.price_minor, 0, p.price_minor, 'delivered', 'paid', 'card', p.price_minor,
    lower(hex(randomblob(32))), at_ms + 1000, at_ms + 2000, at_ms + 3000, at_ms + 4000, at_ms + 86400000,
    at_ms, at_ms + 86400000
FROM bulk
CROSS JOIN client ON client.shop_id = 8 AND client.phone = '+7701' || printf('%07d', bulk.n)
CROSS JOIN product p ON p.id = bulk.product_id;

INSERT INTO order_line (shop_id, order_id, product_id, product_name, unit_price_minor, quantity,
    line_total_minor)
SELECT 8, bulk.id, p.id, p.name, p.price_minor, 1, p.price_minor
FROM bulk CROSS JOIN product p ON p.id = bulk.product_id;

INSERT INTO order_history (shop_id, order_id, at_ms, actor_kind, principal, source, field, new_value)
SELECT 8, id, at_ms, 'customer', 'guest:local', 'mcp', 'status', 'new' FROM bulk;

INSERT INTO product_sale (shop_id, product_id, span_ms, start_ms, units)
SELECT 8, bulk.product_id, s.span_ms, at_ms - at_ms % s.span_ms, COUNT(*)
FROM bulk
CROSS JOIN (SELECT 900000 AS span_ms UNION ALL SELECT 28800000 UNION ALL SELECT 921600000
            UNION ALL SELECT 29491200000) s
GROUP BY 1, 2, 3, 4
ON CONFLICT (shop_id, product_id, span_ms, start_ms) DO UPDATE SET units = units + excluded.units;
INSERT INTO shelf_revision (shop_id, revision, rebuilt) VALUES (8, 1, 1)
ON CONFLICT (shop_id) DO UPDATE SET revision = revision + 1, rebuilt = revision + 1;

UPDATE order_counter SET value = :total WHERE shop_id = 8 AND value < :total;
)sql";

}  // namespace

void load_products(const std::filesystem::path& database, std::int64_t total) {
    load(database, replace_all(kProducts, ":total", total));
}

void load_orders(const std::filesystem::path& database, std::int64_t total) {
    load(database, replace_all(kOrders, ":total", total));
    const auto shop = storage::open_sqlite({.path = database.string(), .create = false});
    shop->write([](storage::Connection& connection) { orders::recount_orders(connection, kShop); });
}

void fill_shelves(const std::filesystem::path& database) {
    load(database, "UPDATE warehouse_item SET quantity = 1000000000");
}

}  // namespace shopkeeper::bench
