#include "net/engine/short_turns.hpp"

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

namespace shopkeeper::net {
namespace {

/// The kernel's `struct sched_attr`, first version; glibc 2.36 has none, and the kernel's own
/// header cannot be included beside <sched.h>.
struct SchedulingWish {
    std::uint32_t size;
    std::uint32_t policy;
    std::uint64_t flags;
    std::int32_t nice;
    std::uint32_t priority;
    std::uint64_t runtime_ns;  ///< of a normal thread: how long a turn it wants
    std::uint64_t deadline_ns;
    std::uint64_t period_ns;
};
static_assert(sizeof(SchedulingWish) == 48);

constexpr long kThisThread = 0;

void ask_for_short_turns() {
    SchedulingWish wish{};
    if (::syscall(SYS_sched_getattr, kThisThread, &wish, sizeof wish, 0) != 0) return;
    if (wish.policy != SCHED_OTHER) return;  // whoever started us with another one knows why
    wish.runtime_ns = static_cast<std::uint64_t>(std::chrono::nanoseconds(kTurn).count());
    // Refused or not, the loop runs.
    static_cast<void>(::syscall(SYS_sched_setattr, kThisThread, &wish, 0));
}

}  // namespace

void run_in_short_turns(boost::asio::io_context& context) {
    ask_for_short_turns();
    while (context.run_one() > 0) {
        for (int handlers = 1; handlers < kHandlersMax && context.poll_one() > 0; ++handlers) {
        }
        ::sched_yield();
    }
}

}  // namespace shopkeeper::net
