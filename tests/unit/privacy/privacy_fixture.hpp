#pragma once

#include <catch2/catch.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "domains/privacy/erase.hpp"
#include "domains/privacy/export.hpp"
#include "support/whole_shop.hpp"

namespace shopkeeper::test {

inline constexpr const char* kPhone = "+77000001234";
inline constexpr const char* kTelegram = "700000777";
inline constexpr const char* kFriendsPhone = "+77000005678";

/// A shop with one bouquet of five roses, of which there are a hundred, and customers to erase.
struct PrivacyFixture {
    ShopFixture shop = whole_shop();

    PrivacyFixture();

    /// Calls and requires success.
    Json done(std::string_view tool, const Json& arguments, Who who = Who::guest);

    /// An order in which every field that can hold something of a person does; `changes` replaces
    /// members.
    Json place(const Json& changes = Json::object(), Who who = Who::guest);

    std::int64_t id_of(const Json& order);
    /// Moves an order to its end.
    void deliver(const Json& order);

    /// The customer kPhone with everything a customer can leave behind: a Telegram link, an order
    /// that was edited, photographed and delivered, one that was cancelled, and a review with an
    /// answer. Their words all contain one of `words()`.
    void live();
    static const std::vector<std::string>& words();

    Result<privacy::Erased> try_erase(const char* phone = kPhone);
    privacy::Erased erase(const char* phone = kPhone);
    Json exported(const char* phone = kPhone);

    /// "orders.notes": each column, outside of the tables named, with a text that contains a word.
    std::vector<std::string> columns_with(const std::vector<std::string>& words,
                                          const std::vector<std::string>& except_tables = {});
};

}  // namespace shopkeeper::test
