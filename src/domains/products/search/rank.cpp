#include "domains/products/search/rank.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "domains/products/sales.hpp"
#include "domains/products/search/facets.hpp"
#include "domains/products/search/query_words.hpp"

namespace shopkeeper::products::search {
namespace {

constexpr std::string_view kEntries = R"sql(
    SELECT id, price_minor, type, stem_count, is_featured
    FROM product
    WHERE shop_id = $1 AND enabled = TRUE
    ORDER BY id)sql";

constexpr std::string_view kPostings = R"sql(
    SELECT product_id, field, tf
    FROM search_posting
    WHERE shop_id = $1 AND stem = $2
    ORDER BY product_id)sql";

constexpr std::string_view kWithFacet = R"sql(
    SELECT product_id
    FROM product_facet
    WHERE shop_id = $1 AND kind = $2 AND value = $3)sql";

struct Field {
    std::string_view name;
    int weight;  ///< F12
    std::uint8_t bit;
};
constexpr Field kFields[] = {
    {"name", 8, 1}, {"facet", 4, 2}, {"composition", 3, 4}, {"description", 1, 8}};

const Field& field_of(std::string_view name) {
    return *std::find_if(std::begin(kFields), std::end(kFields),
                         [&](const Field& field) { return field.name == name; });
}

double rounded(double score) {
    return std::round(score * 10'000) / 10'000;
}

}  // namespace

// -- Catalogue ------------------------------------------------------------------------------------

Catalogue::Catalogue(storage::Connection& connection, std::int64_t shop_id, UnixMs sold_since_ms)
    : connection_(connection), shop_id_(shop_id), sold_since_ms_(sold_since_ms) {
    const storage::Rows rows = connection.query(kEntries, {shop_id});
    entries_.reserve(rows.size());
    for (const storage::Row row : rows) {
        entries_.push_back({.id = row.get<std::int64_t>(0),
                            .price_minor = row.get<std::int64_t>(1),
                            .type = row.get<std::string>(2),
                            .stem_count = row.get<std::optional<std::int64_t>>(3),
                            .is_featured = row.get<bool>(4)});
    }
}

std::optional<std::size_t> Catalogue::find(std::int64_t product_id) const {
    const auto found =
        std::lower_bound(entries_.begin(), entries_.end(), product_id,
                         [](const Entry& entry, std::int64_t id) { return entry.id < id; });
    if (found == entries_.end() || found->id != product_id) return std::nullopt;
    return static_cast<std::size_t>(found - entries_.begin());
}

const std::vector<std::int64_t>& Catalogue::sold() {
    if (!sold_) {
        sold_.emplace(entries_.size(), 0);
        for (const UnitsSold& sale : units_sold(connection_, shop_id_, sold_since_ms_)) {
            if (const auto entry = find(sale.product_id)) (*sold_)[*entry] = sale.units;
        }
    }
    return *sold_;
}

// -- Matcher --------------------------------------------------------------------------------------

Matcher::Matcher(Catalogue& catalogue, const Understanding& query)
    : catalogue_(catalogue),
      query_(query),
      matches_(catalogue.entries().size()),
      color_hits_(catalogue.entries().size(), 0),
      occasion_hits_(catalogue.entries().size(), false),
      recipient_hits_(catalogue.entries().size(), false) {
    read_postings();
    read_facets();
}

void Matcher::read_postings() {
    const auto entry_count = static_cast<double>(catalogue_.entries().size());
    const auto is_term = [&](const std::string& stem) {
        return std::any_of(query_.terms.begin(), query_.terms.end(),
                           [&](const Term& term) { return term.stem == stem; });
    };
    std::vector<std::string> stems = query_.named;
    for (const Term& term : query_.terms) {
        if (std::find(stems.begin(), stems.end(), term.stem) == stems.end())
            stems.push_back(term.stem);
    }
    for (const std::string& stem : stems) {
        const bool counts = is_term(stem);
        // Words of colours and occasions stand among the facets too; they are no tags.
        const bool may_name_tag =
            !color_phrases().knows_stem(stem) && !occasion_phrases().knows_stem(stem);
        std::map<std::size_t, std::int64_t> weights;  // entry -> weighted tf
        for (const storage::Row row :
             catalogue_.connection().query(kPostings, {catalogue_.shop_id(), stem})) {
            const auto entry = catalogue_.find(row.get<std::int64_t>(0));
            if (!entry) continue;  // off sale
            const Field& field = field_of(row.get<std::string_view>(1));
            TextMatch& match = matches_[*entry];
            if (field.name == "facet" && may_name_tag) match.names_tag = true;
            if (!counts) continue;
            match.fields = static_cast<std::uint8_t>(match.fields | field.bit);
            weights[*entry] += field.weight * row.get<std::int64_t>(2);
        }
        const auto df = static_cast<double>(weights.size());
        const double idf = std::log(1 + (entry_count - df + 0.5) / (df + 0.5));
        for (const auto& [entry, weight] : weights) {
            const auto tf = static_cast<double>(weight);
            ++matches_[entry].terms;
            matches_[entry].text += idf * tf / (tf + 1.2);
        }
    }
}

void Matcher::read_facets() {
    const auto for_each_with = [&](std::string_view kind, std::string_view value,
                                   const auto& visit) {
        for (const storage::Row row :
             catalogue_.connection().query(kWithFacet, {catalogue_.shop_id(), kind, value})) {
            if (const auto entry = catalogue_.find(row.get<std::int64_t>(0))) visit(*entry);
        }
    };
    for (const std::string& color : query_.facts.colors) {
        for_each_with("color", color, [&](std::size_t entry) { ++color_hits_[entry]; });
    }
    if (query_.facts.occasion) {
        for_each_with("occasion", *query_.facts.occasion,
                      [&](std::size_t entry) { occasion_hits_[entry] = true; });
    }
    if (query_.recipient) {
        for (const std::string_view occasion : occasions_of_recipient(*query_.recipient)) {
            for_each_with("occasion", occasion,
                          [&](std::size_t entry) { recipient_hits_[entry] = true; });
        }
    }
}

bool Matcher::meets(std::size_t index, const Demand& demand, bool within_budget) const {
    const Entry& entry = catalogue_.entries()[index];
    const Facts& facts = query_.facts;
    if (within_budget && !facts.price.holds(entry.price_minor)) return false;
    if (facts.product_type && entry.type != *facts.product_type) return false;
    if (demand.stem_count && facts.stem_count && entry.stem_count != facts.stem_count) return false;
    if (demand.colors && color_hits_[index] < facts.colors.size()) return false;
    if (demand.occasion && facts.occasion && !occasion_hits_[index]) return false;
    return matches_[index].terms >= demand.terms;
}

std::vector<std::size_t> Matcher::select(const Demand& demand, bool within_budget) const {
    std::vector<std::size_t> selected;
    for (std::size_t i = 0; i < matches_.size(); ++i) {
        if (meets(i, demand, within_budget)) selected.push_back(i);
    }
    return selected;
}

/// The price at the border of the cheapest, or dearest, third of the selection.
double Matcher::price_hint_limit(const std::vector<std::size_t>& selected) const {
    std::vector<std::int64_t> prices;
    for (const std::size_t entry : selected)
        prices.push_back(catalogue_.entries()[entry].price_minor);
    const std::size_t third = (prices.size() - 1) / 3;
    const std::size_t at =
        query_.price_hint == PriceHint::cheap ? third : prices.size() - 1 - third;
    std::nth_element(prices.begin(), prices.begin() + static_cast<std::ptrdiff_t>(at),
                     prices.end());
    return static_cast<double>(prices[at]);
}

std::vector<Hit> Matcher::rank(const std::vector<std::size_t>& selected) {
    if (selected.empty()) return {};
    const Facts& facts = query_.facts;
    const auto& sold = catalogue_.sold();
    const std::int64_t best_sold = *std::max_element(sold.begin(), sold.end());
    const double hint_limit = query_.price_hint == PriceHint::none ? 0 : price_hint_limit(selected);
    double best_text = 0;
    for (const std::size_t entry : selected) best_text = std::max(best_text, matches_[entry].text);

    std::vector<Hit> hits;
    hits.reserve(selected.size());
    for (const std::size_t index : selected) {
        const Entry& entry = catalogue_.entries()[index];
        const TextMatch& match = matches_[index];
        Hit hit{.entry = index, .score = 0, .reasons = {}};
        double score = best_text > 0 ? 100 * match.text / best_text : 0;
        for (const Field& field : kFields) {
            if (field.name != "facet" && (match.fields & field.bit) != 0)
                hit.reasons.push_back(field.name);
        }
        const auto reward = [&](bool deserved, double points, std::string_view reason) {
            if (!deserved) return;
            score += points;
            if (!reason.empty()) hit.reasons.push_back(reason);
        };
        reward(facts.occasion && occasion_hits_[index], 25, "occasion");
        reward(!facts.colors.empty() && color_hits_[index] == facts.colors.size(), 20, "color");
        reward(facts.stem_count && entry.stem_count == facts.stem_count, 15, "stem_count");
        reward(match.names_tag, 10, "tag");
        reward(entry.is_featured, 5, "featured");
        const bool has_budget = facts.price.min_minor || facts.price.max_minor;
        reward(has_budget && facts.price.holds(entry.price_minor), 0, "budget");
        if (facts.price.max_minor) {
            const auto budget = static_cast<double>(*facts.price.max_minor);
            const double share = budget > 0 ? static_cast<double>(entry.price_minor) / budget : 0;
            if (share >= 0.7 && share <= 1) score += 10 * (share - 0.7) / 0.3;
        }
        if (best_sold > 0) {
            const double share = static_cast<double>(sold[index]) / static_cast<double>(best_sold);
            reward(share > 0, 10 * share, share >= 0.5 ? "popular" : "");
        }
        const auto price = static_cast<double>(entry.price_minor);
        const bool suits_hint = (query_.price_hint == PriceHint::cheap && price <= hint_limit) ||
                                (query_.price_hint == PriceHint::premium && price >= hint_limit);
        reward(suits_hint || recipient_hits_[index], 5, "");
        hit.score = rounded(score);
        hits.push_back(std::move(hit));
    }
    std::sort(hits.begin(), hits.end(), [&](const Hit& a, const Hit& b) {
        const Entry& left = catalogue_.entries()[a.entry];
        const Entry& right = catalogue_.entries()[b.entry];
        if (a.score != b.score) return a.score > b.score;
        if (left.price_minor != right.price_minor) return left.price_minor < right.price_minor;
        return left.id < right.id;
    });
    return hits;
}

}  // namespace shopkeeper::products::search
