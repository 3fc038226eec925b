#include "domains/products/search/rank.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "domains/products/search/facets.hpp"
#include "domains/products/search/query_words.hpp"

namespace shopkeeper::products::search {
namespace {

/// F12: how much a word counts where it stands.
std::int64_t weight(Field field) {
    switch (field) {
        case Field::name:
            return 8;
        case Field::facet:
            return 4;
        case Field::composition:
            return 3;
        case Field::description:
            break;
    }
    return 1;
}

std::uint16_t reason(Field field) {
    switch (field) {
        case Field::name:
            return kName;
        case Field::composition:
            return kComposition;
        case Field::description:
            return kDescription;
        case Field::facet:  // what it stands for is a reason of its own: colour, occasion, tag
            break;
    }
    return 0;
}

double rounded(double score) {
    return std::round(score * 10'000) / 10'000;
}

double ratio(std::int64_t part, std::int64_t whole) {
    return static_cast<double>(part) / static_cast<double>(whole);
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

Matcher::Matcher(Shelf& shelf, std::shared_ptr<const Catalogue> catalogue,
                 const Understanding& query)
    : shelf_(shelf),
      catalogue_(std::move(catalogue)),
      query_(query),
      matches_(catalogue_->entries().size()) {
    std::vector<std::string> stems = query.named;
    for (const Term& term : query.terms) {
        if (std::find(stems.begin(), stems.end(), term.stem) == stems.end())
            stems.push_back(term.stem);
    }
    for (const std::string& stem : stems) read_postings(stem);
    read_facets();
}

void Matcher::read_postings(const std::string& stem) {
    const bool is_term = std::any_of(query_.terms.begin(), query_.terms.end(),
                                     [&](const Term& term) { return term.stem == stem; });
    // Words of colours and occasions stand among the facets too; they are no tags.
    const bool may_name_tag =
        !color_phrases().knows_stem(stem) && !occasion_phrases().knows_stem(stem);
    if (!is_term && !may_name_tag) return;

    struct Found {
        std::size_t position;
        std::int64_t tf;  ///< weighted
    };
    std::vector<Found> found;  // postings come by product, so the fields of one stand together
    for (const Posting& posting : shelf_.postings(stem)) {
        const auto position = catalogue_->find(posting.product_id);
        if (!position) continue;  // off sale
        Match& match = matches_[*position];
        if (posting.field == Field::facet && may_name_tag) match.reasons |= kTag;
        if (!is_term) continue;
        match.reasons |= reason(posting.field);
        if (found.empty() || found.back().position != *position) found.push_back({*position, 0});
        found.back().tf += weight(posting.field) * posting.tf;
    }
    const auto df = static_cast<double>(found.size());
    const double on_sale = std::max(df, static_cast<double>(shelf_.size()));
    const double idf = std::log(1 + (on_sale - df + 0.5) / (df + 0.5));
    for (const Found& one : found) {
        const auto tf = static_cast<double>(one.tf);
        ++matches_[one.position].terms;
        matches_[one.position].text += idf * tf / (tf + 1.2);
    }
}

void Matcher::read_facets() {
    for (const std::string& color : query_.facts.colors) {
        for (const std::size_t position : shelf_.holders(*catalogue_, "color", color))
            ++matches_[position].colors;
    }
    if (query_.facts.occasion) {
        for (const std::size_t position :
             shelf_.holders(*catalogue_, "occasion", *query_.facts.occasion)) {
            matches_[position].occasion = true;
        }
    }
    if (query_.recipient) {
        for (const std::string_view occasion : occasions_of_recipient(*query_.recipient)) {
            for (const std::size_t position : shelf_.holders(*catalogue_, "occasion", occasion)) {
                matches_[position].recipient = true;
            }
        }
    }
}

bool Matcher::meets(std::size_t position, const Demand& demand, bool within_budget) const {
    const Entry& product = entry(position);
    const Match& match = matches_[position];
    const Facts& facts = query_.facts;
    if (match.terms < demand.terms) return false;
    if (within_budget && !facts.price.holds(product.price_minor)) return false;
    if (facts.product_type && product.type != *facts.product_type) return false;
    if (demand.stem_count && facts.stem_count && product.stem_count != facts.stem_count)
        return false;
    if (demand.colors && match.colors < facts.colors.size()) return false;
    return !demand.occasion || !facts.occasion || match.occasion;
}

std::vector<std::size_t> Matcher::select(const Demand& demand, bool within_budget) const {
    std::vector<std::size_t> selected;
    for (std::size_t i = 0; i < matches_.size(); ++i) {
        if (meets(i, demand, within_budget)) selected.push_back(i);
    }
    return selected;
}

/// The price at the border of the cheapest, or dearest, third of the selection.
std::int64_t Matcher::price_hint_limit(const std::vector<std::size_t>& selected) const {
    std::vector<std::int64_t> prices;
    prices.reserve(selected.size());
    for (const std::size_t position : selected) prices.push_back(entry(position).price_minor);
    const std::size_t third = (prices.size() - 1) / 3;
    const std::size_t at =
        query_.price_hint == PriceHint::cheap ? third : prices.size() - 1 - third;
    std::nth_element(prices.begin(), prices.begin() + static_cast<std::ptrdiff_t>(at),
                     prices.end());
    return prices[at];
}

/// All points but those for the text and the price hint, which need the whole selection.
double Matcher::score(std::size_t position, std::uint16_t& reasons) const {
    const Entry& product = entry(position);
    const Match& match = matches_[position];
    const Facts& facts = query_.facts;
    double points = 0;
    const auto reward = [&](bool deserved, double more, Reason because) {
        if (!deserved) return;
        points += more;
        reasons |= because;
    };
    reward(facts.occasion && match.occasion, 25, kOccasion);
    reward(!facts.colors.empty() && match.colors == facts.colors.size(), 20, kColor);
    reward(facts.stem_count && product.stem_count == facts.stem_count, 15, kStemCount);
    reward((match.reasons & kTag) != 0, 10, kTag);
    reward(product.is_featured, 5, kFeatured);
    reward(
        (facts.price.min_minor || facts.price.max_minor) && facts.price.holds(product.price_minor),
        0, kBudget);
    if (facts.price.max_minor && *facts.price.max_minor > 0) {
        const double share = ratio(product.price_minor, *facts.price.max_minor);
        if (share >= 0.7 && share <= 1) points += 10 * (share - 0.7) / 0.3;
    }
    if (shelf_.most_units_sold() > 0) {
        const double share = ratio(shelf_.units_sold(product.id), shelf_.most_units_sold());
        points += 10 * share;
        reward(share >= 0.5, 0, kPopular);
    }
    return points;
}

std::vector<Hit> Matcher::rank(const std::vector<std::size_t>& selected) const {
    if (selected.empty()) return {};
    const std::int64_t hint_limit =
        query_.price_hint == PriceHint::none ? 0 : price_hint_limit(selected);
    double best_text = 0;
    for (const std::size_t position : selected)
        best_text = std::max(best_text, matches_[position].text);

    std::vector<Hit> hits;
    hits.reserve(selected.size());
    for (const std::size_t position : selected) {
        const Entry& product = entry(position);
        std::uint16_t reasons = matches_[position].reasons;
        double points = score(position, reasons);
        if (best_text > 0) points += 100 * matches_[position].text / best_text;
        const bool suits_price_hint =
            (query_.price_hint == PriceHint::cheap && product.price_minor <= hint_limit) ||
            (query_.price_hint == PriceHint::premium && product.price_minor >= hint_limit);
        if (suits_price_hint || matches_[position].recipient) points += 5;
        hits.push_back({.product_id = product.id,
                        .price_minor = product.price_minor,
                        .stem_count = product.stem_count,
                        .score = rounded(points),
                        .reasons = reasons});
    }
    std::sort(hits.begin(), hits.end(), [](const Hit& a, const Hit& b) {
        return std::tuple(-a.score, a.price_minor, a.product_id) <
               std::tuple(-b.score, b.price_minor, b.product_id);
    });
    return hits;
}

}  // namespace shopkeeper::products::search
