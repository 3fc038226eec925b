#include "domains/products/search/stock_view.hpp"

#include <algorithm>

#include "domains/products/product.hpp"

namespace shopkeeper::products::search {
namespace {

// Sizes of storage/id_list.cpp: a page's worth, and as many as one statement should ask for.
constexpr std::size_t kChunk = 100;
constexpr std::size_t kQuestionMax = 2000;

}  // namespace

StockView::StockView(storage::Connection& connection, std::int64_t shop_id, UnixMs now_ms)
    : connection_(connection), shop_id_(shop_id), now_ms_(now_ms) {}

bool StockView::is_available(std::int64_t product_id) {
    const auto found = available_.find(product_id);
    if (found != available_.end()) return found->second;
    prefetch({&product_id, 1});
    return available_.at(product_id);
}

void StockView::prefetch(std::span<const std::int64_t> product_ids) {
    std::vector<std::int64_t> unknown;
    const auto ask = [&] {
        for (const Limit& limit : max_quantities(connection_, shop_id_, unknown, now_ms_)) {
            available_[limit.product_id] = !limit.max_quantity || *limit.max_quantity >= 1;
        }
        unknown.clear();
    };
    for (const std::int64_t id : product_ids) {
        if (available_.contains(id)) continue;
        unknown.push_back(id);
        if (unknown.size() == kQuestionMax) ask();
    }
    if (!unknown.empty()) ask();
}

void put_available_first(std::vector<Hit>& hits, StockView& stock, std::size_t wanted) {
    std::vector<Hit> unavailable;
    std::size_t available = 0;  // hits[0, available) can be sold
    std::size_t at = 0;
    while (at < hits.size() && available < wanted) {
        const std::size_t end = std::min(at + kChunk, hits.size());
        std::vector<std::int64_t> chunk;
        for (std::size_t i = at; i < end; ++i) chunk.push_back(hits[i].product_id);
        stock.prefetch(chunk);
        for (; at < end; ++at) {
            if (stock.is_available(hits[at].product_id))
                hits[available++] = hits[at];
            else
                unavailable.push_back(hits[at]);
        }
    }
    // What was not looked at stays behind: no page that was asked for reaches so far.
    std::copy(unavailable.begin(), unavailable.end(),
              hits.begin() + static_cast<std::ptrdiff_t>(available));
}

}  // namespace shopkeeper::products::search
