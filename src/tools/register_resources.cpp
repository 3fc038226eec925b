#include "tools/resources.hpp"

namespace shopkeeper::tools {
namespace {

/// What everybody is told alike may be kept a minute; the card says whether the shop is open now.
constexpr mcp::CacheHint kMinute{.ttl_ms = 60'000, .is_public = true};
constexpr mcp::CacheHint kFiveMinutes{.ttl_ms = 300'000, .is_public = true};
/// What depends on who asks, or must be true now.
constexpr mcp::CacheHint kNever{.ttl_ms = 0, .is_public = false};

}  // namespace

void register_resources(Resources& resources) {
    resources.add("card", "get_shop_settings", kMinute);
    resources.add("catalogue", "list_products", kMinute, {{"limit", kCatalogueProductsMax}});
    resources.add("faq", "get_faq", kFiveMinutes);
    resources.add("product", "get_product", kNever);
    resources.add("order", "track_order", kNever);
    resources.list_products_by("product");
    resources.seal(embedded::resources());
}

}  // namespace shopkeeper::tools
