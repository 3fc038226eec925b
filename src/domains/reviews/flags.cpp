#include "domains/reviews/flags.hpp"

#include <algorithm>
#include <map>
#include <span>

#include "base/phone.hpp"
#include "base/text.hpp"

namespace shopkeeper::reviews {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_ascii_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
/// A byte of a letter or digit: everything beyond ASCII counts as part of a word.
bool is_word_byte(char c) {
    return is_digit(c) || is_ascii_letter(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

bool contains_any(std::string_view text, std::span<const std::string_view> needles) {
    return std::any_of(needles.begin(), needles.end(), [&](std::string_view needle) {
        return text.find(needle) != std::string_view::npos;
    });
}

/// The words of a text, each between single spaces, so that a phrase is found whatever stands
/// between its words: " ignore previous instructions ".
std::string spaced_words(std::string_view text) {
    std::string words = " ";
    for (const std::string& token : text::tokens(text::fold(text))) words += token + " ";
    return words;
}

// --- link

/// Endings that are written after a dot for no other reason than to name a host.
constexpr std::string_view kTopLevels[] = {
    "com", "kz",  "ru",  "net", "org",   "io",  "me",  "shop", "online", "site", "info",
    "biz", "top", "xyz", "app", "store", "su",  "by",  "uz",   "kg",     "ua",   "club",
    "pro", "dev", "tk",  "cc",  "co",    "us",  "uk",  "de",   "cn",     "link", "live",
    "ai",  "tv",  "gg",  "ly",  "page",  "vip", "fun", "bot",  "tech",   "рф",   "каз"};

bool names_host(std::string_view folded) {
    for (std::size_t dot = folded.find('.'); dot != std::string_view::npos;
         dot = folded.find('.', dot + 1)) {
        if (dot == 0 || !is_word_byte(folded[dot - 1])) continue;
        std::size_t end = dot + 1;
        while (end < folded.size() && is_word_byte(folded[end])) ++end;
        const std::string_view label = folded.substr(dot + 1, end - dot - 1);
        if (std::find(std::begin(kTopLevels), std::end(kTopLevels), label) != std::end(kTopLevels))
            return true;
    }
    return false;
}

// --- contact

/// Digits with the usual separators between them, as people write numbers.
struct DigitRun {
    std::string digits;
    bool after_plus;
};

std::vector<DigitRun> digit_runs(std::string_view text) {
    constexpr std::string_view kSeparators = " -().";
    constexpr int kSeparatorsMax = 2;  // "(700) 000": more stand between two numbers
    std::vector<DigitRun> runs;
    int separators = kSeparatorsMax + 1;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (is_digit(text[at])) {
            if (separators > kSeparatorsMax) {
                runs.push_back({"", at > 0 && text[at - 1] == '+'});
            }
            runs.back().digits += text[at];
            separators = 0;
        } else if (kSeparators.find(text[at]) != std::string_view::npos) {
            ++separators;
        } else {
            separators = kSeparatorsMax + 1;
        }
    }
    return runs;
}

bool is_phone(const DigitRun& run) {
    constexpr std::size_t kPhoneDigits = 10;
    constexpr std::size_t kWithTrunk = 11;
    const std::string& digits = run.digits;
    if (digits.size() < kPhoneDigits) return false;
    if (run.after_plus) return true;
    if (digits.size() == kPhoneDigits) return phone::normalize(digits, "text").has_value();
    for (std::size_t at = 0; at + kWithTrunk <= digits.size(); ++at) {
        if (phone::normalize(digits.substr(at, kWithTrunk), "text")) return true;
    }
    return false;
}

bool has_at_name(std::string_view text) {
    constexpr std::string_view kSigns[] = {"@", "＠"};
    for (const std::string_view sign : kSigns) {
        for (std::size_t at = text.find(sign); at != std::string_view::npos;
             at = text.find(sign, at + 1)) {
            const std::string_view rest = text.substr(at + sign.size());
            if (rest.size() >= 2 && is_word_byte(rest[0]) && is_word_byte(rest[1])) return true;
        }
    }
    return false;
}

// --- profanity

/// Looked for at the start of a word.
constexpr std::string_view kSwearStarts[] = {
    "хуй",    "хуе",   "хуи",   "хуя",   "нахуй", "похуй", "охуе", "ахуе",  "пизд",
    "ебат",   "ебан",  "ебал",  "ебуч",  "ебну",  "еблан", "ебло", "заеб",  "наеб",
    "выеб",   "поеб",  "проеб", "уебок", "уебищ", "бляд",  "блят", "мудак", "мудил",
    "гандон", "пидор", "пидар", "шлюх",  "залуп", "говн",  "жалап"};
/// Looked for anywhere in a word: no decent word holds them.
constexpr std::string_view kSwearParts[] = {"пизд", "долбоеб", "ъеб",     "котак",
                                            "fuck", "bitch",   "asshole", "bullshit"};
/// Whole words only: "сукно" and "суккулент" are decent, and the latter is sold here.
constexpr std::string_view kSwearWords[] = {"бля",   "сука",  "суки", "суку",   "суке", "сукой",
                                            "сучка", "сучки", "shit", "shitty", "cunt", "ебет"};

bool is_swear_word(const std::string& word) {
    return std::find(std::begin(kSwearWords), std::end(kSwearWords), word) !=
               std::end(kSwearWords) ||
           contains_any(word, kSwearParts) ||
           std::any_of(std::begin(kSwearStarts), std::end(kSwearStarts),
                       [&](std::string_view start) { return word.starts_with(start); });
}

/// "х у й" as one word: runs of single letters are joined.
std::vector<std::string> with_joined_letters(const std::vector<std::string>& words) {
    std::vector<std::string> result = words;
    std::string joined;
    for (const std::string& word : words) {
        if (text::code_points(word) == 1) {
            joined += word;
            continue;
        }
        result.push_back(std::move(joined));
        joined.clear();
    }
    result.push_back(std::move(joined));
    return result;
}

// --- markup

constexpr std::string_view kMarkup[] = {"```",    "](",     "![",    "&#",   "&lt;", "&gt;",
                                        "&quot;", "&nbsp;", "&amp;", "[url", "[img", "[b]",
                                        "[i]",    "{{",     "{%",    "${",   "<%",   "javascript:"};

bool opens_tag(std::string_view text) {
    for (std::size_t at = text.find('<'); at != std::string_view::npos;
         at = text.find('<', at + 1)) {
        if (at + 1 == text.size()) break;
        const char after = text[at + 1];
        if (is_ascii_letter(after) || after == '/' || after == '!' || after == '?') return true;
    }
    return false;
}

// --- injection

/// Each is looked for after a space of `spaced_words`, so at the start of a word; endings are free.
constexpr std::string_view kCommands[] = {" ignore previous",
                                          " ignore all",
                                          " ignore the previous",
                                          " ignore the above",
                                          " ignore your",
                                          " ignore any",
                                          " disregard previous",
                                          " disregard all",
                                          " disregard the",
                                          " disregard your",
                                          " forget previous",
                                          " forget all",
                                          " forget your",
                                          " forget everything",
                                          " new instruction",
                                          " system prompt",
                                          " system message",
                                          " system instruction",
                                          " you are now",
                                          " developer mode",
                                          " jailbreak",
                                          " do anything now",
                                          " as an ai",
                                          " language model",
                                          " reveal your",
                                          " tool call",
                                          " tools call",
                                          " tool use",
                                          " function call",
                                          " call the tool",
                                          " jsonrpc",
                                          " im start ",
                                          " игнорируй",
                                          " проигнорируй",
                                          " забудь все",
                                          " забудь предыдущ",
                                          " забудьте предыдущ",
                                          " предыдущие инструкц",
                                          " предыдущих инструкц",
                                          " твои инструкц",
                                          " системный промпт",
                                          " системное сообщение",
                                          " ты теперь ",
                                          " языковая модель",
                                          " вызови инструмент",
                                          " вызови функцию",
                                          " алдынгы нускау",
                                          " нускауларды елеме"};

constexpr std::string_view kModelMarks[] = {"<|",         "|>",         "[inst]",
                                            "[/inst]",    "<<sys",      "### instruction",
                                            "### system", "tool_calls", "\"role\""};

constexpr std::string_view kRoles[] = {"system",       "assistant", "user",    "developer",
                                       "tool",         "human",     "система", "ассистент",
                                       "пользователь", "жүйе",      "көмекші"};

/// "System: …" or "[assistant] …" at the start of a line.
bool has_role_marker(std::string_view lower) {
    constexpr std::string_view kDecoration = " \t#*[(-_>";
    for (std::size_t line = 0; line < lower.size();) {
        const std::size_t end = std::min(lower.find('\n', line), lower.size());
        std::string_view rest = lower.substr(line, end - line);
        const std::size_t first = rest.find_first_not_of(kDecoration);
        rest.remove_prefix(std::min(first, rest.size()));
        for (const std::string_view role : kRoles) {
            if (!rest.starts_with(role)) continue;
            const std::string_view after = rest.substr(role.size());
            const std::size_t mark = after.find_first_not_of(" *_");
            if (mark != std::string_view::npos && (after[mark] == ':' || after[mark] == ']')) {
                return true;
            }
        }
        line = end + 1;
    }
    return false;
}

/// `{"name": ...`: a brace and a quoted key behind it.
bool imitates_json(std::string_view text) {
    const std::size_t brace = text.find('{');
    if (brace == std::string_view::npos) return false;
    const std::size_t key = text.find('"', brace);
    if (key == std::string_view::npos) return false;
    const std::size_t close = text.find('"', key + 1);
    if (close == std::string_view::npos) return false;
    const std::size_t colon = text.find_first_not_of(" \n", close + 1);
    return colon != std::string_view::npos && text[colon] == ':';
}

/// `cancel_order(`: an identifier with an underscore, called.
bool imitates_call(std::string_view text) {
    for (std::size_t at = text.find('('); at != std::string_view::npos;
         at = text.find('(', at + 1)) {
        std::size_t start = at;
        while (start > 0 && (is_ascii_letter(text[start - 1]) || text[start - 1] == '_')) --start;
        const std::string_view name = text.substr(start, at - start);
        const std::size_t underscore = name.find('_');
        if (underscore != std::string_view::npos && underscore > 0) return true;
    }
    return false;
}

// --- mixed script

enum class Script { none, latin, cyrillic, greek };

/// By the first byte of a letter's UTF-8 form, which tells these three scripts apart: Latin up to
/// U+02BF, Greek U+0340..03FF, Cyrillic U+0400..053F.
Script script_of(char byte) {
    const auto lead = static_cast<unsigned char>(byte);
    if (is_ascii_letter(byte) || (lead >= 0xC3 && lead <= 0xCA)) return Script::latin;
    if (lead >= 0xCD && lead <= 0xCF) return Script::greek;
    if (lead >= 0xD0 && lead <= 0xD4) return Script::cyrillic;
    return Script::none;
}

bool mixes_scripts(const std::string& word) {
    Script seen = Script::none;
    for (const char byte : word) {
        const Script script = script_of(byte);
        if (script == Script::none) continue;
        if (seen != Script::none && script != seen) return true;
        seen = script;
    }
    return false;
}

}  // namespace

bool has_link(std::string_view text) {
    constexpr std::string_view kSigns[] = {"://",        "hxxp",      "www.",     "t.me/",
                                           "wa.me/",     "[.]",       "(dot)",    " dot com",
                                           " точка ком", " точка ру", " точка кз"};
    const std::string folded = text::fold(text);
    return contains_any(folded, kSigns) || names_host(folded);
}

bool has_contact(std::string_view text) {
    if (has_at_name(text)) return true;
    const auto runs = digit_runs(text::ascii_digits(text));
    return std::any_of(runs.begin(), runs.end(), is_phone);
}

bool has_profanity(std::string_view text) {
    const auto words = with_joined_letters(text::tokens(text::fold(text)));
    return std::any_of(words.begin(), words.end(), is_swear_word);
}

bool has_markup(std::string_view text) {
    return contains_any(text::lower(text), kMarkup) || opens_tag(text);
}

bool has_injection(std::string_view text) {
    const std::string lower = text::lower(text);
    return contains_any(spaced_words(text), kCommands) || contains_any(lower, kModelMarks) ||
           has_role_marker(lower) || imitates_json(text) || imitates_call(text);
}

bool has_mixed_script(std::string_view text) {
    const auto words = text::tokens(text::lower(text));
    return std::any_of(words.begin(), words.end(), mixes_scripts);
}

bool is_near_copy(std::string_view folded, std::string_view other_folded) {
    constexpr std::size_t kWordsMin = 4;
    constexpr double kShareMin = 0.85;
    const auto words = text::tokens(folded);
    const auto others = text::tokens(other_folded);
    if (words.size() < kWordsMin || others.size() < kWordsMin) return false;
    std::map<std::string_view, int> counts;
    for (const std::string& word : words) ++counts[word];
    std::size_t shared = 0;
    for (const std::string& other : others) {
        const auto found = counts.find(other);
        if (found == counts.end() || found->second == 0) continue;
        --found->second;
        ++shared;
    }
    return 2.0 * static_cast<double>(shared) >=
           kShareMin * static_cast<double>(words.size() + others.size());
}

std::vector<std::string> flags_of(std::string_view text) {
    std::vector<std::string> flags;
    if (has_link(text)) flags.emplace_back("link");
    if (has_contact(text)) flags.emplace_back("contact");
    if (has_profanity(text)) flags.emplace_back("profanity");
    if (has_markup(text)) flags.emplace_back("markup");
    if (has_injection(text)) flags.emplace_back("injection");
    if (has_mixed_script(text)) flags.emplace_back("mixed_script");
    return flags;
}

}  // namespace shopkeeper::reviews
