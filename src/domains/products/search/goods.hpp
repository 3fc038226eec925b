#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "domains/products/search/spelling.hpp"
#include "storage/database.hpp"

/// A shop's products and their words in memory, as narrow as matching and scoring need them.
namespace shopkeeper::products::search {

/// What deciding needs of one product.
struct Entry {
    std::int64_t id = 0;
    std::int64_t price_minor = 0;
    std::uint32_t colors = 0;      ///< a see color_bit
    std::uint32_t occasions = 0;   ///< see occasion_bit
    std::uint16_t stem_count = 0;  ///< 0: not said
    std::uint8_t type = 0;         ///< see Goods::type
    bool is_featured = false;
    bool on_sale = false;
};

/// Where a word stands; the bits of Posting::fields. Rule: domain F11.
enum Field : std::uint8_t { kInName = 1, kInFacet = 2, kInComposition = 4, kInDescription = 8 };

/// One word in one product.
struct Posting {
    std::uint32_t position;  ///< in Goods::entries
    std::uint32_t weight;    ///< tf of all fields, weighted (F12)
    std::uint8_t fields;
};

/// The postings of products on sale, by position.
using Postings = std::vector<Posting>;

/// The words by which typos are repaired.
using Vocabulary = std::vector<Candidate>;

/// What one word finds, in the order it would have if nothing had been sold.
struct RankedPostings {
    struct Place {
        std::uint32_t position;
        std::uint16_t reasons;
        double score;
    };
    double best_text;  ///< of F12
    std::vector<Place> order;
};

/// All products of a shop at one revision. Positions stay what they are from revision to revision.
/// Immutable but for what it reads on demand, which is the same whoever asks first; thread-safe.
class Goods {
public:
    /// Reads them all.
    static std::shared_ptr<const Goods> load(storage::Connection& connection, std::int64_t shop_id);

    /// These goods after the named products changed; null when they cannot be brought up to date
    /// and must be loaded.
    std::shared_ptr<const Goods> updated(storage::Connection& connection, std::int64_t shop_id,
                                         std::span<const std::int64_t> changed) const;

    /// By id; products off sale too.
    const std::vector<Entry>& entries() const { return entries_; }
    std::optional<std::uint32_t> find(std::int64_t product_id) const;
    std::int64_t on_sale() const { return on_sale_; }
    /// The number that entries of this type carry; nullopt: there are none.
    std::optional<std::uint8_t> type(std::string_view name) const;

    /// The postings of a stem. The connection is one whose transaction sees this revision.
    std::shared_ptr<const Postings> postings(storage::Connection& connection, std::int64_t shop_id,
                                             const std::string& stem) const;

    std::shared_ptr<const Vocabulary> vocabulary(storage::Connection& connection,
                                                 std::int64_t shop_id) const;

    /// What `rank` makes of a stem's postings, made once for these goods.
    template <class Rank>
    std::shared_ptr<const RankedPostings> ranked(const std::string& stem, const Rank& rank) const {
        const std::lock_guard lock(mutex_);
        std::shared_ptr<const RankedPostings>& kept = ranked_[stem];
        if (!kept) kept = std::make_shared<const RankedPostings>(rank());
        return kept;
    }

private:
    using Lists = std::unordered_map<std::string, std::shared_ptr<const Postings>>;

    Goods() = default;
    std::uint8_t number_of_type(std::string_view name);
    Entry entry_of(const storage::Row& row);
    void count_on_sale();
    void keep(const std::string& stem, std::shared_ptr<const Postings> postings) const;

    std::vector<Entry> entries_;
    std::vector<std::string> types_;
    std::int64_t on_sale_ = 0;

    mutable std::mutex mutex_;
    mutable std::shared_ptr<const Vocabulary> vocabulary_;  // guarded by mutex_
    mutable Lists lists_;                                   // guarded by mutex_
    mutable std::size_t kept_ = 0;  // guarded by mutex_: postings in lists_, and room for each list
    mutable std::unordered_map<std::string, std::shared_ptr<const RankedPostings>>
        ranked_;  // guarded by mutex_: of stems in lists_
};

}  // namespace shopkeeper::products::search
