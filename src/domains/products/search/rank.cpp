#include "domains/products/search/rank.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "domains/products/search/facets.hpp"
#include "domains/products/search/query_words.hpp"

namespace shopkeeper::products::search {
namespace {

/// Looking a few products up in a list is quicker than going along it from so many times as many
/// postings on.
constexpr std::size_t kLookUpFrom = 16;

constexpr std::pair<Field, Reason> kFieldReasons[] = {
    {kInName, kName}, {kInComposition, kComposition}, {kInDescription, kDescription}};

double rounded(double score) {
    return std::round(score * 10'000) / 10'000;
}

double ratio(std::int64_t part, std::int64_t whole) {
    return static_cast<double>(part) / static_cast<double>(whole);
}

/// Calls `found(match, posting)` for each product of both lists, which are by position.
template <class Found>
void for_each_common(std::vector<Match>& matches, const Postings& postings, const Found& found) {
    auto at = postings.begin();
    const bool look_up = matches.size() * kLookUpFrom < postings.size();
    for (Match& match : matches) {
        if (look_up) {
            at = std::lower_bound(
                at, postings.end(), match.position,
                [](const Posting& posting, std::uint32_t p) { return posting.position < p; });
        } else {
            while (at != postings.end() && at->position < match.position) ++at;
        }
        if (at == postings.end()) return;
        if (at->position == match.position) found(match, *at);
    }
}

}  // namespace

Matcher::Matcher(const Shelf& shelf, const Understanding& query) : shelf_(shelf), query_(query) {
    const auto add_word = [&](const std::string& stem, bool is_term) {
        // Words of colours and occasions stand among the facets too; they are no tags.
        const bool may_name_tag =
            !color_phrases().knows_stem(stem) && !occasion_phrases().knows_stem(stem);
        if (!is_term && !may_name_tag) return;
        auto postings = shelf.postings(stem);
        const auto df = static_cast<double>(postings->size());
        const double on_sale = std::max(df, static_cast<double>(shelf.goods()->on_sale()));
        const double idf = std::log(1 + (on_sale - df + 0.5) / (df + 0.5));
        words_.push_back({&stem, std::move(postings), is_term, may_name_tag, idf});
    };
    const auto is_term = [&](const std::string& stem) {
        return std::any_of(query.terms.begin(), query.terms.end(),
                           [&](const Term& term) { return term.stem == stem; });
    };
    for (const std::string& stem : query.named) add_word(stem, is_term(stem));
    for (const Term& term : query.terms) {
        if (std::find(query.named.begin(), query.named.end(), term.stem) == query.named.end())
            add_word(term.stem, /*is_term=*/true);
    }

    const Facts& facts = query.facts;
    if (facts.product_type) {
        const auto type = shelf.goods()->type(*facts.product_type);
        has_type_ = type.has_value();
        type_ = type.value_or(0);
    }
    for (const std::string& color : facts.colors) colors_ |= color_bit(color);
    if (facts.occasion) occasion_ = occasion_bit(*facts.occasion);
    if (query.recipient) {
        for (const std::string_view occasion : occasions_of_recipient(*query.recipient))
            recipients_ |= occasion_bit(occasion);
    }
}

// -- matching -------------------------------------------------------------------------------------

bool Matcher::has_colors(const Entry& product) const {
    return (product.colors & colors_) == colors_;
}

bool Matcher::fits_occasion(const Entry& product) const {
    return (product.occasions & occasion_) != 0;
}

bool Matcher::meets_facts(const Entry& product, const Demand& demand, bool within_budget) const {
    const Facts& facts = query_.facts;
    if (!product.on_sale) return false;
    if (within_budget && !facts.price.holds(product.price_minor)) return false;
    if (facts.product_type && (!has_type_ || product.type != type_)) return false;
    if (demand.stem_count && facts.stem_count && product.stem_count != *facts.stem_count)
        return false;
    if (demand.colors && !has_colors(product)) return false;
    return !demand.occasion || !facts.occasion || fits_occasion(product);
}

/// Products that meet the facts and may have enough terms. Who has `demand.terms` of n terms has
/// one at least of any n - demand.terms + 1 of them: the rarest are asked.
std::vector<Match> Matcher::candidates(const Demand& demand, bool within_budget) const {
    const std::vector<Entry>& entries = shelf_.goods()->entries();
    std::vector<Match> found;
    const auto consider = [&](std::uint32_t position) {
        if (meets_facts(entries[position], demand, within_budget))
            found.push_back({.position = position});
    };
    if (demand.terms == 0) {
        for (std::uint32_t position = 0; position < entries.size(); ++position) consider(position);
        return found;
    }
    std::vector<const Postings*> lists;
    for (const Word& word : words_) {
        if (word.is_term) lists.push_back(word.postings.get());
    }
    if (lists.size() < demand.terms) return found;
    std::sort(lists.begin(), lists.end(),
              [](const Postings* a, const Postings* b) { return a->size() < b->size(); });
    lists.resize(lists.size() - demand.terms + 1);
    if (lists.size() == 1) {
        for (const Posting& posting : *lists.front()) consider(posting.position);
        return found;
    }
    std::vector<std::uint32_t> positions;
    for (const Postings* list : lists) {
        for (const Posting& posting : *list) positions.push_back(posting.position);
    }
    std::sort(positions.begin(), positions.end());
    positions.erase(std::unique(positions.begin(), positions.end()), positions.end());
    for (const std::uint32_t position : positions) consider(position);
    return found;
}

void Matcher::read(const Word& word, const Posting& posting, Match& match) {
    if (word.may_name_tag && (posting.fields & kInFacet) != 0) match.reasons |= kTag;
    if (!word.is_term) return;
    // What a facet stands for is a reason of its own: colour, occasion, tag.
    for (const auto& [field, reason] : kFieldReasons) {
        if ((posting.fields & field) != 0) match.reasons |= reason;
    }
    const auto tf = static_cast<double>(posting.weight);
    ++match.terms;
    match.text += word.idf * tf / (tf + 1.2);
}

void Matcher::read(const Word& word, std::vector<Match>& matches) const {
    for_each_common(matches, *word.postings,
                    [&](Match& match, const Posting& posting) { read(word, posting, match); });
}

std::vector<Match> Matcher::select(const Demand& demand, bool within_budget) const {
    std::vector<Match> selected = candidates(demand, within_budget);
    for (const Word& word : words_) read(word, selected);
    std::erase_if(selected, [&](const Match& match) { return match.terms < demand.terms; });
    return selected;
}

// -- scoring --------------------------------------------------------------------------------------

/// The price at the border of the cheapest, or dearest, third of the selection.
std::int64_t Matcher::price_hint_limit(const std::vector<Match>& selected) const {
    std::vector<std::int64_t> prices;
    prices.reserve(selected.size());
    for (const Match& match : selected) prices.push_back(shelf_.entry(match.position).price_minor);
    const std::size_t third = (prices.size() - 1) / 3;
    const std::size_t at =
        query_.price_hint == PriceHint::cheap ? third : prices.size() - 1 - third;
    std::nth_element(prices.begin(), prices.begin() + static_cast<std::ptrdiff_t>(at),
                     prices.end());
    return prices[at];
}

Matcher::Scale Matcher::scale_of(const std::vector<Match>& selected) const {
    Scale scale;
    for (const Match& match : selected) scale.best_text = std::max(scale.best_text, match.text);
    if (query_.price_hint != PriceHint::none && !selected.empty())
        scale.hint_limit = price_hint_limit(selected);
    return scale;
}

Hit Matcher::hit_of(const Match& match, const Scale& scale, std::int64_t units_sold) const {
    const Entry& product = shelf_.entry(match.position);
    const Facts& facts = query_.facts;
    std::uint16_t reasons = match.reasons;
    double points = 0;
    const auto reward = [&](bool deserved, double more, Reason because) {
        if (!deserved) return;
        points += more;
        reasons |= because;
    };
    reward(facts.occasion && fits_occasion(product), 25, kOccasion);
    reward(!facts.colors.empty() && has_colors(product), 20, kColor);
    reward(facts.stem_count && product.stem_count == *facts.stem_count, 15, kStemCount);
    reward((match.reasons & kTag) != 0, 10, kTag);
    reward(product.is_featured, 5, kFeatured);
    reward(
        (facts.price.min_minor || facts.price.max_minor) && facts.price.holds(product.price_minor),
        0, kBudget);
    if (facts.price.max_minor && *facts.price.max_minor > 0) {
        const double share = ratio(product.price_minor, *facts.price.max_minor);
        if (share >= 0.7 && share <= 1) points += 10 * (share - 0.7) / 0.3;
    }
    if (units_sold > 0) {
        const double share = ratio(units_sold, shelf_.sales()->most);
        points += 10 * share;
        reward(share >= 0.5, 0, kPopular);
    }
    if (scale.best_text > 0) points += 100 * match.text / scale.best_text;
    const bool suits_price_hint =
        (query_.price_hint == PriceHint::cheap && product.price_minor <= scale.hint_limit) ||
        (query_.price_hint == PriceHint::premium && product.price_minor >= scale.hint_limit);
    if (suits_price_hint || (product.occasions & recipients_) != 0) points += 5;
    return {.score = rounded(points),
            .price_minor = product.price_minor,
            .position = match.position,
            .reasons = reasons,
            .stem_count = product.stem_count};
}

Hits Matcher::rank(const std::vector<Match>& selected) const {
    const Scale scale = scale_of(selected);
    std::vector<Hit> hits;
    hits.reserve(selected.size());
    for (const Match& match : selected)
        hits.push_back(hit_of(match, scale, shelf_.sales()->of(match.position)));
    return Hits(std::move(hits));
}

// -- one word -------------------------------------------------------------------------------------

bool Matcher::is_one_word() const {
    if (query_.terms.size() != 1 || query_.facts.any() || query_.recipient ||
        query_.price_hint != PriceHint::none) {
        return false;
    }
    return std::all_of(words_.begin(), words_.end(),
                       [](const Word& word) { return word.is_term || word.postings->empty(); });
}

/// What one word's hits score but for sales changes with the goods only: it is kept in order with
/// them, and only what was sold is scored for each call.
Hits Matcher::rank_word() const {
    const Word& word =
        *std::find_if(words_.begin(), words_.end(), [](const Word& one) { return one.is_term; });
    const Postings& postings = *word.postings;
    if (postings.empty()) return {};
    const auto match_of = [&](const Posting& posting) {
        Match match{.position = posting.position};
        read(word, posting, match);
        return match;
    };
    auto ranked = shelf_.goods()->ranked(*word.stem, [&] {
        std::vector<Match> matches;
        matches.reserve(postings.size());
        for (const Posting& posting : postings) matches.push_back(match_of(posting));
        const Scale scale = scale_of(matches);
        std::vector<Hit> unsold;
        unsold.reserve(matches.size());
        for (const Match& match : matches) unsold.push_back(hit_of(match, scale, 0));
        std::sort(unsold.begin(), unsold.end(), comes_before);
        RankedPostings kept{.best_text = scale.best_text, .order = {}};
        kept.order.reserve(unsold.size());
        for (const Hit& hit : unsold) kept.order.push_back({hit.position, hit.reasons, hit.score});
        return kept;
    });
    const Scale scale{.best_text = ranked->best_text, .hint_limit = 0};
    std::vector<Hit> sold;
    for (const std::uint32_t seller : shelf_.sales()->sellers) {
        const auto at = std::lower_bound(
            postings.begin(), postings.end(), seller,
            [](const Posting& posting, std::uint32_t p) { return posting.position < p; });
        if (at == postings.end() || at->position != seller) continue;
        sold.push_back(hit_of(match_of(*at), scale, shelf_.sales()->of(seller)));
    }
    return Hits(shelf_.goods(), shelf_.sales(), std::move(ranked), std::move(sold));
}

}  // namespace shopkeeper::products::search
