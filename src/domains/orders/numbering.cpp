#include "domains/orders/numbering.hpp"

#include "domains/orders/order_store.hpp"
#include "storage/errors.hpp"

namespace shopkeeper::orders {

namespace {

constexpr std::string_view kNextNumber = R"sql(
INSERT INTO order_counter (shop_id, value)
VALUES ($1, 1)
ON CONFLICT (shop_id) DO UPDATE
SET value = order_counter.value + 1
RETURNING value
)sql";

constexpr std::size_t kNumberDigitsMin = 5;
constexpr std::uint64_t kTrackingFirst = 100'000'000;
constexpr std::uint64_t kTrackingCount = 900'000'000;

}  // namespace

std::string order_number(std::int64_t count) {
    const std::string digits = std::to_string(count);
    const std::size_t zeros =
        digits.size() < kNumberDigitsMin ? kNumberDigitsMin - digits.size() : 0;
    return "#" + std::string(zeros, '0') + digits;
}

storage::Later<std::string> next_order_number(storage::Connection& connection,
                                              std::int64_t shop_id) {
    const auto counter = connection.query_later(kNextNumber, {shop_id});
    return storage::Later<std::string>(std::function<std::string()>(
        [counter] { return order_number(counter.get().front().get<std::int64_t>(0)); }));
}

std::string random_tracking_id(Random& random) {
    return std::to_string(kTrackingFirst + random.below(kTrackingCount));
}

void insert_with_tracking_id(storage::Connection& connection, Random& random, Order& order) {
    for (int attempt = 1; attempt <= kTrackingAttemptsMax; ++attempt) {
        order.tracking_id = random_tracking_id(random);
        if (insert(connection, order)) return;
    }
    throw storage::Unavailable("no free tracking id was found");
}

}  // namespace shopkeeper::orders
