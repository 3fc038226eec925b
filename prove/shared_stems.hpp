#pragma once

#include <cstdint>

#include "prove/report.hpp"

namespace shopkeeper::prove {

struct SharedStems {
    std::uint64_t seed = 1;
    std::int64_t operations = 10'000;
    std::int64_t threads = 16;
    std::int64_t stems = 200;
};

/// Three bouquets made of the same stems, ordered, changed, moved and cancelled at random by many
/// threads at once, while stems are delivered and thrown away and a reader looks on: at every look
/// the ledger is the stock and no more is promised than there is; at the end the shop holds exactly
/// what was acknowledged. Time passes quickly enough for reservations to run out.
Report prove_shared_stems(storage::Database& database, const SharedStems& plan,
                          const Progress& progress);

}  // namespace shopkeeper::prove
