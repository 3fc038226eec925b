#pragma once

#include <optional>

#include "mcp/asker.hpp"
#include "support/whole_shop.hpp"

namespace shopkeeper::test {

/// Runs `ask(const mcp::Asker&)` as the fixture's tools are called by `who`.
template <class Ask>
auto ask_as(ShopFixture& shop, Who who, Ask ask) {
    const bool is_staff = who != Who::guest && who != Who::customer && who != Who::service;
    shop.authority.configured_phone =
        is_staff ? std::optional(ShopFixture::phone_of(who)) : std::nullopt;
    Json meta = Json::object();
    mcp::Asker asker{.meta = &meta, .address = "local"};
    if (who == Who::customer || who == Who::service)
        asker.bearer = "internal-key-of-the-tests-0123456789";
    if (who == Who::customer) {
        Json& asserted = meta["dev.shopkeeper/caller"];
        asserted = {
            {"shop_id", shop.shop_id}, {"channel", "telegram"}, {"user_id", shop.telegram_user}};
        if (shop.customer_phone) asserted["verified_phone"] = *shop.customer_phone;
    }
    auto answer = ask(static_cast<const mcp::Asker&>(asker));
    shop.authority.configured_phone.reset();
    return answer;
}

}  // namespace shopkeeper::test
