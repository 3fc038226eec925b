#include "domains/orders/list.hpp"

#include "base/phone.hpp"
#include "domains/orders/list_query.hpp"
#include "domains/orders/lookup.hpp"
#include "domains/orders/order_store.hpp"
#include "domains/orders/order_tally.hpp"
#include "domains/shop/time_grammar.hpp"

namespace shopkeeper::orders {

namespace {

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
                         const ListOrders& command, OrderFilter& filter) {
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
        filter.first_day = *from;
        filter.last_day = *to;
    }
    return {};
}

Result<OrderFilter> filter_of(const CallContext& context, const shop::Shop& shop,
                              const ListOrders& command) {
    OrderFilter filter;
    filter.shop_id = shop.id;
    filter.status = command.status;
    filter.payment_status = command.payment_status;
    filter.search = command.search;
    if (command.customer_phone) {
        auto phone = phone::normalize(*command.customer_phone, "customer_phone");
        if (!phone) return Refusal(phone.error());
        filter.phone = std::move(phone->e164);
    }
    if (auto done = filter_days(context, shop, command, filter); !done) {
        return Refusal(done.error());
    }
    if (context.caller.is_courier()) filter.courier_id = context.caller.user_id;
    return filter;
}

std::int64_t count_rows(storage::Connection& connection, const OrderFilter& filter) {
    return ListStatement::count(filter).run(connection).front().get<std::int64_t>(0);
}

/// Whole UTC days are looked up; only what hangs over at both ends is counted. Local days begin
/// where the shop's zone says, and the shop may move to another zone.
std::int64_t count_created(storage::Connection& connection, const OrderFilter& filter,
                           Tally tally) {
    tally.span = Span::created;
    std::int64_t total = 0;
    const auto add_rows = [&](UnixMs from_ms, UnixMs until_ms) {
        if (from_ms == until_ms) return;
        OrderFilter part = filter;
        part.from_ms = from_ms;
        part.until_ms = until_ms;
        total += count_rows(connection, part);
    };
    if (filter.from_ms) tally.first = (*filter.from_ms + kMsPerUtcDay - 1) / kMsPerUtcDay;
    if (filter.until_ms) tally.last = *filter.until_ms / kMsPerUtcDay - 1;
    if (tally.first > tally.last) return count_rows(connection, filter);
    if (filter.from_ms) add_rows(*filter.from_ms, tally.first * kMsPerUtcDay);
    if (filter.until_ms) add_rows((tally.last + 1) * kMsPerUtcDay, *filter.until_ms);
    return total + number_of_orders(connection, filter.shop_id, tally);
}

std::int64_t count_for_courier(storage::Connection& connection, const OrderFilter& filter,
                               Tally tally) {
    tally.span = Span::untaken;
    const std::int64_t free_to_take = number_of_orders(connection, filter.shop_id, tally);
    tally.span = Span::courier;
    tally.first = tally.last = *filter.courier_id;
    return free_to_take + number_of_orders(connection, filter.shop_id, tally);
}

/// How many orders match. REQUIRES: is_tallied(filter).
std::int64_t look_up_total(storage::Connection& connection, const OrderFilter& filter) {
    Tally tally;
    tally.status = filter.status;
    tally.payment_status = filter.payment_status;
    if (filter.courier_id) return count_for_courier(connection, filter, tally);
    if (filter.by_created()) return count_created(connection, filter, tally);
    if (filter.by_delivery_day()) {
        tally.span = Span::delivery;
        if (filter.first_day) tally.first = place_of(*filter.first_day);
        if (filter.last_day) tally.last = place_of(*filter.last_day);
    }
    return number_of_orders(connection, filter.shop_id, tally);
}

bool is_tallied(const OrderFilter& filter) {
    const bool by_day = filter.by_delivery_day() || filter.by_created();
    return !filter.phone && !filter.search && !(filter.courier_id && by_day);
}

/// Whether the sequence has an index of its own with these filters, which then is the best path
/// whatever the numbers.
bool has_own_index(const OrderFilter& filter, Sequence sequence) {
    if (filter.by_delivery_day()) return false;
    if (sequence == Sequence::newest) return true;
    return !filter.status && !filter.payment_status && !filter.by_created();
}

Path path_of(storage::Connection& connection, const OrderFilter& filter, Sequence sequence) {
    if (filter.phone || filter.courier_id || has_own_index(filter, sequence)) {
        return Path::by_filter;
    }
    OrderFilter wordless = filter;
    wordless.search.reset();
    const std::int64_t matching = look_up_total(connection, wordless);
    const std::int64_t all = number_of_orders(connection, filter.shop_id, {});
    return matching > all / 2 ? Path::in_sequence : Path::by_filter;
}

/// `found` of the page at `skip` tell the total themselves when they are the last ones.
std::int64_t total_of(storage::Connection& connection, const OrderFilter& filter,
                      const ListOrders& command, std::size_t found) {
    if (is_tallied(filter)) return look_up_total(connection, filter);
    const bool is_last = found < static_cast<std::size_t>(command.limit);
    if (is_last && (found > 0 || command.skip == 0)) {
        return command.skip + static_cast<std::int64_t>(found);
    }
    return ListStatement::count(filter).run(connection).front().get<std::int64_t>(0);
}

std::vector<Order> page_of(storage::Connection& connection, const OrderFilter& filter,
                           const ListOrders& command) {
    const Sequence sequence =
        command.soonest_delivery_first ? Sequence::soonest_delivery : Sequence::newest;
    const auto statement = ListStatement::page(
        filter, sequence, path_of(connection, filter, sequence), command.skip, command.limit);
    std::vector<Order> orders;
    for (const storage::Row row : statement.run(connection)) orders.push_back(read_order(row));
    return orders;
}

}  // namespace

Result<OrderPage> list(storage::Connection& connection, const CallContext& context,
                       const ListOrders& command) {
    auto shop = shop::current(connection, context);
    if (!shop) return Refusal(shop.error());
    const auto filter = filter_of(context, *shop, command);
    if (!filter) return Refusal(filter.error());
    std::vector<Order> orders = page_of(connection, *filter, command);
    const std::int64_t total = total_of(connection, *filter, command, orders.size());
    return OrderPage{staff_views_of(connection, context, *shop, std::move(orders)), total,
                     command.skip, command.limit};
}

Result<OrderStaff> get(storage::Connection& connection, const CallContext& context,
                       const GetOrder& command) {
    auto located = locate_for_staff(connection, context, command.order_id, Hold::no);
    if (!located) return Refusal(located.error());
    return staff_view_of(connection, context, located->shop, std::move(located->order));
}

}  // namespace shopkeeper::orders
