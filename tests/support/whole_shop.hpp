#pragma once

#include "support/shop_fixture.hpp"
#include "tools/register_all.hpp"

namespace shopkeeper::test {

/// The fixture with all seven domains.
inline ShopFixture whole_shop(UnixMs now_ms = kMonday10, const std::string& path = ":memory:") {
    return ShopFixture({tools::register_auth, tools::register_products, tools::register_orders,
                        tools::register_warehouse, tools::register_shop, tools::register_reviews,
                        tools::register_telegram},
                       now_ms, path);
}

}  // namespace shopkeeper::test
