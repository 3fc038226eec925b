#pragma once

#include "tools/registry.hpp"

namespace shopkeeper::tools {

// One function a domain, each in tools/<domain>_tools.cpp: one line a tool.
void register_auth(Registry& registry);
void register_products(Registry& registry);
void register_orders(Registry& registry);
void register_warehouse(Registry& registry);
void register_shop(Registry& registry);
void register_reviews(Registry& registry);
void register_telegram(Registry& registry);

/// All tools of all domains, bound to the schemas in the binary. Throws std::logic_error (see
/// seal).
void register_all(Registry& registry);

}  // namespace shopkeeper::tools
