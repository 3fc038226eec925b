#pragma once

#include <cstdint>
#include <filesystem>

namespace shopkeeper::bench {

/// Fills the demo shop of a database up to so many products: clones of the demo products with a
/// name of their own, with their facets, recipe and search index. Each also carries one word that
/// only a hundredth part of a per cent of a large catalogue shares, so that searches can be narrow.
void load_products(const std::filesystem::path& database, std::int64_t total);

/// Fills it up to so many orders, five a client, delivered over the last three years, each with a
/// line and a history. Prices and totals agree; stock is untouched, since delivered long ago.
void load_orders(const std::filesystem::path& database, std::int64_t total);

/// Puts so much on every shelf that no run sells out.
void fill_shelves(const std::filesystem::path& database);

}  // namespace shopkeeper::bench
