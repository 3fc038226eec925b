#include "base/phone.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.hpp"

namespace shopkeeper::phone {
namespace {

constexpr std::string_view kSeparators[] = {
    "\u00A0", "\u2007", "\u2009", "\u202F", "\u2010", "\u2011", "\u2012", "\u2013",
    "\u2014", "\u2212", " ",      "\t",     "-",      ".",      "(",      ")"};

/// Without `tel:` and everything people write between digits.
std::string bare(std::string_view given) {
    std::string_view rest = text::trim(given);
    if (text::lower(rest.substr(0, 4)) == "tel:") rest.remove_prefix(4);
    std::string result;
    while (!rest.empty()) {
        const auto* separator =
            std::find_if(std::begin(kSeparators), std::end(kSeparators),
                         [&](std::string_view s) { return rest.starts_with(s); });
        if (separator != std::end(kSeparators)) {
            rest.remove_prefix(separator->size());
        } else {
            result += rest.front();
            rest.remove_prefix(1);
        }
    }
    return result;
}

/// The ten digits after the country code, or nullopt.
std::optional<std::string> subscriber(std::string digits) {
    if (digits.starts_with("00")) digits.replace(0, 2, "+");
    const bool international = digits.starts_with('+');
    if (international) {
        if (!digits.starts_with("+7")) return std::nullopt;
        digits.erase(0, 2);
    } else if (digits.size() == 11 && (digits[0] == '7' || digits[0] == '8')) {
        digits.erase(0, 1);
    }
    const bool ten_digits =
        digits.size() == 10 &&
        std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!ten_digits) return std::nullopt;
    return digits;
}

bool is_known_operator(std::string_view ten_digits) {
    constexpr std::array<std::string_view, 10> kPrefixes = {"70", "71",  "72",  "747", "75",
                                                            "76", "771", "775", "776", "777"};
    return ten_digits.starts_with("778") ||
           std::any_of(kPrefixes.begin(), kPrefixes.end(),
                       [&](std::string_view prefix) { return ten_digits.starts_with(prefix); });
}

}  // namespace

Result<Phone> normalize(std::string_view given, std::string_view field) {
    const auto digits = subscriber(bare(given));
    const char area = digits ? digits->front() : '0';
    const bool kazakh = area == '7' || area == '6';
    const bool russian = area == '3' || area == '4' || area == '8' || area == '9';
    if (!kazakh && !russian) {
        return invalid_argument(std::string(field),
                                std::string(field) +
                                    " must be a phone number of Kazakhstan or Russia: +7 and ten "
                                    "digits, for example +7 700 000 12 34.",
                                std::string(given));
    }
    return Phone{"+7" + *digits, russian, kazakh && !is_known_operator(*digits)};
}

std::string display(std::string_view e164) {
    const auto part = [&](std::size_t from, std::size_t length) {
        return std::string(e164.substr(from, length));
    };
    return part(0, 2) + " (" + part(2, 3) + ") " + part(5, 3) + "-" + part(8, 2) + "-" +
           part(10, 2);
}

std::string mask(std::string_view e164) {
    if (e164.size() < 12) return "***";
    return std::string(e164.substr(0, 5)) + "***" + std::string(e164.substr(e164.size() - 4));
}

}  // namespace shopkeeper::phone
