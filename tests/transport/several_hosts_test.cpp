#include <catch2/catch.hpp>
#include <map>
#include <mutex>
#include <set>

#include "http_fixture.hpp"
#include "transport/session_ids.hpp"

// Two transports behind one address: sessions belong to both of them. Rules: protocol.md 1 rows
// 25-28, 2.4.

namespace shopkeeper::test {
namespace {

using transport::SessionIds;
using Lines = HttpFixture::Lines;

/// What two processes share: which ids were issued, and which have ended.
class Ledger {
public:
    std::string add(std::string_view agreement) {
        const std::scoped_lock lock(mutex);
        const std::string name = "n" + std::to_string(issued.size());
        issued.emplace(name, agreement);
        return name;
    }

    std::mutex mutex;
    // Guarded by mutex.
    std::map<std::string, std::string> issued;
    std::set<std::string> ended;
    bool is_away = false;
};

class LedgerIds final : public SessionIds {
public:
    explicit LedgerIds(Ledger& ledger) : ledger_(ledger) {}

    Id issue(std::string_view agreement) override {
        const auto name = ledger_.add(agreement);
        return {"secret-" + name, name};
    }
    std::optional<Genuine> read(std::string_view id) const override {
        const std::scoped_lock lock(ledger_.mutex);
        if (!id.starts_with("secret-")) return std::nullopt;
        const auto at = ledger_.issued.find(std::string(id.substr(7)));
        if (at == ledger_.issued.end()) return std::nullopt;
        return Genuine{at->first, at->second};
    }
    State ask(std::string_view name) override {
        const std::scoped_lock lock(ledger_.mutex);
        if (ledger_.is_away) return State::unknown;
        return ledger_.ended.contains(std::string(name)) ? State::ended : State::open;
    }
    bool end(std::string_view name) override {
        const std::scoped_lock lock(ledger_.mutex);
        if (!ledger_.is_away) ledger_.ended.emplace(name);
        return !ledger_.is_away;
    }
    std::vector<std::string> lately_ended() override {
        const std::scoped_lock lock(ledger_.mutex);
        return {ledger_.ended.begin(), ledger_.ended.end()};
    }

private:
    Ledger& ledger_;
};

HttpFixture::Options quick_housekeeping() {
    HttpFixture::Options options;
    options.housekeeping = std::chrono::milliseconds(20);
    return options;
}

/// Two hosts; the ledger outlives them.
struct Pair {
    Ledger ledger;
    HttpFixture first{quick_housekeeping(), std::make_unique<LedgerIds>(ledger)};
    HttpFixture second{quick_housekeeping(), std::make_unique<LedgerIds>(ledger)};

    void set_away(bool is_away) {
        const std::scoped_lock lock(ledger.mutex);
        ledger.is_away = is_away;
    }
};

WireReply echo(HttpFixture& host, const std::string& session) {
    return host.post(request_json(2, "echo"), HttpFixture::session_lines(session));
}

WireReply end(HttpFixture& host, const std::string& session) {
    return fetch(host.port(), "DELETE", "/mcp", HttpFixture::session_lines(session));
}

TEST_CASE("a session opened on one host goes on on another, as it was agreed", "[several]") {
    Pair hosts;
    const auto session = hosts.first.open_session("2025-06-18");

    CHECK(echo(hosts.second, session).status == 200);
    CHECK(hosts.second.shop().resumed == 1);
    CHECK(hosts.second.shop().last_peer->session == "n0");
    // Streams are primed since 2025-11-25 only: the other host knows what was agreed.
    const auto call = [](const std::string& id) {
        return HttpFixture::session_lines(id, {"MCP-Protocol-Version: 2025-06-18"});
    };
    const auto unprimed =
        hosts.second.post(request_json(3, "progress", R"({"count":1})"), call(session));
    CHECK(unprimed.body.find("data: \n") == std::string::npos);
    const auto newer = hosts.first.open_session("2025-11-25");
    const auto primed =
        hosts.second.post(request_json(4, "progress", R"({"count":1})"), call(newer));
    CHECK(primed.body.find("data: \n") != std::string::npos);

    CHECK(echo(hosts.first, session).status == 200);
    CHECK(hosts.first.shop().resumed == 0);
    CHECK(hosts.first.shop().conversations == 2);
}

TEST_CASE("many first requests at once adopt one session", "[several]") {
    Pair hosts;
    const auto session = hosts.first.open_session();
    std::vector<std::jthread> clients;
    std::atomic<int> served = 0;
    for (int i = 0; i < 8; ++i) {
        clients.emplace_back([&] { served += echo(hosts.second, session).status == 200 ? 1 : 0; });
    }
    clients.clear();

    CHECK(served == 8);
    CHECK(end(hosts.second, session).status == 204);
    CHECK(echo(hosts.second, session).status == 404);
}

TEST_CASE("a session ended on one host ends on the other", "[several]") {
    Pair hosts;
    const auto session = hosts.first.open_session();
    HttpProbe stream(hosts.first.port());
    stream.request("GET", "/mcp", HttpFixture::session_lines(session));
    REQUIRE(stream.stream_head().status == 200);

    CHECK(end(hosts.second, session).status == 204);

    CHECK(echo(hosts.second, session).status == 404);
    wait_until([&] { return echo(hosts.first, session).status == 404; });
    CHECK_FALSE(stream.event());
    CHECK(end(hosts.first, session).status == 404);
}

TEST_CASE("an id that nobody has issued, or whose agreement nobody understands, is 404",
          "[several]") {
    Pair hosts;
    const auto session = hosts.first.open_session();

    CHECK(echo(hosts.second, session + "0").status == 404);
    CHECK(echo(hosts.second, session.substr(0, session.size() - 1)).status == 404);
    CHECK(end(hosts.second, "secret-n7").status == 404);
    const auto strange = "secret-" + hosts.ledger.add("2031-01-01");
    CHECK(echo(hosts.second, strange).status == 404);
    CHECK(hosts.second.shop().resumed == 0);
}

TEST_CASE("while nobody can say whether a session has ended: try again", "[several]") {
    Pair hosts;
    const auto session = hosts.first.open_session();
    hosts.set_away(true);

    const auto refused = echo(hosts.second, session);
    CHECK(refused.status == 503);
    CHECK(refused.has("Retry-After"));
    CHECK(end(hosts.first, session).status == 503);
    CHECK(echo(hosts.first, session).status == 200);  // known here: nobody needs to be asked

    hosts.set_away(false);
    CHECK(echo(hosts.second, session).status == 200);
    CHECK(end(hosts.first, session).status == 204);
}

TEST_CASE("events of another host's stream are answered as forgotten", "[several]") {
    Pair hosts;
    const auto session = hosts.first.open_session();
    const auto body = request_json(3, "progress", R"({"count":2})");
    const auto here = hosts.first.post(body, HttpFixture::session_lines(session));
    REQUIRE(here.body.find("id: 1_1\n") != std::string::npos);
    // The other host has a first stream of this session too.
    const auto there = hosts.second.post(body, HttpFixture::session_lines(session));
    REQUIRE(there.body.find("id: ") != std::string::npos);
    CHECK(there.body.find("id: 1_1\n") == std::string::npos);

    const auto resumed = fetch(hosts.second.port(), "GET", "/mcp",
                               HttpFixture::session_lines(session, {"Last-Event-ID: 1_0"}));
    CHECK(resumed.status == 400);
    CHECK(resumed.body.find("not kept any more") != std::string::npos);
}

TEST_CASE("the first request to another host may listen", "[several]") {
    Pair hosts;
    const auto session = hosts.first.open_session();
    HttpProbe stream(hosts.second.port());
    stream.request("GET", "/mcp", HttpFixture::session_lines(session));
    CHECK(stream.stream_head().status == 200);
    CHECK(end(hosts.first, session).status == 204);
    CHECK_FALSE(stream.event());
}

TEST_CASE("HTTP+SSE: a message to another host than the stream's is 404 and says why",
          "[several]") {
    Pair hosts;
    HttpProbe stream(hosts.first.port());
    stream.request("GET", "/sse");
    REQUIRE(stream.stream_head().status == 200);
    const auto event = *stream.event();
    const auto path = event.substr(event.find("data: ") + 6);

    const auto reply = fetch(hosts.second.port(), "POST", path, HttpFixture::json_lines(),
                             request_json(1, "echo"));
    CHECK(reply.status == 404);
    CHECK(reply.body.find("load balancer") != std::string::npos);
}

}  // namespace
}  // namespace shopkeeper::test
