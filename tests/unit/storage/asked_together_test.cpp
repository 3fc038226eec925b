// Callers who ask the same at the same moment share one asking, and none is answered by one that
// began before it came.
#include "storage/asked_together.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <future>
#include <latch>
#include <stdexcept>
#include <thread>
#include <vector>

using namespace shopkeeper;
using Questions = storage::AskedTogether<int>;

namespace {

/// Returns when so many callers are inside: they wait there for as long as it takes.
void wait_for_callers(const Questions& questions, std::size_t callers) {
    while (questions.callers() < callers) std::this_thread::yield();
}

/// An asking that is under way until it is let go.
struct Held {
    Questions& questions;
    std::latch has_begun{1};
    std::latch may_end{1};
    std::thread thread;

    Held(Questions& q, int answer) : questions(q) {
        thread = std::thread([this, answer] {
            questions.ask("roses", [&] {
                has_begun.count_down();
                may_end.wait();
                return answer;
            });
        });
        has_begun.wait();
    }
    void end() {
        may_end.count_down();
        thread.join();
    }
};

}  // namespace

TEST_CASE("who comes while an asking is under way is answered by the next one, together",
          "[storage]") {
    Questions questions;
    Held first(questions, 1);
    std::atomic<int> askings = 0;
    std::vector<std::future<int>> later;
    for (int i = 0; i < 5; ++i) {
        later.push_back(std::async(std::launch::async, [&] {
            return *questions.ask("roses", [&] {
                ++askings;
                return 2;
            });
        }));
    }
    wait_for_callers(questions, 6);
    CHECK(askings == 0);
    first.end();

    for (auto& answer : later) CHECK(answer.get() == 2);
    CHECK(askings == 1);
    CHECK(questions.callers() == 0);
}

TEST_CASE("of a failure nobody hears by another: each who waited asks for himself", "[storage]") {
    Questions questions;
    Held first(questions, 1);
    std::atomic<int> askings = 0;
    const auto failing = [&] {
        return *questions.ask("roses", [&]() -> int {
            ++askings;
            throw std::runtime_error("no answer");
        });
    };
    std::vector<std::future<int>> later;
    for (int i = 0; i < 3; ++i) later.push_back(std::async(std::launch::async, failing));
    wait_for_callers(questions, 4);
    first.end();

    for (auto& answer : later) CHECK_THROWS_WITH(answer.get(), "no answer");
    CHECK(askings == 3);
    CHECK(*questions.ask("roses", [] { return 3; }) == 3);
}

TEST_CASE("other questions wait for nobody", "[storage]") {
    Questions questions;
    Held first(questions, 1);
    CHECK(*questions.ask("tulips", [] { return 4; }) == 4);
    first.end();
}
