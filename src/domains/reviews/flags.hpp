#pragma once

#include <string>
#include <string_view>
#include <vector>

/// What holds a review back for a moderator. Pure functions of cleaned text (U2): they judge, they
/// never change anything, and nothing a review says is ever obeyed (U4). A flag costs an honest
/// author a delay and no more, so in doubt they flag.
namespace shopkeeper::reviews {

/// Addresses of the net, also the half-hidden ones: "https://", "www.", "shop.kz", "t.me/x",
/// "example[.]com".
bool has_link(std::string_view text);

/// A phone number in any form of K1, an e-mail address, a @name.
bool has_contact(std::string_view text);

/// Swear words in Russian, Kazakh and English, also with letters set apart ("х у й").
bool has_profanity(std::string_view text);

/// What a renderer could take for HTML, Markdown, BBCode or a template.
bool has_markup(std::string_view text);

/// Text addressed to a model: role markers, "ignore previous instructions", imitations of tool
/// calls and of JSON.
bool has_injection(std::string_view text);

/// A word that mixes Latin, Cyrillic or Greek letters, so that it looks like another.
bool has_mixed_script(std::string_view text);

/// True when the two say the same but for a word or two. Short texts ("Спасибо!") never do: many
/// people write them by themselves. REQUIRES: both folded (F1).
bool is_near_copy(std::string_view folded, std::string_view other_folded);

/// The words of all flags above that fit, `repeated` excepted, in the order of the rule.
/// Rule: domain R4.
std::vector<std::string> flags_of(std::string_view text);

}  // namespace shopkeeper::reviews
