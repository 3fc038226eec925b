#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/call_context.hpp"
#include "base/money.hpp"
#include "base/result.hpp"
#include "domains/products/availability.hpp"
#include "domains/products/product_row.hpp"
#include "domains/shop/rating.hpp"
#include "domains/shop/shop.hpp"
#include "storage/database.hpp"

/// The catalogue's verbs: seven of the eight product tools. Searching is in search/search.hpp.
/// Rule: domain 3.2.
namespace shopkeeper::products {

// -- lists --------------------------------------------------------------------------------------

struct ListProducts {
    std::optional<std::string> search;
    std::optional<std::string> product_type;
    bool enabled_only = true;
    std::optional<money::Amount> min_price;
    std::optional<money::Amount> max_price;
    std::optional<std::string> color;
    std::optional<std::string> occasion;
    std::optional<std::string> tag;
    std::string sort = "default";
    std::int64_t skip = 0;
    std::int64_t limit = 20;
};

/// A page whose products are written already.
struct ProductList {
    std::string items_json;  ///< an array of Product (domain 3.0)
    std::size_t count;
    std::int64_t total;
    std::int64_t skip;
    std::int64_t limit;
    std::vector<Warning> warnings = {};
};

/// In a transaction that only reads a page is shown from memory where it still holds, which costs
/// one statement (products/page.hpp).
/// Errors: invalid_argument (min_price above max_price, unknown colour or occasion).
/// Rule: domain P1, P2, F13.
Result<ProductList> list(storage::Connection& connection, const CallContext& context,
                         const ListProducts& command);

struct ProductPage {
    shop::Shop shop;
    std::vector<Product> items;
    std::int64_t total;
    std::int64_t skip;
    std::int64_t limit;
};

struct GetFeatured {
    std::int64_t limit = 10;
};
/// Rule: domain P8.
Result<ProductPage> featured(storage::Connection& connection, const CallContext& context,
                             const GetFeatured& command);

struct GetBestsellers {
    std::int64_t limit = 10;
    std::int64_t days = 90;
};

struct BestsellerPage {
    ProductPage page;
    std::string basis;                      ///< recent, all_time, featured or newest
    std::vector<std::int64_t> sold_counts;  ///< one for each item
};
/// Rule: domain P7.
Result<BestsellerPage> bestsellers(storage::Connection& connection, const CallContext& context,
                                   const GetBestsellers& command);

// -- one product --------------------------------------------------------------------------------

struct PickupPlace {
    std::string address;
    std::optional<std::string> landmark;
};

struct ProductDetail {
    shop::Shop shop;
    Product product;
    std::vector<ComponentStock> composition;
    bool shows_stock;  ///< the caller may see what lies in the warehouse
    Availability availability;
    shop::RatingStats rating;
    std::vector<Product> frequently_bought;
    std::vector<PickupPlace> pickup_locations;
    std::vector<Warning> warnings = {};
};

struct GetProduct {
    std::int64_t product_id;
};
/// Errors: not_found. Rule: domain P1, P3.
Result<ProductDetail> get(storage::Connection& connection, const CallContext& context,
                          const GetProduct& command);

struct CheckAvailability {
    std::int64_t product_id;
    std::int64_t quantity = 1;
};

struct AvailabilityAnswer {
    std::int64_t product_id;
    std::string product_name;
    std::int64_t quantity;
    Availability availability;
    std::vector<ComponentStock> components;
    bool shows_stock;
    std::vector<Warning> warnings;
};
/// Errors: not_found. Rule: domain P6.
Result<AvailabilityAnswer> check_availability(storage::Connection& connection,
                                              const CallContext& context,
                                              const CheckAvailability& command);

// -- editing ------------------------------------------------------------------------------------

struct RecipeEntry {
    std::int64_t warehouse_item_id;
    std::int64_t quantity;
    bool is_optional = false;
    friend bool operator==(const RecipeEntry&, const RecipeEntry&) = default;
};

/// What may be said of a product; absent: not said.
struct ProductFields {
    std::optional<std::string> name;
    std::optional<std::string> type;
    std::optional<money::Amount> price;
    std::optional<std::string> description;
    std::optional<bool> enabled;
    std::optional<bool> is_featured;
    std::optional<std::int64_t> manufacturing_time_minutes;
    std::optional<std::int64_t> stem_count;
    std::optional<std::int64_t> width_cm;
    std::optional<std::int64_t> height_cm;
    std::optional<std::int64_t> shelf_life_days;
    std::optional<std::vector<std::string>> colors;
    std::optional<std::vector<std::string>> occasions;
    std::optional<std::vector<std::string>> tags;
    std::optional<std::vector<std::string>> image_urls;
    std::optional<std::vector<RecipeEntry>> recipe;
};

/// REQUIRES: name, type and price are there (the schema asks for them).
struct CreateProduct {
    ProductFields fields;
};
/// Errors: invalid_argument. Events: product.changed. Rule: domain P4, M5.
Result<ProductDetail> create(storage::Connection& connection, const CallContext& context,
                             const CreateProduct& command);

struct UpdateProduct {
    std::int64_t product_id;
    ProductFields fields;
    std::vector<std::string> clear;  ///< names of nullable fields to empty
};
/// Changes only what is given. The stem count follows a new recipe unless somebody has set it by
/// hand, that is, unless it differs from what the old recipe gives. Errors: not_found,
/// invalid_argument (nothing given; a field both given and cleared). Events: product.changed when
/// something changed. Rule: domain P4, P5.
Result<ProductDetail> update(storage::Connection& connection, const CallContext& context,
                             const UpdateProduct& command);

}  // namespace shopkeeper::products
