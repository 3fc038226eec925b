#pragma once

#include <cstdint>

#include "prove/report.hpp"

namespace shopkeeper::prove {

struct Idempotency {
    std::int64_t at_once = 8;        ///< calls in flight together
    std::int64_t duplicates = 1000;  ///< of one order, in parallel
};

/// Every write tool with an idempotency key: repeated, repeated with other arguments, while the
/// first is in flight, after a fault at each of its statements, after the key has run out, by
/// another shop and by a colleague, with its members in another order, with null for absent. Then
/// so many duplicates of one order at once, with a key and without. Rule: domain I1-I7, O20.
Report prove_idempotency(storage::Database& database, const Idempotency& plan,
                         const Progress& progress);

}  // namespace shopkeeper::prove
