#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "domains/products/search/rank.hpp"

namespace shopkeeper::products::search {

/// Which entries of a catalogue can be sold now; asked of the warehouse only for those that matter.
class StockView {
public:
    StockView(const Catalogue& catalogue, UnixMs now_ms);

    bool is_available(std::size_t entry);
    /// Asks for all these at once.
    void prefetch(std::span<const std::size_t> entries);

private:
    const Catalogue& catalogue_;
    const UnixMs now_ms_;
    std::vector<std::optional<bool>> available_;  ///< by entry
};

/// Puts what can be sold before what cannot (F18), looking no further than the first `wanted` need.
void put_available_first(std::vector<Hit>& hits, StockView& stock, std::size_t wanted);

}  // namespace shopkeeper::products::search
