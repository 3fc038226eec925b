#pragma once

#include <span>

#include "domains/shop/time_grammar.hpp"
#include "domains/shop/time_phrases.hpp"
#include "domains/shop/time_words.hpp"

/// What the rules of the time grammar share: the text under their eyes and the form of their
/// answer.
namespace shopkeeper::shop {

/// What one rule read: the atoms up to, not including, `end`.
struct Match {
    std::size_t end = 0;  ///< 0: the rule does not fit
    TimeFacts facts = {};
};

/// A text as atoms, with the questions that rules ask about a place in it. Borrows the atoms.
class TimeText {
public:
    enum class Mode {
        argument,  ///< delivery_date or delivery_time: every word counts
        query,     ///< a search query: only unmistakable words count
    };

    TimeText(std::span<const Atom> atoms, TimeField field, Mode mode)
        : atoms_(atoms), field_(field), mode_(mode) {}

    TimeField field() const { return field_; }
    bool is_query() const { return mode_ == Mode::query; }
    std::span<const Atom> atoms() const { return atoms_; }
    const Atom& operator[](std::size_t at) const { return atoms_[at]; }

    bool has(std::size_t at) const { return at < atoms_.size(); }
    bool is_word_at(std::size_t at) const { return has(at) && atoms_[at].kind == Atom::Kind::word; }
    bool is_number_at(std::size_t at) const { return has(at) && atoms_[at].is_number(); }
    bool is_mark_at(std::size_t at, char mark) const { return has(at) && atoms_[at].is_mark(mark); }
    /// A number written right after a mark that is written right after a number: "18:75", "18.10".
    bool is_joined_at(std::size_t at, char mark) const {
        return is_mark_at(at, mark) && atoms_[at].is_glued && is_number_at(at + 1) &&
               atoms_[at + 1].is_glued;
    }
    bool is_joined_at(std::size_t at) const {
        return is_joined_at(at, ':') || is_joined_at(at, '.') || is_joined_at(at, '-') ||
               is_joined_at(at, '/');
    }
    bool is_filler_at(std::size_t at) const { return is_word_at(at) && is_filler(atoms_[at].text); }
    bool follows_dot_preposition(std::size_t at) const {
        return at > 0 && is_word_at(at - 1) && is_dot_preposition(atoms_[at - 1].text);
    }
    /// Whether two dotted numbers at `at` are a time rather than a date. Rule: domain D9.
    bool dots_are_a_time(std::size_t at) const {
        return field_ == TimeField::delivery_time || follows_dot_preposition(at);
    }
    /// The place after the longest phrase of `book` that begins at `at`; 0: none.
    template <class Fact>
    std::size_t phrase_end(const PhraseBook<Fact>& book, std::size_t at) const {
        return has(at) ? book.longest(atoms_, at).end : 0;
    }

private:
    std::span<const Atom> atoms_;
    TimeField field_;
    Mode mode_;
};

/// The rule of D6 that reaches furthest from `at`. Rules that name a moment give its time too.
Match longest_date(const TimeText& text, const Present& present, std::size_t at);

/// The rule of D7 and D11 that reaches furthest from `at`. `date_is_known`: the text has named its
/// day already, so digits that follow are a time.
Match longest_time(const TimeText& text, const Present& present, std::size_t at,
                   bool date_is_known);

}  // namespace shopkeeper::shop
