#include "server/session_ids.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "support/shop_fixture.hpp"

// Ids that one process issues and another one reads, over one database.

namespace shopkeeper::server {
namespace {

using State = transport::SessionIds::State;

constexpr std::string_view kSecret = "a-token-secret-of-the-tests-0123456789abcdef";

struct TwoProcesses {
    test::ShopFixture shop = test::ShopFixture({});
    SystemRandom random;
    SignedSessionIds here{kSecret, *shop.database, random, shop.clock};
    SignedSessionIds there{kSecret, *shop.database, random, shop.clock};
};

std::int64_t age_max_minutes() {
    return std::chrono::duration_cast<std::chrono::minutes>(SignedSessionIds::kAgeMax).count();
}

TEST_CASE("an id carries its agreement to every process with the same secret", "[session_ids]") {
    TwoProcesses processes;
    const std::string agreement =
        GENERATE(std::string("2025-11-25"), std::string(),
                 std::string(transport::SessionIds::kAgreementMax, '\xff'));
    const auto id = processes.here.issue(agreement);

    const auto read = processes.there.read(id.text);
    REQUIRE(read);
    CHECK(read->agreement == agreement);
    CHECK(read->name == id.name);
    CHECK(id.name.size() == 32);
    CHECK(id.text.size() <= 160);
    // What MCP allows in the header: visible ASCII.
    CHECK(std::ranges::all_of(id.text, [](char c) { return c > 0x20 && c < 0x7f; }));

    SignedSessionIds stranger("another-secret-of-the-tests-0123456789abcdef",
                              *processes.shop.database, processes.random, processes.shop.clock);
    CHECK_FALSE(stranger.read(id.text));
}

TEST_CASE("ids differ, and nothing tells one session's from another's", "[session_ids]") {
    TwoProcesses processes;
    std::set<std::string> ids, names;
    for (int i = 0; i < 100; ++i) {
        const auto id = processes.here.issue("2025-11-25");
        ids.insert(id.text);
        names.insert(id.name);
        CHECK_FALSE(processes.there.read(id.name));  // a name is no id
    }
    CHECK(ids.size() == 100);
    CHECK(names.size() == 100);
}

TEST_CASE("an id that was changed anywhere is nobody's", "[session_ids]") {
    TwoProcesses processes;
    const std::string id = processes.here.issue("2025-11-25").text;
    REQUIRE(processes.there.read(id));

    for (std::size_t i = 0; i < id.size(); ++i) {
        for (const char other : {'A', 'b', '_', '=', '.', '\0'}) {
            std::string forged = id;
            forged[i] = other;
            if (forged != id) CHECK_FALSE(processes.there.read(forged));
        }
        CHECK_FALSE(processes.there.read(id.substr(0, i)));
        CHECK_FALSE(processes.there.read(id.substr(i + 1)));
    }
    CHECK_FALSE(processes.there.read(id + "A"));
    CHECK_FALSE(processes.there.read(id + id));
    CHECK_FALSE(processes.there.read(std::string(1'000'000, 'A')));
}

TEST_CASE("an id is read until it is too old", "[session_ids]") {
    TwoProcesses processes;
    const std::string id = processes.here.issue("2025-11-25").text;

    processes.shop.clock.advance_minutes(age_max_minutes() - 1);
    CHECK(processes.there.read(id));
    processes.shop.clock.advance_minutes(1);
    CHECK_FALSE(processes.there.read(id));
}

TEST_CASE("clocks of two machines may differ a little", "[session_ids]") {
    TwoProcesses processes;
    const std::string id = processes.here.issue("2025-11-25").text;

    processes.shop.clock.advance_minutes(-5);
    CHECK(processes.there.read(id));
    processes.shop.clock.advance_minutes(-1);
    CHECK_FALSE(processes.there.read(id));
}

TEST_CASE("a session that ends on one process has ended on the others", "[session_ids]") {
    TwoProcesses processes;
    const auto kept = processes.here.issue("2025-11-25");
    const auto ended = processes.here.issue("2025-11-25");
    CHECK(processes.there.lately_ended().empty());

    CHECK(processes.here.end(ended.name));
    CHECK(processes.here.end(ended.name));  // twice is once

    CHECK(processes.there.ask(ended.name) == State::ended);
    CHECK(processes.there.ask(kept.name) == State::open);
    CHECK(processes.there.lately_ended() == std::vector<std::string>{ended.name});
    CHECK(processes.shop.number("SELECT COUNT(*) FROM ended_session") == 1);
    // The id itself is a secret and stands nowhere.
    CHECK(processes.shop.text("SELECT name FROM ended_session") == ended.name);
}

TEST_CASE("sessions that end after others were forgotten are still told", "[session_ids]") {
    TwoProcesses processes;
    CHECK(processes.here.end("first"));
    CHECK(processes.here.end("second"));
    CHECK(processes.there.lately_ended() == std::vector<std::string>{"first", "second"});

    processes.shop.clock.advance_minutes(age_max_minutes() + 5);
    const auto forgotten = processes.shop.database->write([&](storage::Connection& connection) {
        return forget_ended_sessions(connection, processes.shop.clock.now_ms());
    });
    CHECK(forgotten == 1);
    CHECK(processes.here.end("third"));

    CHECK(processes.there.lately_ended() == std::vector<std::string>{"second", "third"});
}

TEST_CASE("without the database nobody knows, and nothing is thrown", "[session_ids]") {
    const auto empty = storage::open_sqlite({.path = ":memory:"});
    SystemRandom random;
    const SystemClock clock;
    SignedSessionIds ids(kSecret, *empty, random, clock);

    CHECK(ids.ask("n") == State::unknown);
    CHECK_FALSE(ids.end("n"));
    CHECK(ids.lately_ended().empty());
}

}  // namespace
}  // namespace shopkeeper::server
