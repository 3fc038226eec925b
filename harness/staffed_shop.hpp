#pragma once

#include <cstdint>
#include <string>

#include "base/clock.hpp"
#include "domains/auth/staff.hpp"
#include "storage/database.hpp"

namespace shopkeeper::harness {

/// A shop with the default settings, and its director.
struct StaffedShop {
    std::int64_t id;
    std::int64_t director_id;
};

/// Adds shop `id`. Throws std::runtime_error where a shop with that id exists: a proof works on a
/// database of its own.
StaffedShop add_shop(storage::Connection& connection, std::int64_t id, UnixMs now_ms);

/// Adds a person to a shop; returns the user's id. `number` makes name and phone unique.
std::int64_t add_person(storage::Connection& connection, std::int64_t shop_id, Role role,
                        std::int64_t number, UnixMs now_ms);

/// The phone of the member of staff with this `number`.
std::string staff_phone_number(std::int64_t number);

/// The phone of invented person `number`: +77000000001 and up.
std::string phone_number(std::int64_t number);

}  // namespace shopkeeper::harness
