#include "server/demo.hpp"

#include <stdexcept>

#include "domains/auth/password.hpp"
#include "domains/auth/permissions.hpp"
#include "domains/auth/staff.hpp"
#include "domains/products/products.hpp"
#include "domains/reviews/review.hpp"
#include "domains/telegram/registration.hpp"
#include "domains/warehouse/inventory.hpp"
#include "domains/warehouse/movements.hpp"
#include "server/demo_diary.hpp"
#include "server/demo_orders.hpp"
#include "server/demo_tables.hpp"

namespace shopkeeper::server {
namespace {

using demo::kFirstDay;
using demo::kShopId;

constexpr std::string_view kCountShops = "SELECT COUNT(*) FROM shop";

/// Rule: domain X3; everything that is not named here is the default of the table.
constexpr std::string_view kInsertShop = R"sql(
INSERT INTO shop (
    id, name, phone, email, address, city, weekday_start, weekday_end, weekend_start, weekend_end,
    delivery_cost_minor, free_delivery_threshold_minor, created_ms, updated_ms)
VALUES ($1, 'Тестовый цветочный магазин', '+77000000800', 'shop@example.com', 'ул. Тестовая 1',
        'Алматы', '09:00', '21:00', '10:00', '20:00', 150000, 1000000, $2, $2)
)sql";

constexpr std::string_view kInsertPickupLocation = R"sql(
INSERT INTO pickup_location (shop_id, address, landmark, created_ms, updated_ms)
VALUES ($1, 'ул. Тестовая 1', 'вход со двора', $2, $2)
)sql";

constexpr std::string_view kInsertQuestion = R"sql(
INSERT INTO kb_documents (
    shop_id, kind, title, body, category, display_order, created_ms, updated_ms)
VALUES ($1, 'faq', $2, $3, $4, $5, $6, $6)
)sql";

/// Readers' votes come from the web pages, not from a tool.
constexpr std::string_view kSetVotes = R"sql(
UPDATE review
SET likes = $3, dislikes = $4
WHERE shop_id = $1 AND id = $2
)sql";

money::Amount amount(std::int64_t major) {
    return {std::to_string(major)};
}

/// Four groups of four signs that nobody takes for one another; some 79 bits.
std::string random_password(Random& random) {
    constexpr std::string_view kSigns = "abcdefghjkmnpqrstuvwxyz23456789";
    std::string password;
    for (int i = 0; i < 16; ++i) {
        if (i > 0 && i % 4 == 0) password += '-';
        password += kSigns[random.below(kSigns.size())];
    }
    return password;
}

/// The shop's past: what no verb makes, and the chapters around the orders.
class Past {
public:
    Past(storage::Connection& connection, UnixMs now_ms)
        : connection_(connection), diary_(now_ms) {}

    DemoReport live(std::vector<DemoStaff> people, const std::vector<std::string>& hashes,
                    Random& random) {
        found(people, hashes);
        plan_goods();
        plan_clients();
        orders_.plan_delivered();
        orders_.plan_current(connection_);
        plan_counting_and_loss();
        plan_reviews();
        diary_.live(connection_, random);

        DemoReport report;
        report.loaded = true;
        report.shop_id = kShopId;
        report.staff = std::move(people);
        for (std::size_t number = demo::delivered_orders().size() + 1; number <= orders_.last();
             ++number) {
            const auto& order = orders_.order(number);
            report.current_orders.push_back({order.order_number, order.tracking_id});
        }
        return report;
    }

private:
    // -- what no verb makes: the shop itself, its people, its answers

    void found(const std::vector<DemoStaff>& people, const std::vector<std::string>& hashes) {
        const UnixMs opened_ms = diary_.instant(kFirstDay, 9);
        connection_.execute(kInsertShop, {kShopId, opened_ms});
        connection_.continue_ids("shop");
        connection_.execute(kInsertPickupLocation, {kShopId, opened_ms});
        int place = 0;
        for (const demo::QuestionRow& row : demo::questions()) {
            connection_.execute(kInsertQuestion, {kShopId, row.question, row.answer, row.category,
                                                  ++place, opened_ms});
        }
        for (std::size_t i = 0; i < people.size(); ++i) {
            const demo::StaffRow& row = demo::staff()[i];
            const std::int64_t id = demo::expect(auth::add_staff(connection_, opened_ms,
                                                                 {.shop_id = kShopId,
                                                                  .name = people[i].name,
                                                                  .phone = people[i].phone,
                                                                  .role = row.role,
                                                                  .password_hash = hashes[i]}));
            Caller& caller = cast_.staff[i];
            caller.kind = CallerKind::staff;
            caller.principal = "staff:" + std::to_string(id);
            caller.user_id = id;
            caller.role = row.role;
            caller.name = people[i].name;
            caller.permissions = auth::permissions_of(row.role, false);
        }
        cast_.bot.kind = CallerKind::service;
        cast_.bot.principal = "service:demo";
    }

    // -- goods

    void plan_goods() {
        for (const demo::ItemRow& row : demo::items()) {
            diary_.plan(diary_.instant(kFirstDay, 10), cast_.director(),
                        [&row](storage::Connection& connection, const CallContext& context) {
                            warehouse::AddStock command;
                            command.item_name = std::string(row.name);
                            command.quantity = row.opening;
                            command.cost_price = amount(row.cost);
                            command.retail_price = amount(row.retail);
                            command.kind = row.kind;
                            command.unit = row.unit;
                            command.min_quantity = row.min_quantity;
                            demo::expect(warehouse::add_stock(connection, context, command));
                        });
        }
        for (const demo::ProductRow& row : demo::products()) {
            diary_.plan(diary_.instant(kFirstDay + 1, 10), cast_.director(),
                        [&row](storage::Connection& connection, const CallContext& context) {
                            demo::expect(products::create(connection, context, {product(row)}));
                        });
        }
    }

    static products::ProductFields product(const demo::ProductRow& row) {
        products::ProductFields fields;
        fields.name = std::string(row.name);
        fields.type = std::string(row.type);
        fields.price = amount(row.price);
        fields.description = std::string(row.description);
        fields.is_featured = row.is_featured;
        if (row.stems > 0) fields.stem_count = row.stems;
        fields.colors = demo::split(row.colors, ' ');
        fields.occasions = demo::split(row.occasions, ' ');
        fields.tags = demo::split(row.tags, ' ');
        for (const demo::Pair& line : demo::pairs(row.recipe, ' ')) {
            if (!fields.recipe) fields.recipe.emplace();
            fields.recipe->push_back({line.second, line.first, line.is_optional});
        }
        return fields;
    }

    void plan_counting_and_loss() {
        diary_.plan(diary_.instant(-20, 20), cast_.florist(),
                    [this](storage::Connection& connection, const CallContext& context) {
                        warehouse::CreateInventoryCheck command;
                        command.items = {{kRibbon, kRibbonsCounted}};
                        const auto check = demo::expect(
                            warehouse::create_inventory_check(connection, context, command));
                        check_id_ = check.id;
                    });
        diary_.plan(
            diary_.instant(-20, 20, 30), cast_.manager(),
            [this](storage::Connection& connection, const CallContext& context) {
                warehouse::CreateInventoryCheck command;
                command.check_id = check_id_;
                command.apply = true;
                demo::expect(warehouse::create_inventory_check(connection, context, command));
            });
        diary_.plan(diary_.instant(-14, 20), cast_.florist(),
                    [](storage::Connection& connection, const CallContext& context) {
                        warehouse::RecordOperation command;
                        command.warehouse_item_id = kTulip;
                        command.type = warehouse::ManualOperation::write_off;
                        command.quantity = kTulipsLost;
                        command.notes = "Завяли";
                        demo::expect(warehouse::record_operation(connection, context, command));
                    });
    }

    /// The two who have shared their contact with the bot; orders bring the others.
    void plan_clients() {
        for (std::size_t i = 0; i < demo::clients().size(); ++i) {
            const demo::ClientRow& row = demo::clients()[i];
            if (row.telegram_user_id.empty()) continue;
            diary_.plan(diary_.instant(kFirstDay + 2, 12), cast_.bot,
                        [&row, i](storage::Connection& connection, const CallContext& context) {
                            telegram::RegisterClient command;
                            command.telegram_user_id = std::string(row.telegram_user_id);
                            command.phone = demo::phone_of(static_cast<int>(i) + 1);
                            command.customer_name = std::string(row.name);
                            command.contact_verified = true;
                            demo::expect(telegram::register_client(connection, context, command));
                        });
        }
    }

    // -- reviews

    /// Written by customers who have their tracking number, the day after the handover.
    void plan_reviews() {
        for (const demo::ReviewRow& row : demo::reviews()) {
            const int day =
                row.order == 0
                    ? -1
                    : demo::delivered_orders()[static_cast<std::size_t>(row.order) - 1].day + 1;
            diary_.plan(
                diary_.instant(day, 12, 30), cast_.customer,
                [this, &row](storage::Connection& connection, const CallContext& context) {
                    reviews::CreateReview command;
                    command.target = row.product == 0 ? "company" : "product";
                    if (row.product != 0) command.product_id = row.product;
                    command.rating = row.rating;
                    command.text = std::string(row.text);
                    command.author_name = std::string(row.author);
                    if (row.order != 0) {
                        command.tracking_id =
                            orders_.order(static_cast<std::size_t>(row.order)).tracking_id;
                    }
                    const auto made =
                        demo::expect(reviews::create_review(connection, context, command));
                    connection.execute(kSetVotes, {kShopId, made.id, row.likes, row.dislikes});
                });
        }
    }

    static constexpr std::int64_t kTulip = 4;
    static constexpr std::int64_t kTulipsLost = 6;
    static constexpr std::int64_t kRibbon = 14;
    static constexpr std::int64_t kRibbonsCounted = 80;  // of 82

    storage::Connection& connection_;
    demo::Diary diary_;
    demo::Cast cast_;
    demo::OrderChapter orders_{diary_, cast_};
    std::int64_t check_id_ = 0;
};

bool has_shop(storage::Connection& connection) {
    return connection.query(kCountShops).front().get<std::int64_t>(0) > 0;
}

}  // namespace

DemoReport load_demo(storage::Database& database, const Clock& clock, Random& random,
                     const DemoOptions& options) {
    if (database.read(has_shop)) return {};
    std::vector<DemoStaff> people;
    std::vector<std::string> hashes;
    for (const demo::StaffRow& row : demo::staff()) {
        const std::string password =
            options.staff_password ? *options.staff_password : random_password(random);
        people.push_back(
            {std::string(row.name), std::string(row.phone), std::string(word(row.role)), password});
        auto hash = auth::hash_password(password, row.phone);
        if (!hash) throw std::invalid_argument(hash.error().message);
        hashes.push_back(std::move(*hash));
    }
    const UnixMs now_ms = clock.now_ms();
    return database.write([&](storage::Connection& connection) -> DemoReport {
        if (has_shop(connection)) return {};
        return Past(connection, now_ms).live(people, hashes, random);
    });
}

}  // namespace shopkeeper::server
