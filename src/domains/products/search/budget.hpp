#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domains/products/price_bound.hpp"
#include "domains/products/search/stem.hpp"
#include "domains/shop/shop.hpp"

namespace shopkeeper::products::search {

/// Price limits found in a text.
struct Budget {
    PriceBounds bounds;
    std::vector<std::string> assumptions;
};

/// Reads "до 15к", "от 10 до 20 тысяч", "10-15 тыс", "за 2500 тенге", "N-ге дейін" out of a text.
/// Words that `used` marks are not looked at; words that were understood are marked there. Rule:
/// domain F8.
Budget read_budget(const Text& text, std::vector<bool>& used, const shop::Shop& shop);

/// A number nobody else claimed that can only be a price ("розы 15000") is read as about that much.
void read_lone_price(const Text& text, std::vector<bool>& used, const shop::Shop& shop,
                     Budget& budget);

}  // namespace shopkeeper::products::search
