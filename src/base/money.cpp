#include "base/money.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <stdexcept>

namespace shopkeeper::money {
namespace {

/// Currencies with a symbol of their own or a number of decimals other than two.
constexpr Currency kSpecial[] = {
    {"KZT", "₸", 2},   {"RUB", "₽", 2}, {"USD", "$", 2},   {"EUR", "€", 2},   {"BHD", "BHD", 3},
    {"BIF", "BIF", 0}, {"CLP", "CLP", 0}, {"DJF", "DJF", 0}, {"GNF", "GNF", 0}, {"IQD", "IQD", 3},
    {"ISK", "ISK", 0}, {"JOD", "JOD", 3}, {"JPY", "JPY", 0}, {"KMF", "KMF", 0}, {"KRW", "KRW", 0},
    {"KWD", "KWD", 3}, {"LYD", "LYD", 3}, {"OMR", "OMR", 3}, {"PYG", "PYG", 0}, {"RWF", "RWF", 0},
    {"TND", "TND", 3}, {"UGX", "UGX", 0}, {"VND", "VND", 0}, {"VUV", "VUV", 0}, {"XAF", "XAF", 0},
    {"XOF", "XOF", 0}, {"XPF", "XPF", 0},
};

constexpr std::string_view kTwoDecimals[] = {
    "AED", "AFN", "ALL", "AMD", "ANG", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT",
    "BGN", "BMD", "BND", "BOB", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHF",
    "CNY", "COP", "CRC", "CUP", "CVE", "CZK", "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "FJD",
    "FKP", "GBP", "GEL", "GHS", "GIP", "GMD", "GTQ", "GYD", "HKD", "HNL", "HTG", "HUF", "IDR",
    "ILS", "INR", "IRR", "JMD", "KES", "KGS", "KHR", "KPW", "KYD", "LAK", "LBP", "LKR", "LRD",
    "LSL", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR", "MVR", "MWK", "MXN",
    "MYR", "MZN", "NAD", "NGN", "NIO", "NOK", "NPR", "NZD", "PAB", "PEN", "PGK", "PHP", "PKR",
    "PLN", "QAR", "RON", "RSD", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SOS",
    "SRD", "SSP", "STN", "SVC", "SYP", "SZL", "THB", "TJS", "TMT", "TOP", "TRY", "TTD", "TWD",
    "TZS", "UAH", "UYU", "UZS", "VES", "WST", "XCD", "YER", "ZAR", "ZMW",
};

std::int64_t power_of_ten(int exponent) {
    std::int64_t result = 1;
    while (exponent-- > 0) result *= 10;
    return result;
}

}  // namespace

Currency currency(std::string_view code) {
    for (const Currency& special : kSpecial) {
        if (special.code == code) return special;
    }
    const auto* found = std::find(std::begin(kTwoDecimals), std::end(kTwoDecimals), code);
    if (found == std::end(kTwoDecimals)) return {"", "", 2};
    return {*found, *found, 2};
}

Result<std::int64_t> to_minor(const Amount& amount, const Currency& currency,
                              std::string_view field) {
    const auto wrong = [&](std::string_view why) {
        return invalid_argument(std::string(field),
                                std::string(field) + " is an amount in " +
                                    std::string(currency.code) +
                                    " (major units, e.g. 9000): " + std::string(why),
                                amount.digits);
    };
    const std::string_view digits = amount.digits;
    if (digits.starts_with('-')) return wrong("it cannot be negative.");
    const auto point = digits.find('.');
    const std::string_view whole_text = digits.substr(0, point);
    std::string_view fraction =
        point == std::string_view::npos ? std::string_view() : digits.substr(point + 1);
    while (fraction.ends_with('0')) fraction.remove_suffix(1);
    if (static_cast<int>(fraction.size()) > currency.decimals) {
        return wrong("at most " + std::to_string(currency.decimals) + " decimals are accepted.");
    }
    std::int64_t minor = 0;
    for (const std::string_view part : {whole_text, fraction}) {
        for (const char c : part) {
            if (c < '0' || c > '9') return wrong("write plain digits.");
            if (minor > 100'000'000'000'000'000) return wrong("it is too large.");
            minor = minor * 10 + (c - '0');
        }
    }
    const std::int64_t scale = power_of_ten(currency.decimals - static_cast<int>(fraction.size()));
    if (whole_text.empty()) return wrong("write plain digits.");
    if (minor > 9'000'000'000'000'000'000 / scale) return wrong("it is too large.");
    return minor * scale;
}

std::string to_major(std::int64_t minor, const Currency& currency) {
    const std::int64_t scale = power_of_ten(currency.decimals);
    std::string result = minor < 0 ? "-" : "";
    const std::int64_t magnitude = minor < 0 ? -minor : minor;
    result += std::to_string(magnitude / scale);
    const std::int64_t rest = magnitude % scale;
    if (rest == 0) return result;
    std::string fraction = std::to_string(rest);
    fraction.insert(0, static_cast<std::size_t>(currency.decimals) - fraction.size(), '0');
    while (fraction.ends_with('0')) fraction.pop_back();
    return result + "." + fraction;
}

std::string display(std::int64_t minor, const Currency& currency, std::string_view locale) {
    const std::int64_t scale = power_of_ten(currency.decimals);
    const std::int64_t magnitude = minor < 0 ? -minor : minor;
    std::string whole = std::to_string(magnitude / scale);
    for (auto at = static_cast<std::ptrdiff_t>(whole.size()) - 3; at > 0; at -= 3) {
        whole.insert(static_cast<std::size_t>(at), " ");
    }
    std::string result = (minor < 0 ? "-" : "") + whole;
    if (const std::int64_t rest = magnitude % scale; rest != 0) {
        std::string fraction = std::to_string(rest);
        fraction.insert(0, static_cast<std::size_t>(currency.decimals) - fraction.size(), '0');
        result += (locale == "en" ? "." : ",") + fraction;
    }
    return result + " " + std::string(currency.symbol);
}

std::int64_t multiply(std::int64_t a, std::int64_t b) {
    std::int64_t result = 0;
    if (__builtin_mul_overflow(a, b, &result))
        throw std::overflow_error("an amount exceeds 64 bits");
    return result;
}

std::int64_t add(std::int64_t a, std::int64_t b) {
    std::int64_t result = 0;
    if (__builtin_add_overflow(a, b, &result))
        throw std::overflow_error("an amount exceeds 64 bits");
    return result;
}

}  // namespace shopkeeper::money
