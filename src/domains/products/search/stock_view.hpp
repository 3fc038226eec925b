#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "domains/products/search/hits.hpp"

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

/// Hits [from, from + count) once what can be sold stands before what cannot (F18). Looks no
/// further than they need.
std::vector<Hit> available_first(Hits& hits, const Shelf& shelf, StockView& stock, std::size_t from,
                                 std::size_t count);

}  // namespace shopkeeper::products::search
