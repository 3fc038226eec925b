// Two whole servers on one database, as `serve` wires them, and clients that a load balancer sends
// to either.
#include <array>
#include <catch2/catch.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/json.hpp"
#include "domains/auth/password.hpp"
#include "domains/auth/staff.hpp"
#include "server/app.hpp"
#include "server/open_database.hpp"
#include "support/http_probe.hpp"
#include "support/temp_folder.hpp"
#include "support/test_database.hpp"
#include "transport/http.hpp"

namespace shopkeeper::server {
namespace {

using test::WireReply;
using Lines = std::vector<std::string>;

constexpr std::string_view kDirector = "+77000001001";
constexpr std::string_view kPassword = "correct horse";
const std::string kInitialize =
    R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18",)"
    R"("capabilities":{},"clientInfo":{"name":"t","version":"1"}}})";
const std::string kListTools = R"({"jsonrpc":"2.0","id":2,"method":"tools/list"})";

Lines lines(Lines more = {}) {
    more.insert(more.end(),
                {"Content-Type: application/json", "Accept: application/json, text/event-stream"});
    return more;
}
Lines in_session(const std::string& id) {
    return lines({"Mcp-Session-Id: " + id});
}

/// One process: its own connections, memory and listener.
class Process {
public:
    explicit Process(const Options& options)
        : app_(options), http_(transport_options(), app_.random()) {
        thread_ = std::jthread([this](const std::stop_token& stop) {
            http_.serve(app_.endpoints(), app_.session_ids(), stop);
        });
    }

    App& app() { return app_; }
    WireReply post(const std::string& body, const Lines& headers) {
        return test::fetch(http_.port(), "POST", "/mcp", headers, body);
    }
    int status_in(const std::string& session) {
        return post(kListTools, in_session(session)).status;
    }
    WireReply end(const std::string& session) {
        return test::fetch(http_.port(), "DELETE", "/mcp", in_session(session));
    }
    /// What a client of the stateless revision gets: the result, or the error object in it. It
    /// comes through a proxy, since callers of this machine are not counted.
    Json call(const std::string& tool, const Json& arguments, const std::string& bearer = {}) {
        Lines headers = lines({"MCP-Protocol-Version: 2026-07-28", "Mcp-Method: tools/call",
                               "Mcp-Name: " + tool, "X-Forwarded-For: 192.0.2.1"});
        if (!bearer.empty()) headers.push_back("Authorization: Bearer " + bearer);
        const Json meta{{"io.modelcontextprotocol/protocolVersion", "2026-07-28"},
                        {"io.modelcontextprotocol/clientCapabilities", Json::object()}};
        const Json request{{"jsonrpc", "2.0"},
                           {"id", 3},
                           {"method", "tools/call"},
                           {"params", {{"name", tool}, {"arguments", arguments}, {"_meta", meta}}}};
        const auto reply = post(request.dump(), headers);
        INFO(reply.body);
        const Json result = Json::parse(reply.body).at("result");
        return Json::parse(result.at("content").at(0).at("text").get<std::string>());
    }
    std::string code(const std::string& tool, const Json& arguments,
                     const std::string& bearer = {}) {
        const Json reply = call(tool, arguments, bearer);
        return reply.contains("error") ? reply["error"]["code"].get<std::string>() : "ok";
    }

private:
    static transport::HttpTransportOptions transport_options() {
        transport::HttpTransportOptions options;
        options.housekeeping = std::chrono::milliseconds(20);
        options.streamable.trusted_proxies = {*transport::AddressBlock::parse("127.0.0.1")};
        return options;
    }

    App app_;
    transport::HttpTransport http_;
    std::jthread thread_;
};

/// A shop with a director, kept where this run of the tests keeps its shops.
class SharedShop {
public:
    SharedShop() {
        if (test::on_postgresql())
            options.database.url = server_.emplace().url();
        else
            options.database.file = folder_.file("shop.db");
        options.home.root = folder_.path();
        options.token_ttl_s = 600;
        options.database.busy_timeout = std::chrono::seconds(5);
        options.database.statement_max = std::chrono::seconds(30);
        options.database.connections_max = 4;
        options.rates.enabled = false;
        const SystemClock clock;
        const auto hash = auth::hash_password(kPassword, kDirector).value();
        open_database(options, WhenMissing::create, clock)
            ->write([&](storage::Connection& connection) {
                connection.execute(
                    "INSERT INTO shop (id, name, created_ms, updated_ms) "
                    "VALUES (8, 'Roses', 1, 1)");
                return auth::add_staff(connection, clock.now_ms(),
                                       {.shop_id = 8,
                                        .name = "D",
                                        .phone = std::string(kDirector),
                                        .role = Role::director,
                                        .password_hash = hash});
            })
            .value();
    }

    Options options;

private:
    test::TempFolder folder_;
    std::optional<test::EmptyPlace> server_;
};

struct TwoProcesses {
    Process first, second;

    explicit TwoProcesses(const SharedShop& shop) : first(shop.options), second(shop.options) {}
    std::array<Process*, 2> both() { return {&first, &second}; }
};

std::string open_session(Process& process) {
    const auto reply = process.post(kInitialize, lines());
    REQUIRE(reply.status == 200);
    return reply.header("Mcp-Session-Id");
}

/// Housekeeping hands the news on by itself; a client sees it within `kPatience`.
bool becomes_unknown(Process& process, const std::string& session) {
    const auto deadline = std::chrono::steady_clock::now() + test::HttpProbe::kPatience;
    while (std::chrono::steady_clock::now() < deadline) {
        if (process.status_in(session) == 404) return true;
    }
    return false;
}

TEST_CASE("a session of a handshake revision goes on at every process", "[several]") {
    const SharedShop shop;
    TwoProcesses processes(shop);
    const auto session = open_session(processes.first);

    for (int i = 0; i < 2; ++i) {
        CHECK(processes.second.status_in(session) == 200);
        CHECK(processes.first.status_in(session) == 200);
    }
    const auto read = processes.second.app().session_ids().read(session);
    REQUIRE(read);
    CHECK(read->agreement == "2025-06-18");

    SECTION("and after the one that opened it is gone") {
        Process successor(shop.options);
        CHECK(successor.status_in(session) == 200);
    }
    SECTION("until a client ends it at any of them") {
        CHECK(processes.second.end(session).status == 204);
        CHECK(processes.second.status_in(session) == 404);
        CHECK(becomes_unknown(processes.first, session));
        Process successor(shop.options);
        CHECK(successor.status_in(session) == 404);
    }
}

TEST_CASE("a process with other secrets answers 404, so that the client initializes again",
          "[several]") {
    const SharedShop shop;
    Process first(shop.options);
    Options elsewhere = shop.options;
    const test::TempFolder other_home;
    elsewhere.home.root = other_home.path();
    Process stranger(elsewhere);
    const auto session = open_session(first);

    CHECK(stranger.status_in(session) == 404);
    CHECK(stranger.end(session).status == 404);
    CHECK(first.status_in(session) == 200);
    const auto again = open_session(stranger);
    CHECK(stranger.status_in(again) == 200);
    CHECK(first.status_in(again) == 404);
}

TEST_CASE("what agreed on nothing, or on what has no sessions, is not resumed", "[several]") {
    const SharedShop shop;
    Process process(shop.options);
    for (const char* agreement : {"2026-07-28", "", "2031-01-01"}) {
        const auto id = process.app().session_ids().issue(agreement);
        CHECK(process.status_in(id.text) == 404);
    }
}

TEST_CASE("the stateless revision needs nothing of the process that answered before", "[several]") {
    const SharedShop shop;
    TwoProcesses processes(shop);
    for (int i = 0; i < 2; ++i) {
        for (Process* process : processes.both()) {
            CHECK(process->code("get_shop_settings", {{"shop_id", 8}}) == "ok");
        }
    }
}

TEST_CASE("A18: a token ended by one process is refused by all at once", "[several]") {
    const SharedShop shop;
    TwoProcesses processes(shop);
    const std::string token = processes.first
                                  .call("login", {{"phone", std::string(kDirector)},
                                                  {"password", std::string(kPassword)}})
                                  .at("access_token");
    const auto session = open_session(processes.first);
    for (Process* process : processes.both()) {
        CHECK(process->code("get_current_user", Json::object(), token) == "ok");
        CHECK(process->code("list_warehouse_items", Json::object(), token) == "ok");
    }

    App& app = processes.first.app();
    REQUIRE(app.database().write([&](storage::Connection& connection) {
        return auth::set_password(connection, app.clock().now_ms(), kDirector, "!");
    }));

    for (Process* process : processes.both()) {
        CHECK(process->code("get_current_user", Json::object(), token) == "unauthenticated");
        CHECK(process->code("list_warehouse_items", Json::object(), token) == "unauthenticated");
        CHECK_FALSE(process->app().knows(token));
    }
}

TEST_CASE("A24: failed sign-ins count together, wherever they are tried", "[several]") {
    const SharedShop shop;
    TwoProcesses processes(shop);
    const Json wrong{{"phone", std::string(kDirector)}, {"password", "wrong password"}};
    for (int i = 0; i < 5; ++i) {
        CHECK(processes.both()[i % 2]->code("login", wrong) == "unauthenticated");
    }
    for (Process* process : processes.both())
        CHECK(process->code("login", wrong) == "rate_limited");
}

TEST_CASE("C17: rates count over all processes on PostgreSQL, and on SQLite in each", "[several]") {
    SharedShop shop;
    shop.options.rates.enabled = true;
    shop.options.rates.address = {3, 3600, 3};
    TwoProcesses processes(shop);
    int allowed = 0;
    for (int i = 0; i < 4; ++i) {
        for (Process* process : processes.both()) {
            const auto code = process->code("get_shop_settings", {{"shop_id", 8}});
            CHECK((code == "ok" || code == "rate_limited"));
            allowed += code == "ok" ? 1 : 0;
        }
    }
    CHECK(allowed == (test::on_postgresql() ? 3 : 6));
    const auto buckets = processes.first.app().database().read([](storage::Connection& connection) {
        return connection.query("SELECT COUNT(*) FROM rate_bucket").front().get<std::int64_t>(0);
    });
    // A call that only reads writes nothing into SQLite: its one writer is worth more.
    CHECK((buckets > 0) == test::on_postgresql());
}

}  // namespace
}  // namespace shopkeeper::server
