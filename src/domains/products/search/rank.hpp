#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "domains/products/search/hits.hpp"
#include "domains/products/search/query.hpp"
#include "domains/products/search/shelf.hpp"

/// Matching and scoring in our own arithmetic, so that both databases give the same answer (C12).
/// Rule: domain F11, F12.
namespace shopkeeper::products::search {

/// Which facts filter, and how many terms a product must have.
struct Demand {
    std::size_t terms;
    bool stem_count = true;
    bool colors = true;
    bool occasion = true;
};

/// What the words of a query found in one product.
struct Match {
    std::uint32_t position;     ///< in Goods::entries
    std::uint16_t reasons = 0;  ///< of the text: name, composition, description, tag
    std::uint8_t terms = 0;
    double text = 0;
};

/// One understood query against a shelf. Both must outlive it.
class Matcher {
public:
    Matcher(const Shelf& shelf, const Understanding& query);

    /// The products on sale that meet the demand, by position, within the price bounds (F16) unless
    /// told otherwise. Costs as much as the rarest of the words that cannot be left out.
    std::vector<Match> select(const Demand& demand, bool within_budget) const;

    /// Scores a selection. Rule: F12.
    Hits rank(const std::vector<Match>& selected) const;

    /// Does the query ask for nothing but one word? Then `rank_word` gives its hits as select and
    /// rank would, without looking at them all.
    bool is_one_word() const;
    Hits rank_word() const;

private:
    /// A word whose postings say something of this query.
    struct Word {
        const std::string* stem;
        std::shared_ptr<const Postings> postings;
        bool is_term;
        bool may_name_tag;
        double idf;
    };
    /// What a selection has in common.
    struct Scale {
        double best_text = 0;
        std::int64_t hint_limit = 0;
    };

    std::vector<Match> candidates(const Demand& demand, bool within_budget) const;
    bool meets_facts(const Entry& product, const Demand& demand, bool within_budget) const;
    void read(const Word& word, std::vector<Match>& matches) const;
    static void read(const Word& word, const Posting& posting, Match& match);
    Scale scale_of(const std::vector<Match>& selected) const;
    std::int64_t price_hint_limit(const std::vector<Match>& selected) const;
    Hit hit_of(const Match& match, const Scale& scale, std::int64_t units_sold) const;
    bool has_colors(const Entry& product) const;
    bool fits_occasion(const Entry& product) const;

    const Shelf& shelf_;
    const Understanding& query_;
    std::vector<Word> words_;
    bool has_type_ = true;  ///< the type asked for, if any, is one of the shop's
    std::uint8_t type_ = 0;
    std::uint32_t colors_ = 0;      ///< all of them
    std::uint32_t occasion_ = 0;    ///< this one
    std::uint32_t recipients_ = 0;  ///< any of them
};

}  // namespace shopkeeper::products::search
