#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/database.hpp"

namespace shopkeeper::storage {

/// Runs `SELECT ... IN (ids) ...` for any number of ids with few distinct texts, so that prepared
/// statements are found again: the list is padded to the next of a handful of sizes by repeating
/// its last id. `before` ends in "IN (", `after` begins with ")". `params` are $1..$n of the text;
/// the ids follow them. Empty `ids`: no rows, nothing is run.
Rows query_by_ids(Connection& connection, std::string_view before,
                  std::span<const std::int64_t> ids, std::string_view after,
                  std::initializer_list<Value> params = {});

/// The same by Connection::query_alone.
Rows query_alone_by_ids(Connection& connection, std::string_view before,
                        std::span<const std::int64_t> ids, std::string_view after,
                        std::initializer_list<Value> params = {});

}  // namespace shopkeeper::storage
