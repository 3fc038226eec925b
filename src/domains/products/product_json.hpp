#pragma once

#include "base/json_writer.hpp"
#include "domains/products/product_row.hpp"
#include "domains/shop/shop.hpp"

namespace shopkeeper::products {

/// The members of a Product, into an object that the caller has opened and may add to.
/// Rule: domain 3.0 Product.
void write_product_members(JsonWriter& out, const shop::Shop& shop, const Product& product);

/// A Product as an object of its own.
void write_product(JsonWriter& out, const shop::Shop& shop, const Product& product);

}  // namespace shopkeeper::products
