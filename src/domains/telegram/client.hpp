#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/call_context.hpp"
#include "base/phone.hpp"
#include "storage/database.hpp"

/// The customer's record in one shop, keyed by phone, and its link to a Telegram user.
namespace shopkeeper::telegram {

struct Client {
    std::int64_t id;
    std::int64_t shop_id;
    std::string phone;
    bool phone_verified;
    std::string name;
    std::optional<std::string> telegram_user_id;
    std::optional<std::string> telegram_username;
    std::optional<std::string> telegram_first_name;
    UnixMs created_ms;
    UnixMs updated_ms;
};

std::optional<Client> find_by_phone(storage::Connection& connection, std::int64_t shop_id,
                                    std::string_view e164);
std::optional<Client> find_by_telegram(storage::Connection& connection, std::int64_t shop_id,
                                       std::string_view telegram_user_id);

/// What is done to one phone's client and orders is done one after the other, by orders of that
/// phone and by erasing it (O10, T8). Held to the end of the transaction. REQUIRES: taken before
/// the first read that depends on it.
void take_turns(storage::Connection& connection, std::int64_t shop_id, std::string_view e164);

/// The client of this phone, made with `name` when there is none; an existing name is kept. Takes
/// the row's lock: orders of one phone wait for each other from here on. Rule: domain O10, O16.
Client find_or_create(storage::Connection& connection, std::int64_t shop_id,
                      const phone::Phone& phone, std::string_view name, UnixMs now_ms);

/// O16: ties the order's client to the Telegram user named by staff, unless either is tied
/// otherwise.
void link_telegram(storage::Connection& connection, const Client& client,
                   std::string_view telegram_user_id, UnixMs now_ms);

}  // namespace shopkeeper::telegram
