#pragma once

#include <string>
#include <vector>

#include "support/shop_fixture.hpp"

namespace shopkeeper::test {

/// The 17 warehouse items and 15 products of the demo shop (domain 10.1, 10.2), made by the tools
/// themselves. Stock is what the demo shop can promise: on hand less what is reserved.
class DemoCatalogue : public ShopFixture {
public:
    explicit DemoCatalogue(UnixMs now_ms = kMonday10);

    /// Ids of the items of a list or search, in their order.
    static std::vector<std::int64_t> ids(const Reply& reply);
    /// A product of shop 8 with these members over plain ones; returns its id.
    std::int64_t add_product(Json members);
    /// An order line of `units` in an order of the given status, created at `created_ms`.
    void add_sale(std::int64_t product_id, std::int64_t units, const std::string& status,
                  UnixMs created_ms);
    /// Several products in one delivered order.
    void add_delivered_order(const std::vector<std::int64_t>& product_ids);

private:
    std::int64_t add_order(const std::string& status, UnixMs created_ms);
    void add_line(std::int64_t order_id, std::int64_t product_id, std::int64_t units);
    void sum_up_sales();

    int orders_ = 0;
};

}  // namespace shopkeeper::test
