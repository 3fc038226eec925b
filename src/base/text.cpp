#include "base/text.hpp"

#include <utf8proc.h>

#include <cstdint>
#include <cstdlib>
#include <utility>

namespace shopkeeper::text {
namespace {

constexpr utf8proc_int32_t kBroken = -1;

bool is_ascii(utf8proc_int32_t code_point) {
    return code_point >= 0 && code_point < 0x80;
}

/// Decodes the code point at `at` and moves past it; kBroken (one byte on) where the bytes are not
/// UTF-8.
utf8proc_int32_t next(std::string_view utf8, std::size_t& at) {
    const auto first = static_cast<unsigned char>(utf8[at]);
    if (is_ascii(first)) {
        ++at;
        return first;
    }
    utf8proc_int32_t code_point = kBroken;
    const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(utf8.data()) + at;
    const auto length =
        utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(utf8.size() - at), &code_point);
    if (length <= 0) {
        ++at;
        return kBroken;
    }
    at += static_cast<std::size_t>(length);
    return code_point;
}

void append(std::string& out, utf8proc_int32_t code_point) {
    if (is_ascii(code_point)) {
        out += static_cast<char>(code_point);
        return;
    }
    utf8proc_uint8_t bytes[4];
    const auto length = utf8proc_encode_char(code_point, bytes);
    out.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length));
}

/// A normal form of well-formed text. ASCII, the common case, is its own.
std::string normal_form(std::string well_formed, int options) {
    bool ascii = true;
    for (const char c : well_formed) ascii = ascii && static_cast<unsigned char>(c) < 0x80;
    if (ascii) return well_formed;
    utf8proc_uint8_t* composed = nullptr;
    const auto length =
        utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(well_formed.data()),
                     static_cast<utf8proc_ssize_t>(well_formed.size()), &composed,
                     static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | options));
    if (length < 0) return well_formed;
    std::string result(reinterpret_cast<const char*>(composed), static_cast<std::size_t>(length));
    std::free(composed);
    return result;
}

std::string nfc(std::string well_formed) {
    return normal_form(std::move(well_formed), 0);
}

/// Control, format (zero-width, bidirectional, tags), private-use and unassigned-surrogate
/// characters.
bool is_invisible(utf8proc_int32_t code_point) {
    if (is_ascii(code_point)) return code_point < ' ' || code_point == 0x7F;
    switch (utf8proc_category(code_point)) {
        case UTF8PROC_CATEGORY_CC:
        case UTF8PROC_CATEGORY_CF:
        case UTF8PROC_CATEGORY_CO:
        case UTF8PROC_CATEGORY_CS:
            return true;
        default:
            return code_point == 0x115F ||
                   code_point == 0x3164;  // Hangul fillers: letters that show nothing
    }
}

/// White space of any script: a name of no-break spaces is no name.
bool is_blank(utf8proc_int32_t code_point) {
    switch (code_point) {
        case ' ':
        case '\t':
        case '\n':
        case '\v':
        case '\f':
        case '\r':
            return true;
        default:
            return code_point >= 0x80 && utf8proc_category(code_point) >= UTF8PROC_CATEGORY_ZS &&
                   utf8proc_category(code_point) <= UTF8PROC_CATEGORY_ZP;
    }
}

bool is_letter(utf8proc_int32_t code_point) {
    switch (utf8proc_category(code_point)) {
        case UTF8PROC_CATEGORY_LU:
        case UTF8PROC_CATEGORY_LL:
        case UTF8PROC_CATEGORY_LT:
        case UTF8PROC_CATEGORY_LM:
        case UTF8PROC_CATEGORY_LO:
            return true;
        default:
            return false;
    }
}

bool is_digit(utf8proc_int32_t code_point) {
    return utf8proc_category(code_point) == UTF8PROC_CATEGORY_ND;
}

/// 0 to 9. Unicode keeps the decimal digits of a script in unbroken runs of ten from zero on, so
/// the distance from the start of a run tells the value. REQUIRES: is_digit.
int digit_value(utf8proc_int32_t digit) {
    utf8proc_int32_t zero = digit;
    while (is_digit(zero - 1)) --zero;
    return static_cast<int>(digit - zero) % 10;
}

/// Kazakh letters and ё read as the Russian letter beside them (F1).
utf8proc_int32_t plain_letter(utf8proc_int32_t lower_case) {
    switch (lower_case) {
        case U'ё':
            return U'е';
        case U'ә':
            return U'а';
        case U'ғ':
            return U'г';
        case U'қ':
            return U'к';
        case U'ң':
            return U'н';
        case U'ө':
            return U'о';
        case U'ұ':
        case U'ү':
            return U'у';
        case U'һ':
            return U'х';
        case U'і':
            return U'и';
        default:
            return lower_case;
    }
}

/// Length of an HTML tag that starts at `at` ("<b>", "</p >", "<!-- -->"), or 0: "a < b" is no tag.
std::size_t tag_length(std::string_view text, std::size_t at) {
    if (at + 1 >= text.size() || text[at] != '<') return 0;
    const char after = text[at + 1];
    const bool opens = (after >= 'a' && after <= 'z') || (after >= 'A' && after <= 'Z') ||
                       after == '/' || after == '!' || after == '?';
    if (!opens) return 0;
    const std::size_t end = text.find('>', at);
    return end == std::string_view::npos ? 0 : end - at + 1;
}

std::string without_tags(std::string_view text) {
    std::string result;
    for (std::size_t at = 0; at < text.size();) {
        if (const std::size_t length = tag_length(text, at))
            at += length;
        else
            result += text[at++];
    }
    return result;
}

std::string shrink_blank_lines(std::string_view text) {
    std::string result;
    int line_feeds = 0;
    for (const char c : text) {
        line_feeds = c == '\n' ? line_feeds + 1 : 0;
        if (line_feeds <= 2) result += c;
    }
    return result;
}

}  // namespace

std::size_t code_points(std::string_view utf8) {
    std::size_t count = 0;
    for (const char c : utf8) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    return count;
}

bool is_valid_utf8(std::string_view bytes) {
    for (std::size_t at = 0; at < bytes.size();) {
        if (static_cast<unsigned char>(bytes[at]) < 0x80)
            ++at;
        else if (next(bytes, at) == kBroken)
            return false;
    }
    return true;
}

std::string truncate(std::string_view utf8, std::size_t max) {
    std::size_t at = 0;
    for (std::size_t count = 0; count < max && at < utf8.size(); ++count) next(utf8, at);
    return std::string(utf8.substr(0, at));
}

std::string clean(std::string_view utf8) {
    std::string visible;
    visible.reserve(utf8.size());
    for (std::size_t at = 0; at < utf8.size();) {
        const auto code_point = next(utf8, at);
        if (code_point == kBroken) continue;
        if (code_point == '\n')
            visible += '\n';
        else if (code_point == '\t')
            visible += ' ';
        else if (!is_invisible(code_point))
            append(visible, code_point);
    }
    // A tag may appear only once another was taken out of its middle: repeat until none is left.
    for (std::string stripped = without_tags(visible); stripped != visible;
         stripped = without_tags(visible)) {
        visible = std::move(stripped);
    }
    return nfc(std::string(trim(shrink_blank_lines(visible))));
}

std::string lower(std::string_view utf8) {
    std::string result;
    result.reserve(utf8.size());
    for (std::size_t at = 0; at < utf8.size();) {
        const auto code_point = next(utf8, at);
        if (code_point != kBroken) append(result, utf8proc_tolower(code_point));
    }
    return nfc(std::move(result));
}

std::string fold(std::string_view utf8) {
    const std::string lower_case = lower(utf8);
    std::string result;
    result.reserve(lower_case.size());
    for (std::size_t at = 0; at < lower_case.size();) {
        const auto code_point = next(lower_case, at);
        if (code_point == '\n' || code_point == '\t')
            result += ' ';
        else if (!is_invisible(code_point))
            append(result, plain_letter(code_point));
    }
    return std::string(trim(result));
}

std::vector<std::string> tokens(std::string_view folded) {
    enum class Kind { none, letters, digits };
    std::vector<std::string> result;
    Kind open = Kind::none;
    for (std::size_t at = 0; at < folded.size();) {
        const auto code_point = next(folded, at);
        const Kind kind = code_point == kBroken   ? Kind::none
                          : is_letter(code_point) ? Kind::letters
                          : is_digit(code_point)  ? Kind::digits
                                                  : Kind::none;
        if (kind != Kind::none && kind != open) result.emplace_back();
        if (kind != Kind::none) append(result.back(), code_point);
        open = kind;
    }
    return result;
}

std::string ascii_digits(std::string_view utf8) {
    std::string well_formed;
    well_formed.reserve(utf8.size());
    for (std::size_t at = 0; at < utf8.size();) {
        const auto code_point = next(utf8, at);
        if (code_point != kBroken) append(well_formed, code_point);
    }
    const std::string compatible = normal_form(std::move(well_formed), UTF8PROC_COMPAT);
    std::string result;
    result.reserve(compatible.size());
    for (std::size_t at = 0; at < compatible.size();) {
        const auto code_point = next(compatible, at);
        append(result, is_digit(code_point) ? '0' + digit_value(code_point) : code_point);
    }
    return result;
}

std::string_view trim(std::string_view text) {
    std::size_t first = 0;
    for (std::size_t at = 0; at < text.size() && is_blank(next(text, at));) first = at;
    std::size_t end = first;
    for (std::size_t at = first; at < text.size();) {
        if (!is_blank(next(text, at))) end = at;
    }
    return text.substr(first, end - first);
}

std::string like_literal(std::string_view value) {
    std::string result;
    for (const char c : value) {
        if (c == '%' || c == '_' || c == '!') result += '!';
        result += c;
    }
    return result;
}

}  // namespace shopkeeper::text
