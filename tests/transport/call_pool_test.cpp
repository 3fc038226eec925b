#include "transport/call_pool.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <future>

namespace shopkeeper::transport {

TEST_CASE("a pool refuses what it has no room for, and runs the rest", "[pool]") {
    std::promise<void> gate;
    const std::shared_future<void> opened = gate.get_future().share();
    std::promise<void> begun;
    std::atomic<int> ran = 0;
    {
        CallPool pool({1, 2});
        REQUIRE(pool.try_run([&] {
            begun.set_value();
            opened.wait();
            ++ran;
        }));
        begun.get_future().wait();
        CHECK(pool.try_run([&] { ++ran; }));
        CHECK(pool.try_run([&] { ++ran; }));
        CHECK_FALSE(pool.try_run([&] { ++ran; }));
        CHECK_FALSE(pool.wait_idle(std::chrono::milliseconds(1)));
        gate.set_value();
        CHECK(pool.wait_idle(std::chrono::seconds(20)));
        CHECK(ran == 3);
    }
    CHECK(ran == 3);
}

TEST_CASE("waiting for room ends with the process", "[pool]") {
    std::promise<void> gate;
    const std::shared_future<void> opened = gate.get_future().share();
    CallPool pool({1, 1});
    std::promise<void> begun;
    pool.try_run([&] {
        begun.set_value();
        opened.wait();
    });
    begun.get_future().wait();
    REQUIRE(pool.try_run([] {}));
    std::stop_source stop;
    auto accepted =
        std::async(std::launch::async, [&] { return pool.run([] {}, stop.get_token()); });
    stop.request_stop();
    CHECK_FALSE(accepted.get());
    gate.set_value();
}

TEST_CASE("as many tasks run at once as there are threads", "[pool]") {
    CallPool pool({4, 100});
    std::atomic<int> begun = 0;
    std::promise<void> all;
    for (int i = 0; i < 4; ++i) {
        pool.try_run([&] {
            // Nobody goes on before all four are here: a smaller pool would never get there.
            if (++begun == 4) all.set_value();
            begun.notify_all();
            for (int seen = begun; seen < 4; seen = begun) begun.wait(seen);
        });
    }
    CHECK(all.get_future().wait_for(std::chrono::seconds(20)) == std::future_status::ready);
    CHECK(pool.wait_idle(std::chrono::seconds(20)));
}

TEST_CASE("a pool that ends runs what it has accepted", "[pool]") {
    std::atomic<int> ran = 0;
    {
        CallPool pool({2, 1000});
        for (int i = 0; i < 500; ++i) pool.try_run([&] { ++ran; });
    }
    CHECK(ran == 500);
}

}  // namespace shopkeeper::transport
