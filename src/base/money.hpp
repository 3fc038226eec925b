#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace shopkeeper::money {

/// A currency as shops use it. Rule: domain M2, M4.
struct Currency {
    std::string_view code;    ///< ISO 4217
    std::string_view symbol;  ///< what stands after an amount; the code where no symbol is known
    int decimals;
};

/// nullopt-like: `code` empty when the shop may not use it. The list is ISO 4217's active
/// currencies.
Currency currency(std::string_view code);

/// A decimal number just as a caller wrote it ("9000", "9000.5"): exact until the currency is
/// known.
struct Amount {
    std::string digits;
};

/// Major units to minor units, without floating point.
/// Errors: invalid_argument (negative, more decimals than the currency has, beyond 64 bits).
/// Rule: domain M2, M3.
Result<std::int64_t> to_minor(const Amount& amount, const Currency& currency,
                              std::string_view field);

/// Minor units as a JSON number in major units: "9000", "9000.5". Rule: domain M1, M2.
std::string to_major(std::int64_t minor, const Currency& currency);

/// For people: "9 000 ₸", "9 000,50 ₸" (point instead of comma in English). Rule: domain M4.
std::string display(std::int64_t minor, const Currency& currency, std::string_view locale);

/// a × b and a + b, throwing std::overflow_error where 64 bits do not hold the result. Rule: domain
/// M3.
std::int64_t multiply(std::int64_t a, std::int64_t b);
std::int64_t add(std::int64_t a, std::int64_t b);

}  // namespace shopkeeper::money
