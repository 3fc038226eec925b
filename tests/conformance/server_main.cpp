// The server that the official conformance suite is run against: the real dispatcher, sessions and
// transports behind a registry of the suite's own fixtures. Serves on the given port of the
// loopback interface until it is told to end.
#include <iostream>
#include <string>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "conformance/fixture_content.hpp"
#include "conformance/fixture_tasks.hpp"
#include "conformance/fixture_tools.hpp"
#include "mcp/server.hpp"
#include "server/secret_seal.hpp"
#include "server/signals.hpp"
#include "transport/http.hpp"

int main(int argc, char** argv) {
    using namespace shopkeeper;
    if (argc != 2) {
        std::cerr << "usage: conformance_server PORT\n";
        return 2;
    }

    const server::Signals signals;
    SystemClock clock;
    SystemRandom random;
    conformance::FixtureTasks tasks(clock, random);
    conformance::FixtureTools tools(tasks);
    conformance::FixtureResources resources;
    conformance::FixturePrompts prompts;
    conformance::FixtureCompleter completer;
    conformance::FixtureChanges changes;
    server::SecretSeal seal(random.hex(32), random);
    mcp::Server server(tools, clock,
                       {.name = "conformance-fixtures", .title = "", .instructions = {}},
                       {.resources = &resources,
                        .prompts = &prompts,
                        .completer = &completer,
                        .changes = &changes,
                        .tasks = &tasks,
                        .seal = &seal});

    transport::HttpTransportOptions options;
    options.listener.host = "127.0.0.1";
    options.listener.port = static_cast<std::uint16_t>(std::stoul(argv[1]));
    const auto http = transport::make_http(std::move(options), random);
    http->serve(server, signals.stop());
}
