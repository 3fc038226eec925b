#include "domains/telegram/client.hpp"

namespace shopkeeper::telegram {
namespace {

constexpr std::string_view kByPhone = R"sql(
SELECT id, shop_id, phone, phone_verified, name, telegram_user_id, telegram_username,
       telegram_first_name, created_ms, updated_ms
FROM client
WHERE shop_id = $1 AND phone = $2
)sql";

constexpr std::string_view kByTelegram = R"sql(
SELECT id, shop_id, phone, phone_verified, name, telegram_user_id, telegram_username,
       telegram_first_name, created_ms, updated_ms
FROM client
WHERE shop_id = $1 AND telegram_user_id = $2
)sql";

/// The assignment that changes nothing is what takes the lock of a row that exists (O10). Of the
/// name, since no index has to be written for it.
constexpr std::string_view kLock = R"sql(
UPDATE client
SET name = name
WHERE shop_id = $1 AND phone = $2
RETURNING id, shop_id, phone, phone_verified, name, telegram_user_id, telegram_username,
          telegram_first_name, created_ms, updated_ms
)sql";

/// For a phone that is new; should somebody be quicker, that one's row is locked and returned. A
/// known phone is left to kLock: on PostgreSQL an insert that meets its row costs an id.
constexpr std::string_view kCreate = R"sql(
INSERT INTO client (shop_id, phone, name, is_foreign, created_ms, updated_ms)
SELECT CAST($1 AS BIGINT), $2, $3, CAST($4 AS BOOLEAN), CAST($5 AS BIGINT), CAST($5 AS BIGINT)
WHERE NOT EXISTS (SELECT 1 FROM client WHERE shop_id = $1 AND phone = $2)
ON CONFLICT (shop_id, phone) DO UPDATE
SET phone = excluded.phone
RETURNING id, shop_id, phone, phone_verified, name, telegram_user_id, telegram_username,
          telegram_first_name, created_ms, updated_ms
)sql";

/// A phone that was verified for an earlier link is not verified for this one (G5).
constexpr std::string_view kLink = R"sql(
UPDATE client
SET telegram_user_id = $3, phone_verified = FALSE, updated_ms = $4
WHERE shop_id = $1
  AND id = $2
  AND telegram_user_id IS NULL
  AND NOT EXISTS (
      SELECT 1
      FROM client other
      WHERE other.shop_id = $1 AND other.telegram_user_id = $3)
)sql";

Client read_client(const storage::Row& row) {
    return {row.get<std::int64_t>(0),
            row.get<std::int64_t>(1),
            row.get<std::string>(2),
            row.get<bool>(3),
            row.get<std::string>(4),
            row.get<std::optional<std::string>>(5),
            row.get<std::optional<std::string>>(6),
            row.get<std::optional<std::string>>(7),
            row.get<std::int64_t>(8),
            row.get<std::int64_t>(9)};
}

std::optional<Client> first(const storage::Rows& rows) {
    if (rows.empty()) return std::nullopt;
    return read_client(rows.front());
}

}  // namespace

std::optional<Client> find_by_phone(storage::Connection& connection, std::int64_t shop_id,
                                    std::string_view e164) {
    return first(connection.query(kByPhone, {shop_id, e164}));
}

std::optional<Client> find_by_telegram(storage::Connection& connection, std::int64_t shop_id,
                                       std::string_view telegram_user_id) {
    return first(connection.query(kByTelegram, {shop_id, telegram_user_id}));
}

void take_turns(storage::Connection& connection, std::int64_t shop_id, std::string_view e164) {
    connection.lock(
        std::string("client:").append(std::to_string(shop_id)).append(":").append(e164));
}

Client find_or_create(storage::Connection& connection, std::int64_t shop_id,
                      const phone::Phone& phone, std::string_view name, UnixMs now_ms) {
    auto made =
        first(connection.query(kCreate, {shop_id, phone.e164, name, phone.is_foreign, now_ms}));
    if (made) return std::move(*made);
    auto known = first(connection.query(kLock, {shop_id, phone.e164}));
    if (!known) throw storage::Retryable("a client changed the phone between two statements");
    return std::move(*known);
}

void link_telegram(storage::Connection& connection, const Client& client,
                   std::string_view telegram_user_id, UnixMs now_ms) {
    connection.execute_later(kLink, {client.shop_id, client.id, telegram_user_id, now_ms});
}

}  // namespace shopkeeper::telegram
