// What the official conformance suite starts for each of its client scenarios: the real client,
// with one plan a scenario. Rule: conformance.md 6.
//   client_main SERVER_URL, and in the environment the scenario's name, its context and a revision
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>

#include "conformance/sign_in.hpp"
#include "mcp/client/client.hpp"

namespace shopkeeper::conformance {
namespace {

using mcp::client::Callbacks;
using mcp::client::Client;
using mcp::client::ClientOptions;
using mcp::client::ElicitationAnswer;
using mcp::client::Outcome;

struct Scenario {
    std::string name;
    Json context;
    mcp::Revision revision;
};

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr ? value : "";
}

Scenario read_scenario() {
    const auto revision = mcp::find_revision(variable("MCP_CONFORMANCE_PROTOCOL_VERSION"));
    return {.name = variable("MCP_CONFORMANCE_SCENARIO"),
            .context = parse_json(variable("MCP_CONFORMANCE_CONTEXT")).value_or(Json::object()),
            .revision = revision.value_or(mcp::kLatestHandshake)};
}

template <class T>
T value_of(Outcome<T> outcome) {
    if (!outcome) throw std::runtime_error(outcome.error().message);
    return std::move(*outcome);
}

Callbacks answering(std::function<ElicitationAnswer(const mcp::client::Elicitation&)> how) {
    Callbacks callbacks;
    callbacks.elicit = [how = std::move(how)](const auto& question, const std::stop_token&) {
        return how(question);
    };
    return callbacks;
}

ElicitationAnswer accept(Json content = Json::object()) {
    return {ElicitationAnswer::Action::accept, std::move(content)};
}

/// Every feature that can be declared, for the scenario that looks at declarations.
Callbacks everything() {
    Callbacks callbacks = answering([](const auto&) { return ElicitationAnswer{}; });
    callbacks.sample = [](const Json&, const std::stop_token&) -> tl::expected<Json, std::string> {
        return tl::unexpected<std::string>("there is no model here");
    };
    callbacks.roots = [] { return Json::array(); };
    return callbacks;
}

using Plan = std::function<void(Client&, const Scenario&)>;

void list_only(Client& client, const Scenario&) {
    value_of(client.list_tools());
}

/// Lists the tools and calls these with their arguments.
Plan calling(std::vector<std::pair<std::string, Json>> calls) {
    return [calls = std::move(calls)](Client& client, const Scenario&) {
        value_of(client.list_tools());
        for (const auto& [name, arguments] : calls) value_of(client.call_tool(name, arguments));
    };
}

void call_everything_listed(Client& client, const Scenario&) {
    for (const Json& tool : value_of(client.list_tools()).tools) {
        value_of(client.call_tool(tool["name"], {{"region", "us-west1"}}));
    }
}

void call_as_told(Client& client, const Scenario& scenario) {
    value_of(client.list_tools());
    for (const Json& call : scenario.context.at("toolCalls")) {
        value_of(client.call_tool(call.at("name"), call.at("arguments")));
    }
}

void use_all_primitives(Client& client, const Scenario&) {
    for (const Json& tool : value_of(client.list_tools()).tools) {
        value_of(client.call_tool(tool["name"], Json::object()));
    }
    for (const Json& resource : value_of(client.list_resources())) {
        value_of(client.read_resource(resource["uri"]));
    }
    for (const Json& prompt : value_of(client.list_prompts())) {
        value_of(client.get_prompt(prompt["name"], Json::object()));
    }
}

void echo_schema(Client& client, const Scenario&) {
    for (const Json& tool : value_of(client.list_tools()).tools) {
        if (tool["name"] != "json_schema_2020_12_tool") continue;
        value_of(client.call_tool("json_schema_echo", {{"schema", tool["inputSchema"]}}));
    }
}

struct Conduct {
    Plan plan;
    Callbacks callbacks = {};
};

Conduct conduct_of(const std::string& scenario) {
    const Json nothing = Json::object();
    const std::map<std::string, Conduct> known = {
        {"initialize", {list_only}},
        {"json-schema-ref-no-deref", {list_only}},
        {"tools_call", {calling({{"add_numbers", {{"a", 5}, {"b", 3}}}})}},
        {"elicitation-sep1034-client-defaults",
         {calling({{"test_client_elicitation_defaults", nothing}}),
          answering([](const auto&) { return accept(); })}},
        {"sse-retry", {calling({{"test_reconnection", nothing}})}},
        {"request-metadata", {list_only, everything()}},
        {"http-standard-headers", {use_all_primitives}},
        {"http-custom-headers", {call_as_told}},
        {"http-invalid-tool-headers", {call_everything_listed}},
        {"sep-2322-client-request-state",
         {calling({{"test_mrtr_echo_state", nothing},
                   {"test_mrtr_unrelated", nothing},
                   {"test_mrtr_no_state", nothing},
                   {"test_mrtr_no_result_type", nothing}}),
          answering([](const auto&) {
              return accept({{"confirmed", true}});
          })}},
        {"json-schema-2020-12-preservation", {echo_schema}},
    };
    if (scenario.starts_with("auth/")) return {calling({{"test-tool", nothing}})};
    const auto found = known.find(scenario);
    if (found == known.end()) throw std::runtime_error("no plan for scenario '" + scenario + "'");
    return found->second;
}

void run(const std::string& url) {
    const Scenario scenario = read_scenario();
    const Conduct conduct = conduct_of(scenario.name);
    const auto http = net::make_http_client();
    const ClientOptions options{.name = "shopkeeper-conformance-client",
                                .callbacks = conduct.callbacks,
                                .only = scenario.revision};
    SignIn sign_in(*http, url, scenario.name, scenario.context);
    const auto client = value_of(
        Client::over_http(*http, {.url = url, .authorizer = &sign_in.authorizer()}, options));
    conduct.plan(*client, scenario);
}

}  // namespace
}  // namespace shopkeeper::conformance

int main(int count, char** words) {
    std::signal(SIGPIPE, SIG_IGN);
    if (count != 2) {
        std::fprintf(stderr, "usage: %s SERVER_URL\n", words[0]);
        return 2;
    }
    try {
        shopkeeper::conformance::run(words[1]);
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
