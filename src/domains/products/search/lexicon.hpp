#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

/// The override lexicon: every inflected form (ru, kk, en) of the shop's own words, mapped to one
/// concept, because a general stemmer splits the forms and cannot join the languages. Rule: domain
/// F4.
namespace shopkeeper::products::search {

/// The concept of a folded word ("тюльпанами", "кызгалдактар", "tulips" all give "tulip"); empty
/// when the lexicon does not have it.
std::string_view concept_of(std::string_view folded_word);

/// Is it a flower that can be counted in stems ("rose"), "flower" itself included?
bool is_flower(std::string_view concept_name);

/// Writes out a paradigm of the lexicon's notation, folded: "тюльпан:m" all case forms, "красн:a"
/// all forms of the adjective, "rose:e" singular and plural, "слово" or "слово:=" that form alone.
std::vector<std::string> forms_of(std::string_view paradigm);

/// Calls `visit` with each form that the lexicon lists: the vocabulary for typo repair.
void for_each_lexicon_form(const std::function<void(std::string_view form)>& visit);

}  // namespace shopkeeper::products::search
