#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "domains/products/search/shelf.hpp"

/// What was found, put in order only as far as somebody looks. Rule: domain F12.
namespace shopkeeper::products::search {

/// Why a product matched: one bit each, in the order of results. Rule: domain F17.
enum Reason : std::uint16_t {
    kName = 1,
    kComposition = 2,
    kDescription = 4,
    kColor = 8,
    kOccasion = 16,
    kStemCount = 32,
    kTag = 64,
    kBudget = 128,
    kFeatured = 256,
    kPopular = 512,
};
std::vector<std::string_view> reason_words(std::uint16_t reasons);

struct Hit {
    double score;  ///< rounded to 4 decimals
    std::int64_t price_minor;
    std::uint32_t position;  ///< in Goods::entries; ids grow with it
    std::uint16_t reasons;
    std::uint16_t stem_count;  ///< 0: not said
};

/// F12 without the stock: score, then price, then id.
bool comes_before(const Hit& a, const Hit& b);

/// Hits in the order of results. A look at the first few of many costs one pass over them; the
/// rest is never sorted.
class Hits {
public:
    Hits() = default;
    /// In any order.
    explicit Hits(std::vector<Hit> found) : found_(std::move(found)) {}
    /// `sold` (in any order) merged into `ranked`, which is in order and whose entries are skipped
    /// where something was sold: their hit is in `sold`.
    Hits(std::shared_ptr<const Goods> goods, std::shared_ptr<const Sales> sales,
         std::shared_ptr<const RankedPostings> ranked, std::vector<Hit> sold);

    std::size_t size() const { return ranked_ ? ranked_->order.size() : found_.size(); }
    bool empty() const { return size() == 0; }
    /// REQUIRES: i < size().
    const Hit& operator[](std::size_t i);

    /// Is there one for this reason? Of found hits only.
    bool any_for(Reason reason) const;
    /// What is nearest to this stem count comes first from now on, counts not said last (F14). Of
    /// found hits only, before any was looked at.
    void put_nearest_count_first(std::int64_t wanted) { wanted_count_ = wanted; }

private:
    bool is_before(const Hit& a, const Hit& b) const;
    void sort_until(std::size_t count);
    void merge_until(std::size_t count);

    std::vector<Hit> found_;  ///< sorted up to `sorted_`; of ranked ones only what was merged
    std::size_t sorted_ = 0;
    std::optional<std::int64_t> wanted_count_;

    std::shared_ptr<const Goods> goods_;
    std::shared_ptr<const Sales> sales_;
    std::shared_ptr<const RankedPostings> ranked_;
    std::size_t next_ranked_ = 0;
    std::vector<Hit> sold_;  ///< a heap, the first of the order on top
};

}  // namespace shopkeeper::products::search
