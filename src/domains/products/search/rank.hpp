#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

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
    std::int64_t product_id;
    std::int64_t price_minor;
    std::optional<std::int64_t> stem_count;
    double score;  ///< rounded to 4 decimals
    std::uint16_t reasons;
};

/// One understood query against a catalogue. Both must outlive it.
class Matcher {
public:
    Matcher(Shelf& shelf, std::shared_ptr<const Catalogue> catalogue, const Understanding& query);

    const Entry& entry(std::size_t position) const { return catalogue_->entries()[position]; }

    /// Positions of the entries that meet the demand, within the price bounds (F16) unless told
    /// otherwise.
    std::vector<std::size_t> select(const Demand& demand, bool within_budget) const;

    /// Scores a selection and puts it in order: score, price, id. Rule: F12.
    std::vector<Hit> rank(const std::vector<std::size_t>& selected) const;

private:
    /// What the query found in one product.
    struct Match {
        std::uint8_t terms = 0;
        std::uint8_t colors = 0;
        bool occasion = false;
        bool recipient = false;
        std::uint16_t reasons = 0;  ///< of the text: name, composition, description, tag
        double text = 0;
    };

    void read_postings(const std::string& stem);
    void read_facets();
    bool meets(std::size_t position, const Demand& demand, bool within_budget) const;
    std::int64_t price_hint_limit(const std::vector<std::size_t>& selected) const;
    double score(std::size_t position, std::uint16_t& reasons) const;

    Shelf& shelf_;
    const std::shared_ptr<const Catalogue> catalogue_;
    const Understanding& query_;
    std::vector<Match> matches_;  ///< by entry
};

}  // namespace shopkeeper::products::search
