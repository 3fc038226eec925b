#pragma once

#include <memory>
#include <string>

#include "storage/database.hpp"
#include "tools/rate_limits.hpp"

namespace shopkeeper::tools {

/// Buckets that all processes on one database draw on. Thread-safe.
///
/// A draw is a transaction of its own, begun while the call's is open, so the database is another
/// pool of connections to the same place: who holds one of it waits for nobody who waits for one.
/// Throws storage::Unavailable.
class SharedRateLimits final : public RateLimits {
public:
    /// `name_key`: names are made of addresses and phones, so only digests under this key are
    /// stored; the same on every process. Rule: domain A11.
    SharedRateLimits(RateOptions options, std::unique_ptr<storage::Database> database,
                     std::string name_key);

private:
    std::optional<std::int64_t> wait_us(std::span<const Step> steps) override;
    std::optional<std::int64_t> wait_us(storage::Connection& connection, const Step& step) const;

    const std::unique_ptr<storage::Database> database_;
    const std::string name_key_;
};

/// Forgets the buckets that are full again; returns how many.
std::int64_t forget_full_buckets(storage::Connection& connection, UnixMs now_ms);

}  // namespace shopkeeper::tools
