#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domains/products/search/query.hpp"
#include "storage/database.hpp"

/// Matching and scoring in our own arithmetic, so that both databases give the same answer (C12).
/// Rule: domain F11, F12.
namespace shopkeeper::products::search {

/// What deciding needs of one enabled product.
struct Entry {
    std::int64_t id;
    std::int64_t price_minor;
    std::string type;
    std::optional<std::int64_t> stem_count;
    bool is_featured;
};

/// Which facts filter, and how many terms a product must have.
struct Demand {
    std::size_t terms;
    bool stem_count = true;
    bool colors = true;
    bool occasion = true;
};

struct Hit {
    std::size_t entry;  ///< position in Catalogue::entries()
    double score = 0;   ///< rounded to 4 decimals
    std::vector<std::string_view> reasons;
};

/// The enabled products of a shop, read once for a search: entries by id.
class Catalogue {
public:
    Catalogue(storage::Connection& connection, std::int64_t shop_id, UnixMs sold_since_ms);

    const std::vector<Entry>& entries() const { return entries_; }
    std::optional<std::size_t> find(std::int64_t product_id) const;
    /// Units sold since the given time, by position of the entry.
    const std::vector<std::int64_t>& sold();

    storage::Connection& connection() const { return connection_; }
    std::int64_t shop_id() const { return shop_id_; }

private:
    storage::Connection& connection_;
    const std::int64_t shop_id_;
    const UnixMs sold_since_ms_;
    std::vector<Entry> entries_;
    std::optional<std::vector<std::int64_t>> sold_;
};

/// One understood query against the catalogue.
class Matcher {
public:
    Matcher(Catalogue& catalogue, const Understanding& query);

    /// Positions of the entries that meet the demand, within the price bounds (F16) unless told
    /// otherwise.
    std::vector<std::size_t> select(const Demand& demand, bool within_budget = true) const;

    /// Scores a selection and puts it in order: score, price, id. Rule: F12.
    std::vector<Hit> rank(const std::vector<std::size_t>& selected);

private:
    /// What the terms found in one product.
    struct TextMatch {
        std::uint8_t terms = 0;
        std::uint8_t fields = 0;  ///< bits of kFieldBits
        bool names_tag = false;
        double text = 0;
    };

    void read_postings();
    void read_facets();
    bool meets(std::size_t entry, const Demand& demand, bool within_budget) const;
    double price_hint_limit(const std::vector<std::size_t>& selected) const;

    Catalogue& catalogue_;
    const Understanding& query_;
    std::vector<TextMatch> matches_;        ///< by entry
    std::vector<std::uint8_t> color_hits_;  ///< how many of the wanted colours the entry has
    std::vector<bool> occasion_hits_;
    std::vector<bool> recipient_hits_;
};

}  // namespace shopkeeper::products::search
