#include "domains/products/search/stock_view.hpp"

#include <algorithm>
#include <iterator>

#include "domains/products/product.hpp"

namespace shopkeeper::products::search {
namespace {

constexpr std::size_t kChunk = 100;  // one of the sizes of storage/id_list.cpp

}  // namespace

StockView::StockView(const Catalogue& catalogue, UnixMs now_ms)
    : catalogue_(catalogue), now_ms_(now_ms), available_(catalogue.entries().size()) {}

bool StockView::is_available(std::size_t entry) {
    if (!available_[entry]) prefetch({&entry, 1});
    return *available_[entry];
}

void StockView::prefetch(std::span<const std::size_t> entries) {
    std::vector<std::int64_t> unknown;
    const auto ask = [&] {
        for (const Limit& limit :
             max_quantities(catalogue_.connection(), catalogue_.shop_id(), unknown, now_ms_)) {
            available_[*catalogue_.find(limit.product_id)] =
                !limit.max_quantity || *limit.max_quantity >= 1;
        }
        unknown.clear();
    };
    for (const std::size_t entry : entries) {
        if (available_[entry]) continue;
        unknown.push_back(catalogue_.entries()[entry].id);
        if (unknown.size() == kChunk) ask();
    }
    if (!unknown.empty()) ask();
}

void put_available_first(std::vector<Hit>& hits, StockView& stock, std::size_t wanted) {
    std::vector<Hit> available;
    std::vector<Hit> unavailable;
    std::size_t at = 0;
    while (at < hits.size() && available.size() < wanted) {
        const std::size_t end = std::min(at + kChunk, hits.size());
        std::vector<std::size_t> chunk;
        for (std::size_t i = at; i < end; ++i) chunk.push_back(hits[i].entry);
        stock.prefetch(chunk);
        for (; at < end; ++at) {
            (stock.is_available(hits[at].entry) ? available : unavailable)
                .push_back(std::move(hits[at]));
        }
    }
    // What was not looked at stays behind: no page that was asked for reaches so far.
    std::vector<Hit> rest(std::make_move_iterator(hits.begin() + static_cast<std::ptrdiff_t>(at)),
                          std::make_move_iterator(hits.end()));
    hits = std::move(available);
    for (auto* more : {&unavailable, &rest}) {
        hits.insert(hits.end(), std::make_move_iterator(more->begin()),
                    std::make_move_iterator(more->end()));
    }
}

}  // namespace shopkeeper::products::search
