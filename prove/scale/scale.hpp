#pragma once

#include <cstdint>

#include "harness/town.hpp"
#include "prove/report.hpp"

namespace shopkeeper::prove {

struct Scale {
    std::int64_t percent = 100;  ///< of a town's full size
    std::int64_t calls = 400;    ///< of each tool in each shop
    std::uint64_t seed = 1;
};

/// How long five tools take in a town of that size: in its large shop and in one of the others.
/// REQUIRES: a database of the schema that the loader knows. Up to 10 % of the full size the
/// invariants of the whole database are checked as well.
Report prove_scale(storage::Database& database, const Scale& plan, const Progress& progress);

}  // namespace shopkeeper::prove
