#pragma once

#include <cstdint>

namespace shopkeeper {

/// An instant: Unix milliseconds UTC. Every name that holds one ends in `_ms`.
using UnixMs = std::int64_t;

/// Where "now" comes from. Thread-safe. Rule: domain C11 (a request reads it once).
class Clock {
public:
    virtual ~Clock() = default;
    virtual UnixMs now_ms() const = 0;
};

class SystemClock final : public Clock {
public:
    UnixMs now_ms() const override;
};

}  // namespace shopkeeper
