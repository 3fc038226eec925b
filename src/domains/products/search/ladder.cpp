#include "domains/products/search/ladder.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>
#include <numeric>

namespace shopkeeper::products::search {
namespace {

constexpr std::size_t kNearest = 3;

/// One reading of the query with its matches. Stays where it is: the matcher points at the reading.
class Reading {
public:
    Reading(Catalogue& catalogue, StockView& stock, const SearchSettings& settings,
            std::string_view text)
        : stock_(stock),
          in_stock_only_(settings.in_stock_only),
          query(with_given(understand(text, settings.shop, settings.now_ms), settings.given)),
          matcher(catalogue, query) {}
    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;

    std::vector<std::size_t> select(const Demand& demand, bool within_budget = true) const {
        auto selected = matcher.select(demand, within_budget);
        if (in_stock_only_) {
            stock_.prefetch(selected);
            std::erase_if(selected, [&](std::size_t entry) { return !stock_.is_available(entry); });
        }
        return selected;
    }

    std::size_t all_terms() const { return query.terms.size(); }
    std::size_t most_terms() const { return std::max<std::size_t>(1, query.terms.size() * 3 / 4); }

private:
    static Understanding with_given(Understanding query, const ExplicitFacts& given) {
        Facts& facts = query.facts;
        if (given.price.min_minor || given.price.max_minor) facts.price = given.price;
        if (given.color) facts.colors = {*given.color};
        if (given.occasion) facts.occasion = given.occasion;
        if (given.product_type) facts.product_type = given.product_type;
        return query;
    }

    StockView& stock_;
    const bool in_stock_only_;

public:
    const Understanding query;
    Matcher matcher;
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
    Climb(Catalogue& catalogue, StockView& stock, const SearchSettings& settings)
        : catalogue_(catalogue), stock_(stock), settings_(settings) {}

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
        return std::make_unique<Reading>(catalogue_, stock_, settings_, text);
    }

    bool reached(Rung rung, Reading& reading, const Demand& demand) {
        const auto selected = reading.select(demand);
        if (selected.empty()) return false;
        outcome_.rung = rung;
        outcome_.hits = reading.matcher.rank(selected);
        is_done_ = true;
        return true;
    }

    /// Corrected, layout, translit: the reading that was used, or the first that mended anything.
    std::unique_ptr<Reading> mend(const Reading& original) {
        Repairer repairer(catalogue_.connection(), settings_.shop.id, original.query);
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
            if (facts.occasion && !fits_occasion(outcome_.hits))
                outcome_.dropped.emplace_back("occasion");
            return true;
        }
        for (const Relaxation& relaxation : relaxations(reading)) {
            if (!reached(Rung::relaxed_facts, reading, relaxation.demand)) continue;
            outcome_.dropped = relaxation.dropped;
            if (facts.stem_count) put_nearest_count_first(*facts.stem_count);
            return true;
        }
        return false;
    }

    static bool fits_occasion(const std::vector<Hit>& hits) {
        return std::any_of(hits.begin(), hits.end(), [](const Hit& hit) {
            return std::find(hit.reasons.begin(), hit.reasons.end(), "occasion") !=
                   hit.reasons.end();
        });
    }

    void put_nearest_count_first(std::int64_t wanted) {
        const auto distance = [&](const Hit& hit) {
            const auto& count = catalogue_.entries()[hit.entry].stem_count;
            return count ? std::abs(*count - wanted) : std::numeric_limits<std::int64_t>::max();
        };
        std::stable_sort(outcome_.hits.begin(), outcome_.hits.end(),
                         [&](const Hit& a, const Hit& b) { return distance(a) < distance(b); });
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

    /// The products closest above the budget: of those that fit otherwise, else of the same type.
    std::vector<std::int64_t> closest_above(const Reading& reading) {
        const std::int64_t budget = *reading.query.facts.price.max_minor;
        const Demand everything{
            .terms = 0, .stem_count = false, .colors = false, .occasion = false};
        std::vector<Demand> pools = {{.terms = reading.all_terms()}, everything};
        if (!reading.query.terms.empty()) {
            pools.insert(
                pools.begin() + 1,
                Demand{.terms = 1, .stem_count = false, .colors = false, .occasion = false});
        }
        for (const Demand& pool : pools) {
            auto entries = reading.select(pool, /*within_budget=*/false);
            std::erase_if(entries,
                          [&](std::size_t entry) { return entry_of(entry).price_minor <= budget; });
            if (entries.empty()) continue;
            const std::size_t count = std::min(entries.size(), kNearest);
            std::partial_sort(entries.begin(), entries.begin() + static_cast<std::ptrdiff_t>(count),
                              entries.end(), [&](std::size_t a, std::size_t b) {
                                  return std::pair(entry_of(a).price_minor, entry_of(a).id) <
                                         std::pair(entry_of(b).price_minor, entry_of(b).id);
                              });
            entries.resize(count);
            return offered(std::move(entries));
        }
        return {};
    }

    /// Best sellers within the price bounds; what was never sold comes last, featured first.
    std::vector<std::int64_t> best_sellers(const Reading& reading) {
        const auto& sold = catalogue_.sold();
        std::vector<std::size_t> entries(catalogue_.entries().size());
        std::iota(entries.begin(), entries.end(), std::size_t{0});
        std::erase_if(entries, [&](std::size_t entry) {
            return !reading.query.facts.price.holds(entry_of(entry).price_minor);
        });
        std::stable_sort(entries.begin(), entries.end(), [&](std::size_t a, std::size_t b) {
            return std::pair(sold[a], entry_of(a).is_featured) >
                   std::pair(sold[b], entry_of(b).is_featured);
        });
        std::vector<std::size_t> best;
        for (const std::size_t entry : entries) {
            if (best.size() == kNearest) break;
            if (!settings_.in_stock_only || stock_.is_available(entry)) best.push_back(entry);
        }
        return offered(std::move(best));
    }

    /// Ids, those that can be sold first (F18).
    std::vector<std::int64_t> offered(std::vector<std::size_t> entries) {
        std::stable_partition(entries.begin(), entries.end(),
                              [&](std::size_t entry) { return stock_.is_available(entry); });
        std::vector<std::int64_t> ids;
        for (const std::size_t entry : entries) ids.push_back(entry_of(entry).id);
        return ids;
    }

    const Entry& entry_of(std::size_t entry) const { return catalogue_.entries()[entry]; }

    Catalogue& catalogue_;
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

Outcome climb(Catalogue& catalogue, StockView& stock, const SearchSettings& settings,
              std::string_view query) {
    return Climb(catalogue, stock, settings).run(query);
}

}  // namespace shopkeeper::products::search
