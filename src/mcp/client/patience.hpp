#pragma once

#include <algorithm>
#include <chrono>
#include <stop_token>

namespace shopkeeper::mcp::client {

/// How long somebody is willing to wait.
struct Patience {
    std::chrono::steady_clock::time_point until;
    std::stop_token stop;

    std::chrono::milliseconds left() const {
        const auto now = std::chrono::steady_clock::now();
        if (until <= now) return std::chrono::milliseconds::zero();
        return std::chrono::ceil<std::chrono::milliseconds>(until - now);
    }
    /// No longer than `most` from now.
    Patience at_most(std::chrono::milliseconds most) const {
        return {std::min(until, std::chrono::steady_clock::now() + most), stop};
    }
};

/// Waits for `time`, or until patience ends, which it then tells by false.
bool rest(std::chrono::milliseconds time, const Patience& patience);

}  // namespace shopkeeper::mcp::client
