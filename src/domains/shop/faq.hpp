#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/call_context.hpp"
#include "base/result.hpp"
#include "domains/shop/shop.hpp"

namespace shopkeeper::shop {

struct GetFaq {
    std::optional<std::string> category;
    std::int64_t skip = 0;
    std::int64_t limit = 100;
};

struct FaqEntry {
    std::int64_t id;
    std::string question;
    std::string answer;  ///< placeholders filled in
    std::string category;
};

struct FaqPage {
    std::vector<FaqEntry> items;
    std::int64_t total;
    std::int64_t skip;
    std::int64_t limit;
    std::vector<std::string> categories;  ///< of all published entries, in their order
};

/// The published questions and answers; what an answer says of prices, hours, phone and address is
/// filled in from the settings, so that it cannot contradict them. Rule: domain S8.
Result<FaqPage> get_faq(storage::Connection& connection, const CallContext& context,
                        const GetFaq& command);

}  // namespace shopkeeper::shop
