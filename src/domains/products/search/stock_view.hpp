#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "domains/products/search/rank.hpp"

namespace shopkeeper::products::search {

/// Which products can be sold now; asked of the warehouse only for those that matter, many at a
/// time.
class StockView {
public:
    StockView(storage::Connection& connection, std::int64_t shop_id, UnixMs now_ms);

    bool is_available(std::int64_t product_id);
    /// Asks for all these at once.
    void prefetch(std::span<const std::int64_t> product_ids);

private:
    storage::Connection& connection_;
    const std::int64_t shop_id_;
    const UnixMs now_ms_;
    std::unordered_map<std::int64_t, bool> available_;
};

/// Puts what can be sold before what cannot (F18), looking no further than the first `wanted` need.
void put_available_first(std::vector<Hit>& hits, StockView& stock, std::size_t wanted);

}  // namespace shopkeeper::products::search
