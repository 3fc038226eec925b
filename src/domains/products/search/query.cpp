#include "domains/products/search/query.hpp"

#include <algorithm>

#include "domains/products/search/budget.hpp"
#include "domains/products/search/facets.hpp"
#include "domains/products/search/lexicon.hpp"
#include "domains/products/search/query_words.hpp"
#include "domains/shop/time_grammar.hpp"

namespace shopkeeper::products::search {
namespace {

constexpr std::size_t kTermsMax = 20;  // F19
constexpr std::int64_t kStemCountMax = 1001;

/// The shop's currency sign as a word, so that no later step has to know signs.
std::string with_money_words(std::string_view query, const shop::Shop& shop) {
    std::string text(query);
    const std::string_view sign = shop.currency.symbol;
    for (std::size_t at = text.find(sign); !sign.empty() && at != std::string::npos;
         at = text.find(sign, at)) {
        const std::string word =
            shop.currency.code == "KZT" ? " тенге " : " " + std::string(shop.currency.code) + " ";
        text.replace(at, sign.size(), word);
        at += word.size();
    }
    return text;
}

class Parser {
public:
    Parser(std::string_view query, const shop::Shop& shop, UnixMs now_ms)
        : shop_(shop),
          now_ms_(now_ms),
          text_(read_text(with_money_words(query, shop))),
          used_(text_.words.size(), false) {}

    Understanding parse() {
        read_occasion();
        read_delivery_time();
        read_clock_times();
        Budget budget = read_budget(text_, used_, shop_);
        read_stem_count();
        read_lone_price(text_, used_, shop_, budget);
        result_.facts.price = budget.bounds;
        result_.assumptions.insert(result_.assumptions.end(), budget.assumptions.begin(),
                                   budget.assumptions.end());
        read_colors();
        read_type();
        read_recipient();
        read_price_hint();
        read_terms();
        result_.lowered = std::move(text_.lowered);
        return std::move(result_);
    }

private:
    const std::vector<Word>& words() const { return text_.words; }
    bool is_free(std::size_t i) const { return i < words().size() && !used_[i]; }

    void use(std::size_t from, std::size_t count) {
        for (std::size_t i = from; i < from + count; ++i) used_[i] = true;
    }

    /// Calls `found(value, at)` for each phrase of the table among the free words and marks it
    /// used.
    template <class Found>
    void read_phrases(const PhraseTable& table, const Found& found) {
        for (std::size_t i = 0; i < words().size(); ++i) {
            if (used_[i]) continue;
            const auto match = table.match(words(), i);
            if (!match) continue;
            found(match->value, i);
            use(i, match->words);
        }
    }

    /// Before the delivery time, because "8 марта" names both, and the occasion is the rarer
    /// reading.
    void read_occasion() {
        read_phrases(occasion_phrases(), [&](int value, std::size_t) {
            if (!result_.facts.occasion) {
                result_.facts.occasion =
                    std::string(occasions()[static_cast<std::size_t>(value)].id);
            }
        });
    }

    void read_delivery_time() {
        std::vector<std::string> tokens;
        // A used word must not be read twice: the empty token is no word of the time grammar.
        for (std::size_t i = 0; i < words().size(); ++i)
            tokens.push_back(used_[i] ? "" : words()[i].folded);
        const auto found = shop::find_time_words(tokens, {.now_ms = now_ms_, .zone = shop_.zone});
        if (!found) return;
        for (const std::size_t i : found->consumed) used_[i] = true;
        result_.delivery_day = found->date;
        result_.has_delivery_words = true;
    }

    /// "18:30" is a time whatever stands around it, and no number of flowers.
    void read_clock_times() {
        for (std::size_t i = 0; i + 1 < words().size(); ++i) {
            if (!is_free(i) || !words()[i].is_number() || !is_free(i + 1) ||
                !words()[i + 1].is_number())
                continue;
            if (text_.gap_after(i) != ":") continue;
            use(i, 2);
            result_.has_delivery_words = true;
        }
    }

    // -- F9 ---------------------------------------------------------------------------------------

    bool counts_stems(std::size_t i) const {
        const Word& word = words()[i];
        return is_flower(word.stem) || word.stem == "bouquet" || is_piece_word(word.folded);
    }
    /// Between a number and its flower may stand what is no noun: "25 красных роз", "букет из 51".
    bool is_between(std::size_t i) const {
        return is_stop_word(words()[i].folded) || color_phrases().knows_stem(words()[i].stem);
    }

    void read_stem_count() {
        for (std::size_t i = 0; i < words().size() && !result_.facts.stem_count; ++i) {
            if (!is_free(i) || !words()[i].is_number() || words()[i].folded.size() > 4) continue;
            if (words()[i].folded.find_first_not_of("0123456789") != std::string::npos) continue;
            const std::int64_t count = std::stoll(words()[i].folded);
            if (count < 1 || count > kStemCountMax) continue;
            if (!names_a_flower_beside(i)) continue;
            result_.facts.stem_count = count;
            used_[i] = true;
            for (const std::size_t piece : {i - 1, i + 1}) {
                if (is_free(piece) && is_piece_word(words()[piece].folded)) used_[piece] = true;
            }
        }
    }

    bool names_a_flower_beside(std::size_t number) const {
        std::size_t after = number + 1;
        while (is_free(after) && is_between(after) && !counts_stems(after)) ++after;
        if (is_free(after) && counts_stems(after)) return true;
        std::size_t before = number;
        while (before > 0 && is_free(before - 1) && is_between(before - 1) &&
               !counts_stems(before - 1))
            --before;
        return before > 0 && is_free(before - 1) && counts_stems(before - 1);
    }

    // -- colour, type, people, price hints
    // ----------------------------------------------------------

    void read_colors() {
        read_phrases(color_phrases(), [&](int value, std::size_t) {
            const std::string id(colors()[static_cast<std::size_t>(value)].id);
            auto& found = result_.facts.colors;
            if (std::find(found.begin(), found.end(), id) == found.end()) found.push_back(id);
        });
        for (std::size_t i = 1; i < result_.facts.colors.size(); ++i) {
            result_.assumptions.push_back("A product must also have the color " +
                                          result_.facts.colors[i] + ".");
        }
    }

    bool names_a_bouquet() const {
        return std::any_of(words().begin(), words().end(), [](const Word& word) {
            return word.stem == "bouquet" || (is_flower(word.stem) && word.stem != "flower");
        });
    }

    void read_type() {
        std::vector<std::string> types;
        bool has_gift = false;
        read_phrases(type_phrases(), [&](int value, std::size_t at) {
            const std::string type(type_of(value));
            // "букет в подарок" says what it is for, not what it is.
            const bool is_purpose =
                at > 0 && (words()[at - 1].folded == "в" || words()[at - 1].folded == "на");
            if (type == "gifts")
                has_gift = has_gift || !is_purpose;
            else if (std::find(types.begin(), types.end(), type) == types.end())
                types.push_back(type);
        });
        if (types.size() == 1) {
            result_.facts.product_type = types.front();
        } else if (types.size() > 1) {
            result_.assumptions.emplace_back(
                "Several types were named, so products of all types are searched.");
        } else if (has_gift && !names_a_bouquet()) {
            result_.facts.product_type = "gifts";
        }
    }

    void read_recipient() {
        read_phrases(recipient_phrases(), [&](int value, std::size_t) {
            if (!result_.recipient) result_.recipient = std::string(recipient_of(value));
        });
    }

    void read_price_hint() {
        for (std::size_t i = 0; i < words().size(); ++i) {
            if (!is_free(i)) continue;
            const bool is_premium = words()[i].stem == "premium";
            if (!is_premium && words()[i].stem != "cheap") continue;
            const bool is_negated = i > 0 && words()[i - 1].folded == "не";
            result_.price_hint = is_premium != is_negated ? PriceHint::premium : PriceHint::cheap;
            used_[i] = true;
        }
    }

    /// How a thing is handed over is no property of it.
    static bool is_noise(const Word& word) {
        return word.stem == "delivery" || word.stem == "pickup";
    }

    void read_terms() {
        for (std::size_t i = 0; i < words().size(); ++i) {
            const Word& word = words()[i];
            if (is_stop_word(word.folded)) continue;
            if (!word.is_number()) result_.named.push_back(word.stem);
            const bool is_repeated =
                std::any_of(result_.terms.begin(), result_.terms.end(),
                            [&](const Term& term) { return term.stem == word.stem; });
            if (used_[i] || is_noise(word) || is_repeated || result_.terms.size() >= kTermsMax)
                continue;
            result_.terms.push_back(
                {word.lowered, word.stem, word.begin, word.end, word.is_number()});
        }
        std::sort(result_.named.begin(), result_.named.end());
        result_.named.erase(std::unique(result_.named.begin(), result_.named.end()),
                            result_.named.end());
        if (result_.named.size() > kTermsMax) result_.named.resize(kTermsMax);
    }

    const shop::Shop& shop_;
    const UnixMs now_ms_;
    Text text_;
    std::vector<bool> used_;
    Understanding result_;
};

}  // namespace

std::string_view word(PriceHint hint) {
    switch (hint) {
        case PriceHint::cheap:
            return "cheap";
        case PriceHint::premium:
            return "premium";
        case PriceHint::none:
            break;
    }
    return {};
}

Understanding understand(std::string_view query, const shop::Shop& shop, UnixMs now_ms) {
    return Parser(query, shop, now_ms).parse();
}

}  // namespace shopkeeper::products::search
