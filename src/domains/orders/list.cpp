#include "domains/orders/list.hpp"

#include "base/phone.hpp"
#include "base/text.hpp"
#include "domains/orders/lookup.hpp"
#include "domains/orders/order_store.hpp"
#include "domains/shop/time_grammar.hpp"

namespace shopkeeper::orders {

namespace {

constexpr std::string_view kFiltered = R"sql(
WHERE shop_id = $1
  AND (CAST($2 AS TEXT) IS NULL OR status = $2)
  AND (CAST($3 AS TEXT) IS NULL OR payment_status = $3)
  AND (CAST($4 AS TEXT) IS NULL OR phone = $4 OR sender_phone = $4 OR recipient_phone = $4)
  AND (CAST($5 AS TEXT) IS NULL
       OR names_folded LIKE $5 ESCAPE '!'
       OR order_number LIKE $6 ESCAPE '!'
       OR tracking_id LIKE $6 ESCAPE '!')
  AND (CAST($7 AS TEXT) IS NULL OR delivery_day >= $7)
  AND (CAST($8 AS TEXT) IS NULL OR delivery_day <= $8)
  AND (CAST($9 AS BIGINT) IS NULL OR created_ms >= $9)
  AND (CAST($10 AS BIGINT) IS NULL OR created_ms < $10)
  AND (CAST($11 AS BIGINT) IS NULL
       OR courier_id = $11
       OR (courier_id IS NULL AND status = 'assembled' AND delivery_type = 'delivery'))
)sql";

constexpr std::string_view kNewestFirst = "ORDER BY created_ms DESC, id DESC LIMIT $12 OFFSET $13";
constexpr std::string_view kSoonestFirst =
    "ORDER BY delivery_at_ms ASC NULLS LAST, id LIMIT $12 OFFSET $13";

/// The parameters of kFiltered, owned: statements borrow text.
struct Filter {
    std::optional<std::string> status;
    std::optional<std::string> payment_status;
    std::optional<std::string> phone;
    std::optional<std::string> names;
    std::optional<std::string> numbers;
    std::optional<std::string> first_day;
    std::optional<std::string> last_day;
    std::optional<UnixMs> from_ms;
    std::optional<UnixMs> until_ms;
    std::optional<std::int64_t> courier_id;

    std::vector<storage::Value> values(std::int64_t shop_id) const {
        return {shop_id,   status,   payment_status, phone,    names,     numbers,
                first_day, last_day, from_ms,        until_ms, courier_id};
    }
};

Result<std::optional<shop::LocalDate>> read_day(const CallContext& context, const shop::Shop& shop,
                                                const std::optional<std::string>& given,
                                                std::string_view field) {
    if (!given) return std::optional<shop::LocalDate>();
    auto facts =
        shop::read_time_text(*given, shop::TimeField::delivery_date, {context.now_ms, shop.zone});
    if (!facts) {
        facts.error().details.field = std::string(field);
        return Refusal(facts.error());
    }
    if (!facts->date || facts->time) {
        return invalid_argument(std::string(field),
                                "Give a day: 2026-11-21, 21.11.2026, today or the like.", *given);
    }
    return std::optional(facts->date->day);
}

Result<void> filter_days(const CallContext& context, const shop::Shop& shop,
                         const ListOrders& command, Filter& filter) {
    const auto from = read_day(context, shop, command.date_from, "date_from");
    if (!from) return Refusal(from.error());
    const auto to = read_day(context, shop, command.date_to, "date_to");
    if (!to) return Refusal(to.error());
    if (*from && *to && **from > **to) {
        return invalid_argument("date_to", "date_to lies before date_from.", *command.date_to);
    }
    if (command.by_created_day) {
        if (*from) filter.from_ms = shop.zone.start_of(**from);
        if (*to) filter.until_ms = shop.zone.start_of(**to + 1);
    } else {
        if (*from) filter.first_day = (*from)->text();
        if (*to) filter.last_day = (*to)->text();
    }
    return {};
}

std::string containing(std::string_view part) {
    return "%" + text::like_literal(part) + "%";
}

Result<Filter> filter_of(const CallContext& context, const shop::Shop& shop,
                         const ListOrders& command) {
    Filter filter;
    if (command.status) filter.status = word(*command.status);
    if (command.payment_status) filter.payment_status = word(*command.payment_status);
    if (command.customer_phone) {
        auto phone = phone::normalize(*command.customer_phone, "customer_phone");
        if (!phone) return Refusal(phone.error());
        filter.phone = std::move(phone->e164);
    }
    if (command.search) {
        filter.names = containing(text::fold(*command.search));
        filter.numbers = containing(*command.search);
    }
    if (auto done = filter_days(context, shop, command, filter); !done) {
        return Refusal(done.error());
    }
    if (context.caller.is_courier()) filter.courier_id = context.caller.user_id;
    return filter;
}

std::int64_t count(storage::Connection& connection, const std::vector<storage::Value>& values) {
    static const std::string sql = "SELECT COUNT(*) FROM orders " + std::string(kFiltered);
    return connection.query(sql, values).front().get<std::int64_t>(0);
}

std::vector<Order> page(storage::Connection& connection, std::vector<storage::Value> values,
                        const ListOrders& command) {
    static const std::string newest =
        select_orders(std::string(kFiltered) + std::string(kNewestFirst));
    static const std::string soonest =
        select_orders(std::string(kFiltered) + std::string(kSoonestFirst));
    values.emplace_back(command.limit);
    values.emplace_back(command.skip);
    std::vector<Order> orders;
    for (const storage::Row row :
         connection.query(command.soonest_delivery_first ? soonest : newest, values)) {
        orders.push_back(read_order(row));
    }
    return orders;
}

}  // namespace

Result<OrderPage> list(storage::Connection& connection, const CallContext& context,
                       const ListOrders& command) {
    auto shop = shop::current(connection, context);
    if (!shop) return Refusal(shop.error());
    const auto filter = filter_of(context, *shop, command);
    if (!filter) return Refusal(filter.error());
    const std::vector<storage::Value> values = filter->values(shop->id);
    return OrderPage{staff_views_of(connection, context, *shop, page(connection, values, command)),
                     count(connection, values), command.skip, command.limit};
}

Result<OrderStaff> get(storage::Connection& connection, const CallContext& context,
                       const GetOrder& command) {
    auto located = locate_for_staff(connection, context, command.order_id, Hold::no);
    if (!located) return Refusal(located.error());
    return staff_view_of(connection, context, located->shop, std::move(located->order));
}

}  // namespace shopkeeper::orders
