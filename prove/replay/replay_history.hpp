#pragma once

#include <filesystem>

#include "prove/report.hpp"

namespace shopkeeper::prove {

/// Lives a real shop's trade again through the tools, its clock set to each moment: first the
/// goods and their prices, then every invoice and every return in the order of time. Afterwards
/// the shop's own books agree with the file month by month to the penny, and each shelf holds
/// what the file leaves on it.
Report prove_replay_history(storage::Database& database, const std::filesystem::path& file,
                            const Progress& progress);

}  // namespace shopkeeper::prove
