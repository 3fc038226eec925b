#include "server/demo.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <stdexcept>

#include "domains/auth/password.hpp"
#include "domains/auth/permissions.hpp"
#include "domains/auth/staff.hpp"
#include "domains/orders/cancel.hpp"
#include "domains/orders/create.hpp"
#include "domains/orders/status.hpp"
#include "domains/products/products.hpp"
#include "domains/reviews/review.hpp"
#include "domains/shop/shop.hpp"
#include "domains/telegram/registration.hpp"
#include "domains/warehouse/inventory.hpp"
#include "domains/warehouse/movements.hpp"
#include "server/demo_tables.hpp"

namespace shopkeeper::server {
namespace {

constexpr std::int64_t kShopId = 8;
constexpr int kFirstDay = -90;

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

template <class T>
T expect(Result<T> outcome) {
    if (!outcome) throw std::logic_error("the demo shop breaks a rule: " + outcome.error().message);
    return std::move(*outcome);
}

money::Amount amount(std::int64_t major) {
    return {std::to_string(major)};
}

/// "7x2" of a table: so many of that.
struct Pair {
    std::int64_t first;
    std::int64_t second;
    bool is_optional;
};

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(separator), text.size());
        parts.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

/// REQUIRES: the notation of the tables.
std::vector<Pair> pairs(std::string_view text, char separator) {
    std::vector<Pair> result;
    for (const std::string& part : split(text, separator)) {
        const std::size_t times = part.find('x');
        result.push_back({std::stoll(part.substr(0, times)), std::stoll(part.substr(times + 1)),
                          part.ends_with('?')});
    }
    return result;
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

/// One thing that somebody did at one moment.
struct Moment {
    UnixMs order_ms;  ///< its place among the others; the moment itself unless said otherwise
    UnixMs at_ms;
    const Caller* who;
    std::function<void(const CallContext&)> act;
};

/// The shop's past, first planned as moments and then lived through in their order, so that every
/// row stands where it would stand had the shop really been open.
class Past {
public:
    Past(storage::Connection& connection, Random& random, UnixMs now_ms)
        : connection_(connection),
          random_(random),
          now_ms_(now_ms),
          zone_(shop::TimeZone::find("Asia/Almaty").value()),
          today_(zone_.today(now_ms)) {}

    DemoReport live(std::vector<DemoStaff> people, const std::vector<std::string>& hashes) {
        found(people, hashes);
        plan_goods();
        plan_clients();
        plan_delivered_orders();
        plan_current_orders();
        plan_counting_and_loss();
        plan_reviews();
        std::stable_sort(moments_.begin(), moments_.end(),
                         [](const Moment& a, const Moment& b) { return a.order_ms < b.order_ms; });
        for (const Moment& moment : moments_) run(moment);

        DemoReport report;
        report.loaded = true;
        report.shop_id = kShopId;
        report.staff = std::move(people);
        for (std::size_t number = demo::delivered_orders().size() + 1; number < orders_.size();
             ++number) {
            report.current_orders.push_back(
                {orders_[number].order_number, orders_[number].tracking_id});
        }
        return report;
    }

private:
    using Act = std::function<void(const CallContext&)>;

    UnixMs instant(int day, int hour, int minute = 0) const {
        return zone_.instant(today_ + day, hour * 60 + minute);
    }

    void plan(UnixMs at_ms, const Caller& who, Act act) {
        moments_.push_back({at_ms, at_ms, &who, std::move(act)});
    }

    void run(const Moment& moment) {
        AuditNote audit;
        moment.act({.caller = *moment.who,
                    .shop_id = kShopId,
                    .shop_given = true,
                    .now_ms = moment.at_ms,
                    .source = "mcp",
                    .request_id = "demo",
                    .defaults = defaults_,
                    .random = random_,
                    .audit = audit});
    }

    // -- what no verb makes: the shop itself, its people, its answers

    void found(const std::vector<DemoStaff>& people, const std::vector<std::string>& hashes) {
        const UnixMs opened_ms = instant(kFirstDay, 9);
        connection_.execute(kInsertShop, {kShopId, opened_ms});
        connection_.execute(kInsertPickupLocation, {kShopId, opened_ms});
        int place = 0;
        for (const demo::QuestionRow& row : demo::questions()) {
            connection_.execute(kInsertQuestion, {kShopId, row.question, row.answer, row.category,
                                                  ++place, opened_ms});
        }
        for (std::size_t i = 0; i < people.size(); ++i) {
            const demo::StaffRow& row = demo::staff()[i];
            const std::int64_t id = expect(auth::add_staff(connection_, opened_ms,
                                                           {.shop_id = kShopId,
                                                            .name = people[i].name,
                                                            .phone = people[i].phone,
                                                            .role = row.role,
                                                            .password_hash = hashes[i]}));
            Caller& caller = staff_[i];
            caller.kind = CallerKind::staff;
            caller.principal = "staff:" + std::to_string(id);
            caller.user_id = id;
            caller.role = row.role;
            caller.name = people[i].name;
            caller.permissions = auth::permissions_of(row.role, false);
        }
        bot_.kind = CallerKind::service;
        bot_.principal = "service:demo";
    }

    // -- goods

    void plan_goods() {
        for (const demo::ItemRow& row : demo::items()) {
            plan(instant(kFirstDay, 10), director_, [this, &row](const CallContext& context) {
                warehouse::AddStock command;
                command.item_name = std::string(row.name);
                command.quantity = row.opening;
                command.cost_price = amount(row.cost);
                command.retail_price = amount(row.retail);
                command.kind = row.kind;
                command.unit = row.unit;
                command.min_quantity = row.min_quantity;
                expect(warehouse::add_stock(connection_, context, command));
            });
        }
        for (const demo::ProductRow& row : demo::products()) {
            plan(instant(kFirstDay + 1, 10), director_, [this, &row](const CallContext& context) {
                expect(products::create(connection_, context, {product(row)}));
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
        fields.colors = split(row.colors, ' ');
        fields.occasions = split(row.occasions, ' ');
        fields.tags = split(row.tags, ' ');
        for (const Pair& line : pairs(row.recipe, ' ')) {
            if (!fields.recipe) fields.recipe.emplace();
            fields.recipe->push_back({line.second, line.first, line.is_optional});
        }
        return fields;
    }

    void plan_counting_and_loss() {
        plan(instant(-20, 20), florist_, [this](const CallContext& context) {
            warehouse::CreateInventoryCheck command;
            command.items = {{kRibbon, kRibbonsCounted}};
            const auto check =
                expect(warehouse::create_inventory_check(connection_, context, command));
            check_id_ = check.id;
        });
        plan(instant(-20, 20, 30), manager_, [this](const CallContext& context) {
            warehouse::CreateInventoryCheck command;
            command.check_id = check_id_;
            command.apply = true;
            expect(warehouse::create_inventory_check(connection_, context, command));
        });
        plan(instant(-14, 20), florist_, [this](const CallContext& context) {
            warehouse::RecordOperation command;
            command.warehouse_item_id = kTulip;
            command.type = warehouse::ManualOperation::write_off;
            command.quantity = kTulipsLost;
            command.notes = "Завяли";
            expect(warehouse::record_operation(connection_, context, command));
        });
    }

    // -- people

    static std::string phone_of(int client) { return "+77000001" + padded(client); }

    static std::string padded(int number) {
        std::string digits = std::to_string(number);
        digits.insert(0, 3 - digits.size(), '0');
        return digits;
    }

    /// The two who have shared their contact with the bot; orders bring the others.
    void plan_clients() {
        for (std::size_t i = 0; i < demo::clients().size(); ++i) {
            const demo::ClientRow& row = demo::clients()[i];
            if (row.telegram_user_id.empty()) continue;
            plan(instant(kFirstDay + 2, 12), bot_, [this, &row, i](const CallContext& context) {
                telegram::RegisterClient command;
                command.telegram_user_id = std::string(row.telegram_user_id);
                command.phone = phone_of(static_cast<int>(i) + 1);
                command.customer_name = std::string(row.name);
                command.contact_verified = true;
                expect(telegram::register_client(connection_, context, command));
            });
        }
    }

    // -- orders

    struct Placed {
        std::int64_t id = 0;
        std::string order_number;
        std::string tracking_id;
    };

    /// What an order of this client says; handover `hour` o'clock of `day`.
    orders::CreateOrder order_of(int client, int day, int hour, std::string_view lines) const {
        orders::CreateOrder command;
        command.customer_name = demo::clients()[static_cast<std::size_t>(client) - 1].name;
        command.customer_phone = phone_of(client);
        for (const Pair& line : pairs(lines, '+')) {
            command.items.push_back({line.first, line.second, {}});
        }
        command.delivery_date = (today_ + day).text();
        command.delivery_time = shop::day_minute_text(hour * 60);
        return command;
    }

    static std::string address_of(std::size_t number, int client) {
        return "ул. Примерная " + std::to_string(number) + ", кв. " + std::to_string(client);
    }

    /// The next order of the plan; its number is its place.
    std::size_t plan_order(UnixMs at_ms, UnixMs order_ms, orders::CreateOrder command) {
        const std::size_t number = orders_.size();
        orders_.emplace_back();
        moments_.push_back(
            {order_ms, at_ms, &manager_, [this, number, command](const CallContext& context) {
                 const auto made = expect(orders::create(connection_, context, command));
                 const orders::Order& order = made.view.order;
                 orders_[number] = {order.id, order.order_number, order.tracking_id};
             }});
        return number;
    }

    void plan_step(std::size_t number, UnixMs at_ms, UnixMs order_ms, const Caller& who,
                   orders::UpdateStatus command) {
        moments_.push_back(
            {order_ms, at_ms, &who, [this, number, command](const CallContext& context) mutable {
                 command.order_id = orders_[number].id;
                 expect(orders::update_status(connection_, context, command));
             }});
    }

    void plan_step(std::size_t number, UnixMs at_ms, const Caller& who,
                   orders::UpdateStatus command) {
        plan_step(number, at_ms, at_ms, who, std::move(command));
    }

    static orders::UpdateStatus to(orders::Status status) {
        orders::UpdateStatus command;
        command.status = status;
        return command;
    }

    /// Accepted by the manager, who says which florist makes it.
    static orders::UpdateStatus accept_for_florist() {
        orders::UpdateStatus command = to(orders::Status::accepted);
        command.florist_id = kFloristId;
        return command;
    }

    /// Ordered the day before, paid at once or at the door, made, brought and handed over.
    void plan_delivered_orders() {
        constexpr std::array<std::string_view, 3> kMethods = {"cash", "kaspi", "card"};
        constexpr UnixMs kMinute = 60'000;
        for (const demo::OrderRow& row : demo::delivered_orders()) {
            const bool is_delivery = row.type == 'D';
            const UnixMs ordered_ms = instant(row.day - 1, 11);
            const UnixMs handover_ms = instant(row.day, row.hour);
            orders::CreateOrder command = order_of(row.client, row.day, row.hour, row.lines);
            command.payment_method = kMethods[orders_.size() % kMethods.size()];
            if (is_delivery) {
                command.delivery_address = address_of(orders_.size(), row.client);
            } else {
                command.delivery_type = orders::DeliveryType::pickup;
            }
            const bool is_cash = command.payment_method == "cash";
            const std::size_t number = plan_order(ordered_ms, ordered_ms, std::move(command));
            if (!is_cash) {
                plan_step(number, ordered_ms + 10 * kMinute, florist_, to(orders::Status::paid));
            }
            plan_step(number, ordered_ms + 20 * kMinute, manager_, accept_for_florist());
            plan_step(number, handover_ms - 90 * kMinute, florist_, to(orders::Status::assembled));
            const Caller& hands_over = is_delivery ? courier_ : florist_;
            if (is_delivery) {
                plan_step(number, handover_ms - 45 * kMinute, courier_,
                          to(orders::Status::in_delivery));
            }
            orders::UpdateStatus last = to(orders::Status::delivered);
            if (is_cash) last.payment_status = orders::PaymentStatus::paid;
            plan_step(number, handover_ms, hands_over, last);
        }
    }

    /// Numbers 35 to 39, of today. Rule: domain 10.3.
    void plan_current_orders() {
        orders::CreateOrder lilies = order_of(11, 1, 14, "6x1+13x1");
        lilies.delivery_address = address_of(35, 11);
        plan_order(now_ms_, now_ms_, lilies);

        orders::CreateOrder roses = order_of(1, 1, 11, "5x1");
        roses.delivery_address = address_of(36, 1);
        roses.payment_method = "kaspi";
        const UnixMs promised_ms = promise_for_tomorrow_ms(11);
        const std::size_t paid = plan_order(promised_ms, now_ms_, roses);
        plan_step(paid, promised_ms, now_ms_, florist_, to(orders::Status::paid));
        plan_step(paid, promised_ms, now_ms_, manager_, accept_for_florist());

        orders::CreateOrder pickup = order_of(2, 1, 12, "1x1");
        pickup.delivery_type = orders::DeliveryType::pickup;
        pickup.payment_method = "cash";
        const std::size_t made = plan_order(now_ms_, now_ms_, pickup);
        plan_step(made, now_ms_, florist_, to(orders::Status::paid));
        plan_step(made, now_ms_, manager_, accept_for_florist());
        plan_step(made, now_ms_, florist_, to(orders::Status::assembled));

        orders::CreateOrder surprise = order_of(3, 2, 18, "9x1");
        surprise.ask_delivery_address = true;
        surprise.recipient_phone = "+77000001090";
        const std::size_t accepted = plan_order(now_ms_, now_ms_, surprise);
        plan_step(accepted, now_ms_, manager_, accept_for_florist());

        orders::CreateOrder regretted = order_of(12, 3, 13, "8x1");
        regretted.delivery_address = address_of(39, 12);
        const std::size_t cancelled = plan_order(now_ms_, now_ms_, regretted);
        plan(now_ms_, customer_, [this, cancelled](const CallContext& context) {
            orders::CancelOrder command;
            command.tracking_id = orders_[cancelled].tracking_id;
            command.reason = "changed_mind";
            expect(orders::cancel(connection_, context, command));
        });
    }

    /// When an order for tomorrow at `hour` was taken: now, unless it is so late that the shop
    /// could not promise it any more before a weekend's opening; then this evening.
    UnixMs promise_for_tomorrow_ms(int hour) {
        const shop::Shop shop = shop::find(connection_, kShopId).value();
        const auto earliest_ms =
            shop::earliest_handover(connection_, shop, shop::Basket{}, true, now_ms_);
        return earliest_ms && *earliest_ms <= instant(1, hour) ? now_ms_ : instant(0, 18);
    }

    // -- reviews

    /// Written by customers who have their tracking number, the day after the handover.
    void plan_reviews() {
        for (const demo::ReviewRow& row : demo::reviews()) {
            const int day =
                row.order == 0
                    ? -1
                    : demo::delivered_orders()[static_cast<std::size_t>(row.order) - 1].day + 1;
            plan(instant(day, 12, 30), customer_, [this, &row](const CallContext& context) {
                reviews::CreateReview command;
                command.target = row.product == 0 ? "company" : "product";
                if (row.product != 0) command.product_id = row.product;
                command.rating = row.rating;
                command.text = std::string(row.text);
                command.author_name = std::string(row.author);
                if (row.order != 0) {
                    command.tracking_id = orders_[static_cast<std::size_t>(row.order)].tracking_id;
                }
                const auto made = expect(reviews::create_review(connection_, context, command));
                connection_.execute(kSetVotes, {kShopId, made.id, row.likes, row.dislikes});
            });
        }
    }

    static constexpr std::int64_t kFloristId = 3;  // the third of the staff table
    static constexpr std::int64_t kTulip = 4;
    static constexpr std::int64_t kTulipsLost = 6;
    static constexpr std::int64_t kRibbon = 14;
    static constexpr std::int64_t kRibbonsCounted = 80;  // of 82

    storage::Connection& connection_;
    Random& random_;
    const UnixMs now_ms_;
    const shop::TimeZone zone_;
    const shop::LocalDate today_;
    const ShopDefaults defaults_;
    std::array<Caller, 4> staff_;
    const Caller& director_ = staff_[0];
    const Caller& manager_ = staff_[1];
    const Caller& florist_ = staff_[2];
    const Caller& courier_ = staff_[3];
    const Caller customer_;  // a guest who knows a tracking number
    Caller bot_;
    std::vector<Moment> moments_;
    std::vector<Placed> orders_ = std::vector<Placed>(1);  // by number; there is no number 0
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
        return Past(connection, random, now_ms).live(people, hashes);
    });
}

}  // namespace shopkeeper::server
