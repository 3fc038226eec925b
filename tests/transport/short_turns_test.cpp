#include "net/engine/short_turns.hpp"

#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <boost/asio/post.hpp>
#include <catch2/catch.hpp>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <thread>

namespace shopkeeper::test {
namespace {

/// The turn that the calling thread has wished for, as the kernel tells it: `sched_runtime` of
/// sched_setattr(2). Called from other threads than the test's own, so it asserts nothing.
std::uint64_t wished_turn_ns() {
    std::array<unsigned char, 48> attributes{};
    std::uint64_t runtime_ns = 0;
    if (::syscall(SYS_sched_getattr, 0, attributes.data(), attributes.size(), 0) != 0) return 0;
    std::memcpy(&runtime_ns, attributes.data() + 24, sizeof runtime_ns);
    return runtime_ns;
}

TEST_CASE("a thread that takes short turns keeps its policy and its share", "[net]") {
    std::uint64_t before_ns = 0, after_ns = 0;
    int policy = -1, nice_before = 0, nice_after = 0;
    std::thread([&] {
        ::setpriority(PRIO_PROCESS, 0, 3);
        nice_before = ::getpriority(PRIO_PROCESS, 0);
        before_ns = wished_turn_ns();
        boost::asio::io_context loop;
        boost::asio::post(loop, [&] { after_ns = wished_turn_ns(); });
        net::run_in_short_turns(loop);
        policy = ::sched_getscheduler(0);
        nice_after = ::getpriority(PRIO_PROCESS, 0);
    }).join();

    CHECK(policy == SCHED_OTHER);
    CHECK(nice_after == nice_before);
    // A kernel that knows no turns of normal threads reports none, before and after.
    if (before_ns != 0) CHECK(std::chrono::nanoseconds(after_ns) == net::kTurn);
}

TEST_CASE("a loop in short turns runs every handler, and goes on after one that throws", "[net]") {
    constexpr int kHandlers = 3 * net::kHandlersMax + 1;
    boost::asio::io_context loop;
    int ran = 0;
    for (int i = 0; i < kHandlers; ++i) {
        boost::asio::post(loop, [&] {
            if (++ran == net::kHandlersMax + 1) throw std::runtime_error("a bug");
        });
    }

    CHECK_THROWS_WITH(net::run_in_short_turns(loop), "a bug");
    CHECK(ran == net::kHandlersMax + 1);
    net::run_in_short_turns(loop);
    CHECK(ran == kHandlers);
}

}  // namespace
}  // namespace shopkeeper::test
