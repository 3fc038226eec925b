#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace shopkeeper::phone {

/// A number of the +7 plan in its one stored form, "+77000001234".
struct Phone {
    std::string e164;
    bool is_foreign;        ///< Russian: accepted for customers, refused for staff and shops (K2)
    bool unusual_operator;  ///< Kazakhstani, but of an operator code nobody knows (K3)
};

/// Written by hand and not with libphonenumber: that costs 9 ms and 8 MiB at first use, accepts
/// more than K1 does, and K1 is one screen. Errors: invalid_argument on `field`, with an example.
/// Rule: domain K1.
Result<Phone> normalize(std::string_view given, std::string_view field);

/// "+7 (700) 000-12-34". REQUIRES: `e164` came from `normalize`. Rule: domain K4.
std::string display(std::string_view e164);

/// "+7700***1234": what logs and redacted views show. Rule: domain K4.
std::string mask(std::string_view e164);

}  // namespace shopkeeper::phone
