#include "tools/register_all.hpp"

namespace shopkeeper::tools {

void register_all(Registry& registry) {
    register_auth(registry);
    register_products(registry);
    register_orders(registry);
    register_warehouse(registry);
    register_shop(registry);
    register_reviews(registry);
    register_telegram(registry);
    registry.seal(embedded::schemas());
}

}  // namespace shopkeeper::tools
