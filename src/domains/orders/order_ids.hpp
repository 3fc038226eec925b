#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "storage/database.hpp"

namespace shopkeeper::orders {

/// The id of the shop's order with this tracking id.
std::optional<std::int64_t> id_of(storage::Connection& connection, std::int64_t shop_id,
                                  const std::string& tracking_id);

}  // namespace shopkeeper::orders
