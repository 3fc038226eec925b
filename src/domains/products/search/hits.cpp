#include "domains/products/search/hits.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <tuple>
#include <utility>

namespace shopkeeper::products::search {
namespace {

/// A first look sorts so many; each further one doubles it.
constexpr std::size_t kFirstLook = 128;

bool comes_after(const Hit& a, const Hit& b) {
    return comes_before(b, a);
}

}  // namespace

std::vector<std::string_view> reason_words(std::uint16_t reasons) {
    constexpr std::string_view kWords[] = {"name",     "composition", "description", "color",
                                           "occasion", "stem_count",  "tag",         "budget",
                                           "featured", "popular"};
    std::vector<std::string_view> words;
    for (std::size_t bit = 0; bit < std::size(kWords); ++bit) {
        if ((reasons >> bit & 1U) != 0) words.push_back(kWords[bit]);
    }
    return words;
}

bool comes_before(const Hit& a, const Hit& b) {
    if (a.score != b.score) return a.score > b.score;
    return std::tie(a.price_minor, a.position) < std::tie(b.price_minor, b.position);
}

Hits::Hits(std::shared_ptr<const Goods> goods, std::shared_ptr<const Sales> sales,
           std::shared_ptr<const RankedPostings> ranked, std::vector<Hit> sold)
    : goods_(std::move(goods)),
      sales_(std::move(sales)),
      ranked_(std::move(ranked)),
      sold_(std::move(sold)) {
    std::make_heap(sold_.begin(), sold_.end(), comes_after);
}

const Hit& Hits::operator[](std::size_t i) {
    if (i >= sorted_) {
        const std::size_t count = std::min(size(), std::max({kFirstLook, 2 * sorted_, i + 1}));
        if (ranked_)
            merge_until(count);
        else
            sort_until(count);
        sorted_ = count;
    }
    return found_[i];
}

bool Hits::any_for(Reason reason) const {
    return std::any_of(found_.begin(), found_.end(),
                       [&](const Hit& hit) { return (hit.reasons & reason) != 0; });
}

bool Hits::is_before(const Hit& a, const Hit& b) const {
    if (!wanted_count_) return comes_before(a, b);
    const auto distance = [&](const Hit& hit) {
        return hit.stem_count == 0 ? std::numeric_limits<std::int64_t>::max()
                                   : std::abs(hit.stem_count - *wanted_count_);
    };
    const std::int64_t from_a = distance(a);
    const std::int64_t from_b = distance(b);
    return from_a != from_b ? from_a < from_b : comes_before(a, b);
}

void Hits::sort_until(std::size_t count) {
    const auto before = [this](const Hit& a, const Hit& b) { return is_before(a, b); };
    const auto from = found_.begin() + static_cast<std::ptrdiff_t>(sorted_);
    const auto until = found_.begin() + static_cast<std::ptrdiff_t>(count);
    if (until != found_.end()) std::nth_element(from, until, found_.end(), before);
    std::sort(from, until, before);
}

void Hits::merge_until(std::size_t count) {
    while (found_.size() < count) {
        while (next_ranked_ < ranked_->order.size() &&
               sales_->of(ranked_->order[next_ranked_].position) > 0) {
            ++next_ranked_;
        }
        std::optional<Hit> unsold;
        if (next_ranked_ < ranked_->order.size()) {
            const RankedPostings::Place& ranked = ranked_->order[next_ranked_];
            const Entry& entry = goods_->entries()[ranked.position];
            unsold = Hit{.score = ranked.score,
                         .price_minor = entry.price_minor,
                         .position = ranked.position,
                         .reasons = ranked.reasons,
                         .stem_count = entry.stem_count};
        }
        if (!sold_.empty() && (!unsold || comes_before(sold_.front(), *unsold))) {
            std::pop_heap(sold_.begin(), sold_.end(), comes_after);
            found_.push_back(sold_.back());
            sold_.pop_back();
        } else {
            found_.push_back(*unsold);
            ++next_ranked_;
        }
    }
}

}  // namespace shopkeeper::products::search
