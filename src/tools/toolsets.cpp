#include "tools/toolsets.hpp"

#include <algorithm>

namespace shopkeeper::tools {
namespace {

constexpr Toolset kToolsets[] = {
    {"products", "the catalogue: searching, availability, and keeping it"},
    {"shop", "the shop itself: hours, delivery times, questions and answers, settings"},
    {"orders", "prices of baskets, ordering, tracking, and moving orders on"},
    {"reviews", "what customers say"},
    {"telegram", "client records of Telegram users"},
    {"warehouse", "stock and its ledger"},
    {"auth", "signing in as staff"},
};

}  // namespace

std::span<const Toolset> toolsets() {
    return kToolsets;
}

const Toolset* find_toolset(std::string_view name) {
    const auto* found = std::ranges::find(kToolsets, name, &Toolset::name);
    return found != std::end(kToolsets) ? found : nullptr;
}

}  // namespace shopkeeper::tools
