#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/json_writer.hpp"
#include "domains/products/product_row.hpp"
#include "domains/shop/shop.hpp"

namespace shopkeeper::products {

/// The members of a Product, into an object that the caller has opened and may add to.
/// Rule: domain 3.0 Product.
void write_product_members(JsonWriter& out, const shop::Shop& shop, const Product& product);

/// A Product as an object of its own.
void write_product(JsonWriter& out, const shop::Shop& shop, const Product& product);

/// Products as they stand in results, written once; only whether they can be sold now is put in
/// with each use.
class WrittenProducts {
public:
    void add(const shop::Shop& shop, const Product& product);

    std::size_t size() const { return gaps_.size(); }
    std::size_t bytes() const { return text_.size(); }
    /// The array of all. REQUIRES: `available` says it of each.
    std::string json(const std::vector<bool>& available) const;

private:
    std::string text_;               ///< the products, commas between them
    std::vector<std::size_t> gaps_;  ///< where `available` of each belongs
};

}  // namespace shopkeeper::products
