#pragma once

#include <chrono>

namespace shopkeeper::net {

/// A loop answers a call in some 30 us, while a turn on a busy processor is 3 ms by default: a loop
/// that has to wait for others' turns keeps all its connections waiting, and they are the 99th
/// percentile of a machine without a core to spare.
inline constexpr std::chrono::microseconds kTurn{100};

/// Asks the scheduler for many turns of `kTurn` in place of few long ones, for the calling thread;
/// its share of the processor stays. An effort only: Linux before 6.12 has no such wish, and a
/// sandbox may forbid it.
void take_short_turns();

}  // namespace shopkeeper::net
