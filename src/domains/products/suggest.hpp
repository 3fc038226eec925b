#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/call_context.hpp"
#include "base/result.hpp"
#include "storage/database.hpp"

namespace shopkeeper::products {

/// What somebody has typed of a product so far.
struct Suggest {
    std::string text;
    std::size_t limit = 100;
};

struct Suggestion {
    std::int64_t id;
    std::string name;
};

struct Suggestions {
    std::vector<Suggestion> items;
    std::optional<std::int64_t> total;  ///< where it is known without counting
    bool has_more = false;
};

/// Products on sale whose names begin with the text, in the order of names, and then what the
/// shop's search finds for it. No text: all, by name.
Result<Suggestions> suggest(storage::Connection& connection, const CallContext& context,
                            const Suggest& command);

/// Products on sale whose ids begin with these digits, lower ids of fewer digits first.
/// REQUIRES: `text` is 1 to 18 decimal digits.
Result<Suggestions> suggest_by_id(storage::Connection& connection, const CallContext& context,
                                  const Suggest& command);

}  // namespace shopkeeper::products
