#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/call_context.hpp"
#include "base/result.hpp"
#include "domains/shop/shop.hpp"
#include "storage/database.hpp"

namespace shopkeeper::products {

/// As much of a product as a list to pick from shows.
struct ProductLabel {
    std::int64_t id;
    std::string name;
    std::optional<std::string> description;
    UnixMs updated_ms;
};

struct ListLabels {
    std::int64_t after_id = 0;
    std::int64_t limit = 100;
};

struct LabelPage {
    shop::Shop shop;
    std::vector<ProductLabel> items;
};

/// The products on sale whose ids come after `after_id`, lowest first: whatever is added, changed
/// or taken off sale between two pages, the next one repeats nothing and leaves nothing out that
/// stays on sale.
Result<LabelPage> labels(storage::Connection& connection, const CallContext& context,
                         const ListLabels& command);

}  // namespace shopkeeper::products
