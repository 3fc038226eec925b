#include "domains/products/search/ladder.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <tuple>
#include <utility>

namespace shopkeeper::products::search {
namespace {

constexpr std::size_t kNearest = 3;

/// One reading of the query with its matches. Stays where it is: the matcher points at the query.
class Reading {
public:
    Reading(const Shelf& shelf, StockView& stock, const SearchSettings& settings,
            std::string_view text)
        : query(with_given(understand(text, settings.shop, settings.now_ms), settings.given)),
          shelf_(shelf),
          stock_(stock),
          in_stock_only_(settings.in_stock_only),
          matcher_(shelf, query) {}
    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;

    std::vector<Match> select(const Demand& demand, bool within_budget = true) const {
        std::vector<Match> selected = matcher_.select(demand, within_budget);
        if (in_stock_only_) leave_sellable(selected);
        return selected;
    }

    Hits find(const Demand& demand) const {
        const bool is_whole_word = demand.terms == 1 && matcher_.is_one_word() && !in_stock_only_;
        return is_whole_word ? matcher_.rank_word() : matcher_.rank(select(demand));
    }

    std::size_t all_terms() const { return query.terms.size(); }
    std::size_t most_terms() const { return std::max<std::size_t>(1, query.terms.size() * 3 / 4); }

    const Understanding query;

private:
    static Understanding with_given(Understanding query, const ExplicitFacts& given) {
        Facts& facts = query.facts;
        if (given.price.min_minor || given.price.max_minor) facts.price = given.price;
        if (given.color) facts.colors = {*given.color};
        if (given.occasion) facts.occasion = given.occasion;
        if (given.product_type) facts.product_type = given.product_type;
        return query;
    }

    void leave_sellable(std::vector<Match>& selected) const {
        std::vector<std::int64_t> ids;
        for (const Match& match : selected) ids.push_back(shelf_.entry(match.position).id);
        stock_.prefetch(ids);
        std::erase_if(selected, [&](const Match& match) {
            return !stock_.is_available(shelf_.entry(match.position).id);
        });
    }

    const Shelf& shelf_;
    StockView& stock_;
    const bool in_stock_only_;
    const Matcher matcher_;
};

/// Ways to ask for less, in the order in which they are tried.
struct Relaxation {
    Demand demand;
    std::vector<std::string> dropped;
};

std::vector<Relaxation> relaxations(const Reading& reading) {
    const Facts& facts = reading.query.facts;
    std::vector<Relaxation> all;
    const auto drop_one_by_one = [&](std::size_t terms, std::vector<std::string> dropped,
                                     bool occasion_filters) {
        Demand demand{
            .terms = terms, .stem_count = true, .colors = true, .occasion = occasion_filters};
        const auto drop = [&](bool is_there, bool Demand::*fact, const char* name) {
            if (!is_there || !(demand.*fact)) return;
            demand.*fact = false;
            dropped.emplace_back(name);
            all.push_back({demand, dropped});
        };
        drop(facts.stem_count.has_value(), &Demand::stem_count, "stem_count");
        drop(!facts.colors.empty(), &Demand::colors, "color");
        drop(facts.occasion.has_value(), &Demand::occasion, "occasion");
    };
    // A wrong colour of the right flower is nearer to the wish than any flower of that colour.
    if (!reading.query.terms.empty()) {
        drop_one_by_one(reading.most_terms(), {}, true);
        drop_one_by_one(0, {"terms"}, false);
    } else {
        drop_one_by_one(0, {}, false);
    }
    return all;
}

class Climb {
public:
    Climb(const Shelf& shelf, StockView& stock, const SearchSettings& settings)
        : shelf_(shelf), stock_(stock), settings_(settings) {}

    Outcome run(std::string_view text) {
        auto original = read(text);
        if (original->query.says_something()) {
            if (reached(Rung::all_terms, *original, {.terms = original->all_terms()}))
                return finish(*original);
            const auto mended = original->query.terms.empty() ? nullptr : mend(*original);
            if (is_done_) return finish(*mended);
            // What was mended helps on the lower rungs too.
            if (mended && loosen(*mended)) return finish(*mended);
            outcome_.corrections.clear();
            if (!mended && loosen(*original)) return finish(*original);
        }
        give_up(*original);
        return finish(*original);
    }

private:
    std::unique_ptr<Reading> read(std::string_view text) {
        return std::make_unique<Reading>(shelf_, stock_, settings_, text);
    }

    bool reached(Rung rung, Reading& reading, const Demand& demand) {
        Hits hits = reading.find(demand);
        if (hits.empty()) return false;
        outcome_.rung = rung;
        outcome_.hits = std::move(hits);
        is_done_ = true;
        return true;
    }

    /// Corrected, layout, translit: the reading that was used, or the first that mended anything.
    std::unique_ptr<Reading> mend(const Reading& original) {
        Repairer repairer(shelf_, original.query);
        if (!repairer.has_unknown_terms()) return nullptr;
        struct Way {
            Rung rung;
            std::optional<Repaired> (Repairer::*repair)();
        };
        std::unique_ptr<Reading> first;
        std::vector<Correction> first_corrections;
        for (const Way& way :
             {Way{Rung::corrected, &Repairer::typos}, Way{Rung::layout, &Repairer::layout},
              Way{Rung::translit, &Repairer::translit}}) {
            auto repaired = (repairer.*way.repair)();
            if (!repaired) continue;
            auto reading = read(repaired->text);
            if (reached(way.rung, *reading, {.terms = reading->all_terms()})) {
                outcome_.corrections = std::move(repaired->corrections);
                return reading;
            }
            if (first) continue;
            first = std::move(reading);
            first_corrections = std::move(repaired->corrections);
        }
        outcome_.corrections = std::move(first_corrections);
        return first;
    }

    bool loosen(Reading& reading) {
        const Facts& facts = reading.query.facts;
        const bool has_terms = !reading.query.terms.empty();
        if (has_terms && reached(Rung::most_terms, reading, {.terms = reading.most_terms()}))
            return true;
        if (!facts.any()) return false;
        if (reached(Rung::facts_only, reading,
                    {.terms = 0, .stem_count = true, .colors = true, .occasion = false})) {
            if (has_terms) outcome_.dropped.emplace_back("terms");
            if (facts.occasion && !outcome_.hits.any_for(kOccasion))
                outcome_.dropped.emplace_back("occasion");
            return true;
        }
        for (const Relaxation& relaxation : relaxations(reading)) {
            if (!reached(Rung::relaxed_facts, reading, relaxation.demand)) continue;
            outcome_.dropped = relaxation.dropped;
            if (facts.stem_count) outcome_.hits.put_nearest_count_first(*facts.stem_count);
            return true;
        }
        return false;
    }

    void give_up(Reading& reading) {
        const bool has_dearer =
            reading.query.facts.price.max_minor && !closest_above(reading).empty();
        outcome_.rung = has_dearer ? Rung::nearest_price : Rung::none;
    }

    Outcome finish(Reading& reading) {
        if (outcome_.rung == Rung::none) {
            outcome_.nearest = best_sellers(reading);
        } else if (reading.query.facts.price.max_minor && outcome_.hits.size() < kNearest) {
            outcome_.nearest = closest_above(reading);
        }
        outcome_.query = reading.query;
        return std::move(outcome_);
    }

    // -- nearest: what to offer beside the match
    // ----------------------------------------------------

    /// The products closest above the budget: of those that fit otherwise, else with one of the
    /// words, else of the same type.
    std::vector<std::int64_t> closest_above(Reading& reading) {
        const std::int64_t budget = *reading.query.facts.price.max_minor;
        std::vector<Demand> pools = {{.terms = reading.all_terms()}};
        for (const std::size_t terms :
             {std::min<std::size_t>(1, reading.all_terms()), std::size_t{0}}) {
            pools.push_back(
                {.terms = terms, .stem_count = false, .colors = false, .occasion = false});
        }
        for (const Demand& pool : pools) {
            std::vector<const Entry*> dearer;
            for (const Match& match : reading.select(pool, /*within_budget=*/false)) {
                const Entry& entry = shelf_.entry(match.position);
                if (entry.price_minor > budget) dearer.push_back(&entry);
            }
            if (dearer.empty()) continue;
            const std::size_t count = std::min(dearer.size(), kNearest);
            std::partial_sort(dearer.begin(), dearer.begin() + static_cast<std::ptrdiff_t>(count),
                              dearer.end(), [](const Entry* a, const Entry* b) {
                                  return std::tie(a->price_minor, a->id) <
                                         std::tie(b->price_minor, b->id);
                              });
            std::vector<std::int64_t> ids;
            for (std::size_t i = 0; i < count; ++i) ids.push_back(dearer[i]->id);
            return sellable_first(std::move(ids));
        }
        return {};
    }

    /// Best sellers within the price bounds; what was never sold comes last, featured first.
    std::vector<std::int64_t> best_sellers(const Reading& reading) {
        std::vector<Hit> within;
        const std::vector<Entry>& entries = shelf_.goods()->entries();
        for (std::uint32_t position = 0; position < entries.size(); ++position) {
            const Entry& entry = entries[position];
            if (!entry.on_sale || !reading.query.facts.price.holds(entry.price_minor)) continue;
            // Units first, then featured, then id.
            const auto units = static_cast<double>(shelf_.sales()->of(position));
            within.push_back({.score = 2 * units + (entry.is_featured ? 1 : 0),
                              .price_minor = 0,
                              .position = position,
                              .reasons = 0,
                              .stem_count = 0});
        }
        Hits best_first(std::move(within));
        std::vector<std::int64_t> best;
        for (std::size_t i = 0; i < best_first.size() && best.size() < kNearest; ++i) {
            const std::int64_t id = shelf_.entry(best_first[i].position).id;
            if (!settings_.in_stock_only || stock_.is_available(id)) best.push_back(id);
        }
        return sellable_first(std::move(best));
    }

    std::vector<std::int64_t> sellable_first(std::vector<std::int64_t> ids) {
        std::stable_partition(ids.begin(), ids.end(),
                              [&](std::int64_t id) { return stock_.is_available(id); });
        return ids;
    }

    const Shelf& shelf_;
    StockView& stock_;
    const SearchSettings& settings_;
    Outcome outcome_{};
    bool is_done_ = false;
};

}  // namespace

std::string_view word(Rung rung) {
    constexpr std::array<std::string_view, 9> kWords = {
        "all_terms",  "corrected",     "layout",        "translit", "most_terms",
        "facts_only", "relaxed_facts", "nearest_price", "none"};
    return kWords[static_cast<std::size_t>(rung)];
}

Outcome climb(const Shelf& shelf, StockView& stock, const SearchSettings& settings,
              std::string_view query) {
    return Climb(shelf, stock, settings).run(query);
}

}  // namespace shopkeeper::products::search
