#include "domains/products/search/budget.hpp"

#include <algorithm>
#include <optional>

#include "domains/products/search/query_words.hpp"

namespace shopkeeper::products::search {
namespace {

constexpr std::int64_t kMajorMax = 1'000'000'000;  // beyond any price; keeps sums far from overflow
constexpr std::int64_t kThousandsBelow = 1'000;    // F8: "до 15" means 15 000
constexpr std::int64_t kAroundPercent = 15;

/// A number with what follows it: "15 000", "15к", "1,5 млн тенге".
struct Number {
    std::int64_t whole = 0;       ///< as written, before the multiplier
    std::int64_t tenths = 0;      ///< one digit after a decimal sign
    std::int64_t multiplier = 0;  ///< 0: none written
    bool has_money_word = false;
    std::size_t end = 0;  ///< the word after it

    bool has_unit() const { return multiplier != 0 || has_money_word; }
    /// Major units.
    std::int64_t major() const {
        const std::int64_t by = multiplier == 0 ? 1 : multiplier;
        return whole * by + tenths * by / 10;
    }
};

class BudgetReader {
public:
    BudgetReader(const Text& text, std::vector<bool>& used, const shop::Shop& shop)
        : text_(text), words_(text.words), used_(used), shop_(shop) {}

    Budget read() {
        for (std::size_t i = 0; i < words_.size(); ++i) {
            if (const auto number = number_at(i)) read_at(i, *number);
        }
        return std::move(budget_);
    }

    void read_lone(Budget& budget) {
        if (budget.bounds.min_minor || budget.bounds.max_minor) return;
        for (std::size_t i = 0; i < words_.size(); ++i) {
            const auto number = number_at(i);
            if (!number || number->major() < kThousandsBelow) continue;
            set_around(*number);
            assume(number->major(), "is taken as a price of about that much");
            use(i, number->end);
            budget = std::move(budget_);
            return;
        }
    }

private:
    bool is_free(std::size_t i) const { return i < words_.size() && !used_[i]; }
    std::string_view folded(std::size_t i) const { return words_[i].folded; }
    bool is_plain_number(std::size_t i) const {
        return is_free(i) && words_[i].is_number() && words_[i].folded.size() <= 9 &&
               words_[i].folded.find_first_not_of("0123456789") == std::string::npos;
    }

    static bool is_group_gap(std::string_view gap) {
        return gap == " " || gap == "\u00A0" || gap == "\u202F" || gap == "." || gap == "," ||
               gap == "'";
    }
    static bool is_dash(std::string_view gap) {
        const std::size_t from = gap.find_first_not_of(' ');
        const std::size_t to = gap.find_last_not_of(' ');
        if (from == std::string_view::npos) return false;
        const std::string_view sign = gap.substr(from, to - from + 1);
        return sign == "-" || sign == "–" || sign == "—" || sign == "−";
    }

    std::optional<Number> number_at(std::size_t i) const {
        if (!is_plain_number(i)) return std::nullopt;
        const bool is_clock = text_.gap_after(i) == ":" || (i > 0 && text_.gap_after(i - 1) == ":");
        if (is_clock) return std::nullopt;

        std::string digits = words_[i].folded;
        Number number;
        std::size_t next = i + 1;
        // "15 000": the groups of three belong together.
        while (digits.size() <= 6 && words_[i].folded.size() <= 3 && digits.front() != '0' &&
               is_plain_number(next) && words_[next].folded.size() == 3 &&
               is_group_gap(text_.gap_after(next - 1))) {
            digits += words_[next++].folded;
        }
        number.whole = std::stoll(digits);
        const bool has_tenths =
            is_plain_number(next) && words_[next].folded.size() == 1 &&
            (text_.gap_after(next - 1) == "," || text_.gap_after(next - 1) == ".") &&
            is_free(next + 1) && multiplier_word(folded(next + 1)) != 0;
        if (has_tenths) number.tenths = std::stoll(words_[next++].folded);
        if (is_free(next) && is_multiplier(next))
            number.multiplier = multiplier_word(folded(next++));
        if (is_free(next) && is_money_word(folded(next))) {
            number.has_money_word = true;
            ++next;
        }
        number.end = next;
        if (number.major() > kMajorMax || number.major() <= 0) return std::nullopt;
        const bool counts_time = is_free(next) && !number.has_unit() && is_time_unit(folded(next));
        if (counts_time) return std::nullopt;
        return number;
    }

    /// "15к", "15 тыс"; a "к" that stands apart is the preposition unless nothing but money
    /// follows.
    bool is_multiplier(std::size_t i) const {
        if (multiplier_word(folded(i)) == 0) return false;
        const bool is_letter = folded(i) == "к" || folded(i) == "k";
        if (!is_letter || text_.gap_after(i - 1).empty()) return true;
        return i + 1 == words_.size() || is_money_word(folded(i + 1));
    }

    /// What the words before the number say, and from which word on.
    struct Relation {
        Bound bound;
        std::size_t from;
    };
    std::optional<Relation> relation_before(std::size_t i) const {
        if (i == 0 || used_[i - 1]) return std::nullopt;
        const std::string_view last = folded(i - 1);
        const bool has_two = i >= 2 && !used_[i - 2];
        if (last == "than" && has_two && bound_word(folded(i - 2)))
            return Relation{*bound_word(folded(i - 2)), i - 2};
        if (last == "to" && has_two && folded(i - 2) == "up") return Relation{Bound::upper, i - 2};
        const auto bound = bound_word(last);
        if (!bound) return std::nullopt;
        if (has_two && folded(i - 2) == "не" && *bound != Bound::around) {
            return Relation{*bound == Bound::upper ? Bound::lower : Bound::upper, i - 2};
        }
        // "бюджет до 15000": the noun goes with its preposition.
        if (has_two && bound_word(folded(i - 2)) && folded(i - 2).starts_with("бюджет"))
            return Relation{*bound, i - 2};
        return Relation{*bound, i - 1};
    }

    /// Kazakh puts the limit behind: "15000-ге дейін", "10 мың теңгеден бастап".
    struct Suffix {
        Bound bound;
        std::size_t end;
    };
    std::optional<Suffix> relation_after(std::size_t next) const {
        const auto is_case = [](std::string_view word) {
            for (const std::string_view ending :
                 {"ге", "га", "ке", "ка", "дан", "ден", "тан", "тен", "нан", "нен"}) {
                if (word == ending) return true;
            }
            return false;
        };
        std::size_t at = next;
        if (is_free(at) && is_case(folded(at))) ++at;
        if (!is_free(at)) return std::nullopt;
        if (folded(at) == "дейин" || folded(at) == "дейинги") return Suffix{Bound::upper, at + 1};
        if (folded(at) == "бастап" || folded(at) == "жогары") return Suffix{Bound::lower, at + 1};
        return std::nullopt;
    }

    void read_at(std::size_t i, Number number) {
        const auto before = relation_before(i);
        const auto after = relation_after(number.end);
        if (read_range(i, number, before)) return;
        if (after) {
            set(after->bound, number);
            use(i, after->end);
        } else if (before && fits(*before, number)) {
            set(before->bound, number);
            use(before->from, number.end);
        } else if (number.has_unit()) {
            set_around(number);
            assume(number.major(), "is taken as a price of about that much");
            use(i, number.end);
        }
    }

    /// "for 3 friends" is no price, "for 3000" is.
    bool fits(const Relation& relation, const Number& number) const {
        return folded(relation.from) != "for" || number.has_unit() ||
               number.major() >= kThousandsBelow;
    }

    /// "от 10 до 15 тысяч", "10-15 тыс", "between 5000 and 9000".
    bool read_range(std::size_t i, Number low, const std::optional<Relation>& before) {
        const bool dashed = low.end < words_.size() && is_dash(text_.gap_after(low.end - 1));
        const bool worded = before && before->bound == Bound::lower && is_free(low.end) &&
                            (folded(low.end) == "до" || folded(low.end) == "to");
        const bool between =
            i > 0 && !used_[i - 1] && (folded(i - 1) == "between" || folded(i - 1) == "между") &&
            is_free(low.end) && (folded(low.end) == "and" || folded(low.end) == "и");
        if (!dashed && !worded && !between) return false;
        const auto high = number_at(dashed ? low.end : low.end + 1);
        if (!high) return false;
        if (!worded && !between && !before && !low.has_unit() && !high->has_unit()) return false;

        // "10-15 тысяч": the unit belongs to both.
        if (!low.has_unit()) {
            low.multiplier = high->multiplier;
            low.has_money_word = high->has_money_word;
        }
        const std::int64_t from = minor_of(low);
        const std::int64_t to = minor_of(*high);
        if (from > to) return false;
        budget_.bounds = {from, to};
        use(before ? before->from : between ? i - 1 : i, high->end);
        return true;
    }

    void set(Bound bound, const Number& number) {
        if (bound == Bound::around)
            set_around(number);
        else if (bound == Bound::upper)
            budget_.bounds.max_minor = minor_of(number);
        else
            budget_.bounds.min_minor = minor_of(number);
    }

    void set_around(const Number& number) {
        const std::int64_t minor = minor_of(number);
        budget_.bounds = {minor * (100 - kAroundPercent) / 100,
                          minor * (100 + kAroundPercent) / 100};
    }

    /// F8: a small number without a unit means thousands where nobody sells for less.
    std::int64_t minor_of(const Number& number) {
        std::int64_t major = number.major();
        if (!number.has_unit() && major < kThousandsBelow && shop_.currency.code == "KZT") {
            assume(major, "is read as " + shop_.display(to_minor(major * 1'000)));
            major *= 1'000;
        }
        return to_minor(major);
    }

    std::int64_t to_minor(std::int64_t major) const {
        for (int i = 0; i < shop_.currency.decimals; ++i) major *= 10;
        return major;
    }

    void assume(std::int64_t major, const std::string& what) {
        budget_.assumptions.push_back("The number " + std::to_string(major) + " " + what + ".");
    }

    void use(std::size_t from, std::size_t end) {
        std::fill(used_.begin() + static_cast<std::ptrdiff_t>(from),
                  used_.begin() + static_cast<std::ptrdiff_t>(end), true);
    }

    const Text& text_;
    const std::vector<Word>& words_;
    std::vector<bool>& used_;
    const shop::Shop& shop_;
    Budget budget_;
};

}  // namespace

Budget read_budget(const Text& text, std::vector<bool>& used, const shop::Shop& shop) {
    return BudgetReader(text, used, shop).read();
}

void read_lone_price(const Text& text, std::vector<bool>& used, const shop::Shop& shop,
                     Budget& budget) {
    std::vector<std::string> assumptions = budget.assumptions;
    BudgetReader(text, used, shop).read_lone(budget);
    if (budget.assumptions.size() == assumptions.size()) return;
    budget.assumptions.insert(budget.assumptions.begin(), assumptions.begin(), assumptions.end());
}

}  // namespace shopkeeper::products::search
