// The extension io.modelcontextprotocol/tasks, as the conformance suite does not see it.
#include <catch2/catch.hpp>

#include "mcp/server.hpp"
#include "mcp/task_json.hpp"
#include "support/fake_tool_host.hpp"
#include "support/mcp_test_client.hpp"

namespace shopkeeper::mcp {
namespace {

/// One task, of the caller with the token `aru`.
class OneTask final : public TaskHost {
public:
    HostAnswer<Task> get(std::string_view id, const Asker& asker) override {
        if (!is_theirs(id, asker))
            return give_nothing({.kind = HostFailure::Kind::not_found, .message = {}});
        return task;
    }
    HostAnswer<void> update(std::string_view id, const Json& responses,
                            const Asker& asker) override {
        if (!is_theirs(id, asker))
            return give_nothing({.kind = HostFailure::Kind::not_found, .message = {}});
        updates.push_back(responses);
        return {};
    }
    HostAnswer<void> cancel(std::string_view id, const Asker& asker) override {
        if (!is_theirs(id, asker))
            return give_nothing({.kind = HostFailure::Kind::not_found, .message = {}});
        task.status = Task::Status::cancelled;
        return {};
    }
    bool is_quick() const override { return true; }

    Task task{.id = "t-1",
              .created_ms = 1'795'410'000'000,
              .updated_ms = 1'795'410'001'000,
              .ttl_ms = 60'000};
    std::vector<Json> updates;

private:
    static bool is_theirs(std::string_view id, const Asker& asker) {
        return id == "t-1" && asker.bearer == "aru";
    }
};

struct Setting {
    Setting() { client.peer.bearer = "aru"; }

    test::FakeToolHost tools;
    SystemClock clock;
    OneTask tasks;
    Server server{tools, clock, {}, {.tasks = &tasks}};
    test::McpTestClient client{server.stateless()};
};

Json of_task(Json more = Json::object(), bool declares = true) {
    Json params = test::stateless({{"taskId", "t-1"}});
    if (declares)
        params["_meta"]["io.modelcontextprotocol/clientCapabilities"] = {
            {"extensions", {{kTasksExtension, Json::object()}}}};
    params.update(more);
    return params;
}

}  // namespace

TEST_CASE("a task is told by its state", "[mcp]") {
    Setting setting;
    const auto get = [&] { return setting.client.request("tasks/get", of_task()).at("result"); };
    Json result = get();
    result.erase("_meta");
    CHECK(result == Json::parse(R"({"resultType":"complete","taskId":"t-1","status":"working",
        "createdAt":"2026-11-23T05:00:00Z","lastUpdatedAt":"2026-11-23T05:00:01Z",
        "ttlMs":60000,"pollIntervalMs":500})"));

    setting.tasks.task.status = Task::Status::input_required;
    setting.tasks.task.needs.requests = {{"folders", InputRequest::Kind::roots}};
    CHECK(get().at("inputRequests").at("folders").at("method") == "roots/list");
    setting.tasks.task.status = Task::Status::completed;
    setting.tasks.task.result_json = R"("content":[],"isError":true)";
    CHECK(get().at("result").at("isError") == true);
    CHECK_FALSE(get().contains("inputRequests"));
    setting.tasks.task.status = Task::Status::failed;
    setting.tasks.task.error_code = -32603;
    CHECK(get().at("error").at("code") == -32603);
    CHECK_FALSE(get().contains("result"));
    setting.tasks.task.ttl_ms.reset();
    CHECK(get().at("ttlMs").is_null());
}

TEST_CASE("a task is its caller's alone", "[mcp]") {
    Setting setting;
    setting.client.peer.bearer = "somebody else";
    for (const char* method : {"tasks/get", "tasks/cancel", "tasks/update"})
        CHECK(setting.client.refusal(method, of_task({{"inputResponses", Json::object()}})) ==
              std::pair(200, jsonrpc::kInvalidParams));
    CHECK(setting.tasks.task.status == Task::Status::working);
    CHECK(setting.tasks.updates.empty());
}

TEST_CASE("tasks are for clients that know of them", "[mcp]") {
    Setting setting;
    for (const char* method : {"tasks/get", "tasks/cancel", "tasks/update"})
        CHECK(setting.client.refusal(method, of_task(Json::object(), /*declares=*/false)) ==
              std::pair(400, kMissingCapability));
    CHECK(setting.client.refusal("tasks/update", of_task()) ==
          std::pair(200, jsonrpc::kInvalidParams));
    CHECK(setting.client.refusal("tasks/get", of_task({{"taskId", 5}})) ==
          std::pair(200, jsonrpc::kInvalidParams));

    const Json discovered = setting.client.request("server/discover", test::stateless());
    CHECK(discovered["result"]["capabilities"]["extensions"].contains(kTasksExtension));
    const auto session = setting.server.open();
    test::McpTestClient handshake(*session);
    CHECK_FALSE(
        handshake.initialize("2025-11-25")["result"]["capabilities"].contains("extensions"));
    CHECK(handshake.refusal("tasks/get", {{"taskId", "t-1"}}).second == jsonrpc::kMethodNotFound);
}

TEST_CASE("a server without tasks has none of their methods", "[mcp]") {
    test::FakeToolHost tools;
    SystemClock clock;
    Server server(tools, clock);
    test::McpTestClient client(server.stateless());
    CHECK(client.refusal("tasks/get", of_task()) == std::pair(404, jsonrpc::kMethodNotFound));
}

}  // namespace shopkeeper::mcp
