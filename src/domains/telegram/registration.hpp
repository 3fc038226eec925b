#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/call_context.hpp"
#include "base/result.hpp"
#include "domains/shop/shop.hpp"
#include "domains/telegram/client.hpp"
#include "storage/database.hpp"

/// How a Telegram user and a phone become one client of a shop. Rule: domain 3.7.
namespace shopkeeper::telegram {

struct GetClient {
    std::string telegram_user_id;
};

struct FoundClient {
    shop::Shop shop;
    std::optional<Client> client;
};

/// The client who carries this Telegram id; its absence is a success.
/// Errors: invalid_argument (telegram_user_id), permission_denied (a customer asking for another).
/// Rule: domain G1, G2.
Result<FoundClient> get_client(storage::Connection& connection, const CallContext& context,
                               const GetClient& command);

struct RegisterClient {
    std::string telegram_user_id;
    std::string phone;
    std::string customer_name;
    std::optional<std::string> telegram_username;    ///< absent: the stored one stays
    std::optional<std::string> telegram_first_name;  ///< absent: the stored one stays
    bool contact_verified = false;  ///< Telegram vouched for the phone; honoured from services
};

enum class Registration { created, linked, updated, relinked };
std::string_view word(Registration registration);

struct RegisteredClient {
    shop::Shop shop;
    Registration result;
    Client client;
    std::vector<Warning> warnings;
};

/// Brings id and phone together. A link that another client holds moves only with verified contact,
/// and two clients are never merged: the Telegram fields move to the phone's client.
/// Errors: invalid_argument (phone, telegram_user_id), conflict (`phone_linked`).
/// Rule: domain G3, G4, G5.
Result<RegisteredClient> register_client(storage::Connection& connection,
                                         const CallContext& context, const RegisterClient& command);

}  // namespace shopkeeper::telegram
