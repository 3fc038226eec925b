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

std::vector<Hit> available_first(Hits& hits, const Shelf& shelf, StockView& stock, std::size_t from,
                                 std::size_t count) {
    const std::size_t end = std::min(from + count, hits.size());
    std::vector<Hit> in_order;
    std::vector<Hit> unavailable;
    for (std::size_t at = 0; at < hits.size() && in_order.size() < end;) {
        const std::size_t chunk_end = std::min(at + kChunk, hits.size());
        std::vector<std::int64_t> chunk;
        for (std::size_t i = at; i < chunk_end; ++i)
            chunk.push_back(shelf.entry(hits[i].position).id);
        stock.prefetch(chunk);
        for (; at < chunk_end; ++at) {
            const bool is_available = stock.is_available(shelf.entry(hits[at].position).id);
            (is_available ? in_order : unavailable).push_back(hits[at]);
        }
    }
    if (in_order.size() < end)
        in_order.insert(in_order.end(), unavailable.begin(), unavailable.end());
    if (from >= end) return {};
    return {in_order.begin() + static_cast<std::ptrdiff_t>(from),
            in_order.begin() + static_cast<std::ptrdiff_t>(end)};
}

}  // namespace shopkeeper::products::search
