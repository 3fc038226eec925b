#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "storage/database.hpp"

/// What a shop holds on one of its clients: shown whole, or erased. Rule: domain T8.
namespace shopkeeper::privacy {

struct Person {
    std::int64_t shop_id;
    std::int64_t client_id;
    std::string phone;  ///< E.164
};

/// Nobody orders with the phone, reviews or links clients of the shop until the transaction ends.
/// Errors: invalid_argument (phone), not_found (shop, or no client with this phone in it).
Result<Person> find_person(storage::Connection& connection, std::int64_t shop_id,
                           std::string_view phone);

// Pieces of SQL that say where the person's rows are; $1 is the shop, $2 the client.

/// Ids of the client's orders.
inline constexpr std::string_view kOwnOrders =
    "(SELECT id FROM orders WHERE shop_id = $1 AND client_id = $2)";

/// As whom the client acted (A11): the linked Telegram user, and the users who placed the client's
/// orders and no other client's.
inline constexpr std::string_view kOwnPrincipals = R"sql((
    SELECT 'customer:telegram:' || c.telegram_user_id AS principal
    FROM client c
    WHERE c.shop_id = $1 AND c.id = $2 AND c.telegram_user_id IS NOT NULL
    UNION
    SELECT 'customer:' || o.channel || ':' || o.channel_user_id
    FROM orders o
    WHERE o.shop_id = $1
      AND o.client_id = $2
      AND o.channel IS NOT NULL
      AND o.channel_user_id IS NOT NULL
      AND NOT EXISTS (
          SELECT x.id
          FROM orders x
          WHERE x.shop_id = $1
            AND x.channel = o.channel
            AND x.channel_user_id = o.channel_user_id
            AND x.client_id <> $2)
      AND NOT EXISTS (
          SELECT x.id
          FROM client x
          WHERE x.shop_id = $1
            AND o.channel = 'telegram'
            AND x.telegram_user_id = o.channel_user_id
            AND x.id <> $2)))sql";

/// Behind "FROM review": the reviews the client wrote, or wrote of an own order.
std::string own_reviews();

/// Behind "FROM idempotency_keys": kept results of the client's calls, or that show the client; $3
/// is the phone.
std::string own_kept_results();

}  // namespace shopkeeper::privacy
