#include "transport/delay.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <string>

#include "fake_endpoints.hpp"

namespace shopkeeper::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using transport::Delay;

TEST_CASE("jobs run in their order, each after its time", "[delay]") {
    Watch watch;
    std::string order;
    const auto started = steady_clock::now();
    steady_clock::time_point first;
    Delay delay(milliseconds(20));
    delay.add([&] {
        watch.change([&] {
            first = steady_clock::now();
            order += "a";
        });
    });
    delay.add([&] { watch.change([&] { order += "b"; }); });
    watch.wait([&] { return order == "ab"; });
    CHECK(first - started >= milliseconds(20));

    delay.add([&] { watch.change([&] { order += "c"; }); });
    watch.wait([&] { return order == "abc"; });
}

TEST_CASE("a job may add the next one", "[delay]") {
    Watch watch;
    int runs = 0;
    Delay delay(milliseconds(1));
    delay.add([&] {
        delay.add([&] { watch.change([&] { ++runs; }); });
        watch.change([&] { ++runs; });
    });
    watch.wait([&] { return runs == 2; });
}

TEST_CASE("what has not begun is forgotten with the delay, at once", "[delay]") {
    bool has_run = false;
    const auto started = steady_clock::now();
    {
        Delay delay(std::chrono::hours(1));
        delay.add([&] { has_run = true; });
    }
    CHECK_FALSE(has_run);
    CHECK(steady_clock::now() - started < std::chrono::minutes(1));
}

}  // namespace
}  // namespace shopkeeper::test
