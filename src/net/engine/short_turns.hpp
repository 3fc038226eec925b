#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>

namespace shopkeeper::net {

/// A loop answers a call in some 30 us, while a turn on a busy processor is 3 ms by default: a loop
/// that has to wait for others' turns keeps all its connections waiting, and they are the 99th
/// percentile of a machine without a core to spare.
inline constexpr std::chrono::microseconds kTurn{100};

/// The scheduler ends the turn of a busy thread at a tick only, 4 ms apart: after so many handlers
/// a loop lets others have the processor, its clients among them.
inline constexpr int kHandlersMax = 32;

/// Runs the handlers of `context` until it is stopped or has no work left, in many turns of `kTurn`
/// in place of few long ones; the thread's share of the processor stays. Asking the scheduler for
/// them is an effort only: Linux before 6.12 has no such wish, and a sandbox may forbid it. Lets
/// escape what a handler throws; to be called again then.
void run_in_short_turns(boost::asio::io_context& context);

}  // namespace shopkeeper::net
