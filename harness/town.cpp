#include "harness/town.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "base/text.hpp"
#include "domains/products/search/index.hpp"
#include "domains/shop/local_time.hpp"
#include "harness/bouquets.hpp"
#include "harness/bulk_insert.hpp"
#include "harness/staffed_shop.hpp"
#include "storage/migrate.hpp"

namespace shopkeeper::harness {
namespace {

constexpr UnixMs kMonday10 = 1795410000000;
constexpr UnixMs kDayMs = 86'400'000;
constexpr UnixMs kMinuteMs = 60'000;
constexpr UnixMs kPastMs = 3 * 365 * kDayMs;
constexpr std::int64_t kItemsOfShop = 20;
constexpr std::int64_t kStockAtFirst = 100'000'000;
constexpr std::int64_t kOrdersAtOnce = 20'000;  ///< in one transaction
constexpr std::int64_t kLargeShare = 5;         ///< the large shop has one in so many

/// Where an order stands. Most are long delivered; the latest of each shop are under way.
struct Fate {
    const char* status;
    const char* reservation;
    bool is_taken;  ///< off the shelf
    int steps;      ///< statuses it went through
};
constexpr std::array<const char*, 5> kSteps = {"new", "accepted", "assembled", "in_delivery",
                                               "delivered"};
constexpr Fate kDelivered = {"delivered", "consumed", true, 5};
constexpr Fate kCancelled = {"cancelled", "released", false, 2};
constexpr std::array<Fate, 4> kUnderWay = {{{"new", "active", false, 1},
                                            {"accepted", "active", false, 2},
                                            {"assembled", "consumed", true, 3},
                                            {"in_delivery", "consumed", true, 4}}};

std::string padded(std::int64_t number, std::size_t width) {
    std::string digits = std::to_string(number);
    if (digits.size() < width) digits.insert(0, width - digits.size(), '0');
    return digits;
}

/// What the tools add to later, with ids of the database's making.
constexpr const char* kLoadedWithIds[] = {"shop", "warehouse_item", "product", "client", "orders"};

/// One shop's rows, with ids that continue those of the shops before it.
class ShopLoader {
public:
    ShopLoader(storage::Database& database, const shop::TimeZone& zone, TownShop& shop,
               std::int64_t items_before, std::int64_t clients_before)
        : database_(database),
          zone_(zone),
          shop_(shop),
          first_item_id_(items_before + 1),
          first_client_id_(clients_before + 1),
          balances_(kItemsOfShop, kStockAtFirst) {}

    void load() {
        database_.write([&](storage::Connection& connection) { load_goods(connection); });
        for (std::int64_t from = 0; from < shop_.orders; from += kOrdersAtOnce) {
            const std::int64_t to = std::min(shop_.orders, from + kOrdersAtOnce);
            database_.write(
                [&](storage::Connection& connection) { load_orders(connection, from, to); });
        }
        database_.write([&](storage::Connection& connection) { close_books(connection); });
    }

    std::int64_t clients() const { return (shop_.orders + kOrdersOfClient - 1) / kOrdersOfClient; }

private:
    void load_goods(storage::Connection& connection) {
        const UnixMs opened_ms = kMonday10 - kPastMs - kDayMs;
        connection.execute(
            "INSERT INTO shop (id, name, phone, address, created_ms, updated_ms) "
            "VALUES ($1, $2, '+77000000800', 'ул. Городская 1', $3, $3)",
            {shop_.id, "Магазин " + std::to_string(shop_.id), opened_ms});
        BulkInsert items(connection, "warehouse_item",
                         "id, shop_id, name, name_folded, quantity, created_ms, updated_ms");
        BulkInsert ledger(connection, "stock_operation",
                          "shop_id, warehouse_item_id, operation_type, quantity_change, "
                          "balance_after, description, actor_kind, created_ms");
        for (std::int64_t i = 0; i < kItemsOfShop; ++i) {
            const std::string name = "item " + std::to_string(i);
            items.add(
                {first_item_id_ + i, shop_.id, name, name, kStockAtFirst, opened_ms, opened_ms});
            ledger.add({shop_.id, first_item_id_ + i, "delivery", kStockAtFirst, kStockAtFirst,
                        "Delivery", "system", opened_ms});
        }
        items.flush();
        ledger.flush();
        load_products(connection, opened_ms);
        load_clients(connection, opened_ms);
        connection.execute("INSERT INTO order_counter (shop_id, value) VALUES ($1, $2)",
                           {shop_.id, shop_.orders});
    }

    void load_products(storage::Connection& connection, UnixMs opened_ms) {
        BulkInsert products(connection, "product",
                            "id, shop_id, name, name_folded, type, description, price_minor, "
                            "is_featured, stem_count, created_ms, updated_ms");
        for (std::int64_t n = 0; n < shop_.products; ++n) {
            const Bouquet bouquet = harness::bouquet(n);
            products.add({shop_.first_product_id + n, shop_.id, bouquet.name,
                          text::fold(bouquet.name), "flowers", bouquet.description,
                          bouquet_price_minor(n), n % 50 == 0, bouquet.stems, opened_ms + n,
                          opened_ms + n});
        }
        products.flush();  // what describes a product refers to its row
        BulkInsert facets(connection, "product_facet", "shop_id, product_id, kind, value");
        BulkInsert images(connection, "product_image",
                          "shop_id, product_id, url, display_order, is_primary");
        BulkInsert recipes(connection, "recipe_line",
                           "shop_id, product_id, warehouse_item_id, quantity");
        for (std::int64_t n = 0; n < shop_.products; ++n) {
            const std::int64_t id = shop_.first_product_id + n;
            const Bouquet bouquet = harness::bouquet(n);
            facets.add({shop_.id, id, "color", bouquet.color});
            for (const char* occasion : bouquet.occasions)
                facets.add({shop_.id, id, "occasion", occasion});
            images.add(
                {shop_.id, id, "https://img.example.com/" + std::to_string(id) + ".jpg", 0, true});
            recipes.add({shop_.id, id, item_of(n), bouquet.stems});
        }
        images.flush();
        facets.flush();
        recipes.flush();
    }

    void load_clients(storage::Connection& connection, UnixMs opened_ms) {
        BulkInsert rows(connection, "client", "id, shop_id, phone, name, created_ms, updated_ms");
        for (std::int64_t n = 0; n < clients(); ++n)
            rows.add({first_client_id_ + n, shop_.id, phone_number(n + 1), client_name(n),
                      opened_ms, opened_ms});
        rows.flush();
    }

    static std::string client_name(std::int64_t n) { return "Клиент " + std::to_string(n); }

    std::int64_t item_of(std::int64_t product) const {
        return first_item_id_ + product % kItemsOfShop;
    }

    // -- orders

    struct Line {
        std::int64_t product;  ///< its number in the shop
        std::int64_t quantity;
    };

    struct Tables {
        explicit Tables(storage::Connection& c)
            : orders(c, "orders",
                     "id, shop_id, tracking_id, order_number, client_id, customer_name, phone, "
                     "sender_phone, recipient_name, recipient_phone, names_folded, delivery_type, "
                     "delivery_address, delivery_day, delivery_at_ms, time_precision, currency, "
                     "subtotal_minor, delivery_cost_minor, total_minor, status, payment_status, "
                     "payment_method, amount_paid_minor, cancel_code, cancel_reason, fingerprint, "
                     "paid_ms, accepted_ms, assembled_ms, in_delivery_ms, delivered_ms, "
                     "cancelled_ms, created_ms, updated_ms"),
              lines(c, "order_line",
                    "shop_id, order_id, product_id, product_name, unit_price_minor, quantity, "
                    "line_total_minor"),
              history(c, "order_history",
                      "shop_id, order_id, at_ms, actor_kind, principal, source, field, old_value, "
                      "new_value"),
              reservations(c, "reservation",
                           "shop_id, order_id, warehouse_item_id, reserved_quantity, state, "
                           "created_ms, updated_ms"),
              ledger(c, "stock_operation",
                     "shop_id, warehouse_item_id, operation_type, quantity_change, balance_after, "
                     "description, order_id, actor_kind, created_ms") {}
        void flush() {
            orders.flush();
            lines.flush();
            history.flush();
            reservations.flush();
            ledger.flush();
        }
        BulkInsert orders;
        BulkInsert lines;
        BulkInsert history;
        BulkInsert reservations;
        BulkInsert ledger;
    };

    void load_orders(storage::Connection& connection, std::int64_t from, std::int64_t to) {
        Tables tables(connection);
        for (std::int64_t n = from; n < to; ++n) add_order(tables, n);
        tables.orders.flush();  // what hangs on an order refers to its row
        for (std::int64_t n = from; n < to; ++n) add_children(tables, n);
        tables.flush();
    }

    Fate fate_of(std::int64_t n) const {
        const std::int64_t under_way = std::max<std::int64_t>(4, shop_.orders / 200);
        if (n >= shop_.orders - under_way)
            return kUnderWay[static_cast<std::size_t>(n) % kUnderWay.size()];
        return n % 33 == 0 ? kCancelled : kDelivered;
    }

    static bool is_paid(const Fate& fate) { return fate.steps >= 3; }

    std::array<Line, 2> lines_of(std::int64_t n, std::size_t& count) const {
        const std::int64_t first = n * 7919 % shop_.products;
        const std::int64_t second = (first + 1) % shop_.products;
        count = n % 3 == 0 && second != first ? 2 : 1;
        return {{{first, 1 + n % 2}, {second, 1}}};
    }

    UnixMs created_ms(std::int64_t n) const {
        return kMonday10 - kPastMs + kPastMs / (shop_.orders + 1) * (n + 1);
    }
    UnixMs step_ms(std::int64_t n, int step) const { return created_ms(n) + step * kMinuteMs; }

    void add_order(Tables& tables, std::int64_t n) {
        const Fate fate = fate_of(n);
        std::size_t count = 0;
        const auto lines = lines_of(n, count);
        std::int64_t subtotal = 0;
        for (std::size_t i = 0; i < count; ++i)
            subtotal += bouquet_price_minor(lines[i].product) * lines[i].quantity;
        const bool cancelled = fate.status == kCancelled.status;
        const bool paid = is_paid(fate);
        const auto reason = cancelled ? std::optional("changed_mind") : std::nullopt;
        const auto reached = [&](int step) {
            return !cancelled && fate.steps > step ? std::optional(step_ms(n, step)) : std::nullopt;
        };
        const std::int64_t client = n / kOrdersOfClient;
        const std::string phone = phone_number(client + 1);
        const std::string name = client_name(client);
        const UnixMs delivery_ms = created_ms(n) / (15 * kMinuteMs) * 15 * kMinuteMs + kDayMs;
        const std::string mark = padded(shop_.first_order + n, 16);
        tables.orders.add({shop_.first_order + n + 1,
                           shop_.id,
                           tracking_id(shop_.first_order + n),
                           "#" + padded(n + 1, 5),
                           first_client_id_ + client,
                           name,
                           phone,
                           phone,
                           name,
                           phone,
                           text::fold(name) + "\n" + text::fold(name),
                           "delivery",
                           "ул. Городская " + std::to_string(client),
                           zone_.today(delivery_ms).text(),
                           delivery_ms,
                           "exact",
                           "KZT",
                           subtotal,
                           0,
                           subtotal,
                           fate.status,
                           paid ? "paid" : "unpaid",
                           "card",
                           paid ? subtotal : 0,
                           reason,
                           reason,
                           mark + mark + mark + mark,
                           paid ? std::optional(step_ms(n, 1)) : std::nullopt,
                           reached(1),
                           reached(2),
                           reached(3),
                           reached(4),
                           cancelled ? std::optional(step_ms(n, 1)) : std::nullopt,
                           created_ms(n),
                           step_ms(n, fate.steps - 1)});
    }

    void add_children(Tables& tables, std::int64_t n) {
        const Fate fate = fate_of(n);
        const std::int64_t id = shop_.first_order + n + 1;
        std::size_t count = 0;
        const auto lines = lines_of(n, count);
        std::map<std::int64_t, std::int64_t> needs;  // by item: two products may share one
        for (std::size_t i = 0; i < count; ++i) {
            const auto [product, quantity] = lines[i];
            tables.lines.add({shop_.id, id, shop_.first_product_id + product,
                              "Букет № " + std::to_string(product), bouquet_price_minor(product),
                              quantity, bouquet_price_minor(product) * quantity});
            needs[item_of(product)] += bouquet_stems(product) * quantity;
        }
        const auto note = [&](UnixMs at_ms, const char* field, std::optional<const char*> before,
                              const char* after) {
            tables.history.add(
                {shop_.id, id, at_ms, "staff", "staff:0", "mcp", field, before, after});
        };
        for (int step = 0; step < fate.steps; ++step) {
            const bool cancels = step == 1 && fate.status == kCancelled.status;
            const auto before = step == 0 ? std::nullopt : std::optional(kSteps[of(step - 1)]);
            note(step_ms(n, step), "status", before, cancels ? "cancelled" : kSteps[of(step)]);
            if (step == 1 && is_paid(fate)) note(step_ms(n, 1), "payment_status", "unpaid", "paid");
        }
        for (const auto& [item, quantity] : needs) {
            tables.reservations.add({shop_.id, id, item, quantity, fate.reservation, created_ms(n),
                                     step_ms(n, fate.steps - 1)});
            if (!fate.is_taken) continue;
            auto& balance = balances_[of(item - first_item_id_)];
            balance -= quantity;
            tables.ledger.add({shop_.id, item, "sale", -quantity, balance,
                               "Sale #" + padded(n + 1, 5), id, "staff", step_ms(n, 2)});
        }
    }

    template <class Number>
    static std::size_t of(Number number) {
        return static_cast<std::size_t>(number);
    }

    void close_books(storage::Connection& connection) {
        for (std::int64_t i = 0; i < kItemsOfShop; ++i) {
            connection.execute(
                "UPDATE warehouse_item SET quantity = $3 WHERE shop_id = $1 AND id = $2",
                {shop_.id, first_item_id_ + i, balances_[of(i)]});
        }
    }

    storage::Database& database_;
    const shop::TimeZone& zone_;
    const TownShop& shop_;
    const std::int64_t first_item_id_;
    const std::int64_t first_client_id_;
    std::vector<std::int64_t> balances_;
};

std::vector<TownShop> divide(const TownSize& size) {
    std::vector<TownShop> shops;
    std::int64_t product_id = 1;
    std::int64_t order = 0;
    for (std::int64_t i = 0; i < size.shops; ++i) {
        // What does not divide evenly is the large shop's.
        const auto share = [&](std::int64_t all) {
            const std::int64_t others = size.shops - 1;
            const std::int64_t each = others == 0 ? 0 : (all - all / kLargeShare) / others;
            return i == 0 ? all - others * each : each;
        };
        const TownShop shop{.id = kFirstShopId + i,
                            .director_id = 0,
                            .director_phone = {},
                            .first_product_id = product_id,
                            .products = std::max<std::int64_t>(1, share(size.products)),
                            .first_order = order,
                            .orders = std::max<std::int64_t>(1, share(size.orders))};
        product_id += shop.products;
        order += shop.orders;
        shops.push_back(shop);
    }
    return shops;
}

/// One in ten, for those who wait.
bool is_told(const TownShop& shop) {
    return (shop.id - kFirstShopId) % 10 == 0;
}

void migrate_for_loading(storage::Database& database, std::vector<storage::Migration> migrations) {
    std::erase_if(migrations, [](const auto& one) { return one.version > kLoadedSchema; });
    storage::migrate(database, migrations, kMonday10 - kPastMs - kDayMs);
}

}  // namespace

std::string tracking_id(std::int64_t order) {
    constexpr std::int64_t kLowest = 100'000'000;
    constexpr std::int64_t kGenerator = 387'420'489;
    constexpr std::int64_t kPrime = 899'999'963;
    return std::to_string(kLowest + order * kGenerator % kPrime);
}

Town build_town(storage::Database& database, const TownSize& size, const Progress& progress) {
    const auto migrations = storage::read_migrations(embedded::migrations());
    migrate_for_loading(database, migrations);
    const auto zone = shop::TimeZone::find("Asia/Almaty").value();
    Town town{divide(size), kMonday10};
    std::int64_t items = 0;
    std::int64_t clients = 0;
    for (TownShop& shop : town.shops) {
        ShopLoader loader(database, zone, shop, items, clients);
        loader.load();
        items += kItemsOfShop;
        clients += loader.clients();
        if (is_told(shop)) progress("loaded shop " + std::to_string(shop.id));
    }
    database.write([](storage::Connection& connection) {
        for (const char* table : kLoadedWithIds) connection.continue_ids(table);
    });
    progress("migrating");
    storage::migrate(database, migrations, kMonday10);
    // What is measured in a town is no confirmation, so none is asked for.
    database.write([](storage::Connection& connection) {
        connection.execute("UPDATE shop SET confirmation = 'off'");
    });
    for (TownShop& shop : town.shops) {
        database.write([&](storage::Connection& connection) {
            shop.director_id = add_person(connection, shop.id, Role::director, shop.id, kMonday10);
            shop.director_phone = staff_phone_number(shop.id);
            products::search::reindex(connection, shop.id);
        });
        if (is_told(shop)) progress("indexed shop " + std::to_string(shop.id));
    }
    // A server that has been up for years has looked at its tables; SQLite never does by itself.
    if (database.engine() == "postgresql")
        database.change_schema([](storage::Connection& c) { c.run_script("ANALYZE"); });
    return town;
}

}  // namespace shopkeeper::harness
