#pragma once

#include <cstdint>
#include <filesystem>

namespace shopkeeper::bench {

/// Makes a new database with a large and uneven shop, with products off sale, sold out and never
/// sold, for `print_answers`: the same rows in each build. REQUIRES: no such file.
void fill_for_answers(const std::filesystem::path& database, std::int64_t products);

/// Asks several hundred questions of the catalogue, the same ones in each build, and prints one
/// line for each: the call and its whole answer. Two builds that order, count or score anything
/// differently differ in a line.
void print_answers(const std::filesystem::path& database);

}  // namespace shopkeeper::bench
