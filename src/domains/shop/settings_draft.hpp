#pragma once

#include <vector>

#include "base/result.hpp"
#include "domains/shop/calendar.hpp"
#include "domains/shop/shop.hpp"
#include "domains/shop/update_settings.hpp"
#include "storage/database.hpp"

namespace shopkeeper::shop {

/// The shop as a command wants it.
struct SettingsDraft {
    Shop after;
    std::vector<DayException> exceptions;
    std::vector<LocalDate> removed;
};

/// Reads every field of the command against the shop as it is. Changes nothing.
/// Errors: those of `update_settings`. Rule: domain S5, S7, M5.
Result<SettingsDraft> draft_settings(storage::Connection& connection, const Shop& before,
                                     const UpdateSettings& command);

}  // namespace shopkeeper::shop
