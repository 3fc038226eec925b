#pragma once

#include <string>

#include "base/clock.hpp"

/// Moments as text in UTC, whole seconds.
namespace shopkeeper::utc {

/// "2026-01-01T03:00:00Z".
std::string rfc3339(UnixMs at_ms);

/// "20260101T030000Z", for names of files: sorts by time as text.
std::string time_stamp(UnixMs at_ms);

}  // namespace shopkeeper::utc
