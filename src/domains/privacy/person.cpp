#include "domains/privacy/person.hpp"

#include "base/phone.hpp"
#include "domains/shop/shop_lock.hpp"
#include "domains/telegram/client.hpp"

namespace shopkeeper::privacy {
namespace {

constexpr std::string_view kShop = "SELECT id FROM shop WHERE id = $1";

std::string with(std::string_view before, std::string_view piece, std::string_view after) {
    return std::string(before).append(piece).append(after);
}

}  // namespace

Result<Person> find_person(storage::Connection& connection, std::int64_t shop_id,
                           std::string_view phone) {
    const auto read = phone::normalize(phone, "phone");
    if (!read) return Refusal(read.error());
    shop::take_turns(connection, shop_id);
    telegram::take_turns(connection, shop_id, read->e164);
    if (connection.query(kShop, {shop_id}).empty()) return not_found("shop", shop_id);
    const auto client = telegram::find_by_phone(connection, shop_id, read->e164);
    if (!client) return not_found("client", phone::mask(read->e164));
    return Person{shop_id, client->id, read->e164};
}

std::string own_reviews() {
    return with(" WHERE shop_id = $1 AND (client_id = $2 OR order_id IN ", kOwnOrders, "") +
           with(" OR principal IN ", kOwnPrincipals, ")");
}

std::string own_kept_results() {
    // The scope is <shop>:<principal>:<tool> (I1). A kept result of an order has its tracking id,
    // nine digits that stand for themselves in a pattern, as the phone does.
    constexpr std::string_view kShows = R"sql(
WHERE SUBSTR(scope, 1, LENGTH(CAST(CAST($1 AS BIGINT) AS TEXT)) + 1)
      = CAST(CAST($1 AS BIGINT) AS TEXT) || ':'
  AND (key LIKE '%' || CAST($3 AS TEXT) || '%'
       OR response_json LIKE '%' || CAST($3 AS TEXT) || '%'
       OR EXISTS (
           SELECT o.id
           FROM orders o
           WHERE o.shop_id = $1
             AND o.client_id = $2
             AND response_json LIKE '%' || o.tracking_id || '%')
       OR EXISTS (
           SELECT p.principal
           FROM )sql";
    constexpr std::string_view kCalled = R"sql( p
           WHERE SUBSTR(scope, 1, LENGTH(CAST(CAST($1 AS BIGINT) AS TEXT) || p.principal) + 2)
                 = CAST(CAST($1 AS BIGINT) AS TEXT) || ':' || p.principal || ':')))sql";
    return with(kShows, kOwnPrincipals, kCalled);
}

}  // namespace shopkeeper::privacy
