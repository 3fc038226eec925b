#pragma once

#include "domains/products/products.hpp"

namespace shopkeeper::products {

/// Everything that is shown of one product. REQUIRES: the product exists in the shop. Rule: domain
/// P3.
ProductDetail detail_of(storage::Connection& connection, const CallContext& context,
                        const shop::Shop& shop, Product product);

}  // namespace shopkeeper::products
