#pragma once

#include <string>
#include <vector>

#include "storage/database.hpp"

namespace shopkeeper::server::checks {

/// Rows whose folded text is not their text folded, so that a search passes them by, as
/// "product:17". Rule: domain F1.
std::vector<std::string> badly_folded(storage::Connection& connection);

}  // namespace shopkeeper::server::checks
