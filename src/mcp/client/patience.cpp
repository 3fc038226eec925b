#include "mcp/client/patience.hpp"

#include <condition_variable>
#include <mutex>

namespace shopkeeper::mcp::client {

bool rest(std::chrono::milliseconds time, const Patience& patience) {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait_until(lock, patience.stop, patience.at_most(time).until, [] { return false; });
    return !patience.stop.stop_requested() && patience.left() > std::chrono::milliseconds::zero();
}

}  // namespace shopkeeper::mcp::client
