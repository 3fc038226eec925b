// Lines of the transcripts, broken at random: the server must answer each with JSON-RPC or not at
// all, and serve the next line as if nothing had been. The seed is printed when a check fails.

#include <catch2/catch.hpp>
#include <random>
#include <thread>

#include "base/clock.hpp"
#include "mcp/server.hpp"
#include "support/fake_tool_host.hpp"
#include "support/pipes.hpp"
#include "support/transcript.hpp"
#include "transport/stdio.hpp"

namespace shopkeeper::test {
namespace {

/// Every short line that a client of the transcripts sends, without its line feed.
std::vector<std::string> client_lines() {
    std::vector<std::string> lines;
    for (const std::string& path : transcript_files()) {
        for (const auto& step : read_transcript(path).steps) {
            if (step.is_from_client && step.bytes.size() < 2000) {
                lines.push_back(step.bytes.substr(0, step.bytes.size() - 1));
            }
        }
    }
    return lines;
}

class Breaker {
public:
    explicit Breaker(unsigned seed) : random_(seed) {}

    std::string broken(std::string line) {
        for (std::size_t i = 1 + below(4); i > 0 && !line.empty(); --i) {
            const std::size_t at = below(line.size());
            switch (below(5)) {
                case 0:
                    line[at] = static_cast<char>(below(256));
                    break;
                case 1:
                    line.erase(at, 1 + below(8));
                    break;
                case 2:
                    line.insert(at, line.substr(below(line.size()), below(40)));
                    break;
                case 3:
                    line.insert(at, 1, "{}[],:\"\\0-e"[below(11)]);
                    break;
                default:
                    line.resize(at);
            }
        }
        std::replace(line.begin(), line.end(), '\n', ' ');
        // A call that waits for ever is no defect.
        return line.find("wait") == std::string::npos ? line : std::string("{");
    }

    std::size_t below(std::size_t bound) { return random_() % bound; }

private:
    std::mt19937 random_;
};

bool is_json_rpc(const Json& reply) {
    if (reply.is_array()) return std::all_of(reply.begin(), reply.end(), is_json_rpc);
    if (reply.value("jsonrpc", "") != "2.0") return false;
    if (reply.contains("method")) return reply["method"].is_string() && !reply.contains("id");
    return reply.contains("id") && (reply.contains("result") != reply.contains("error"));
}

}  // namespace

TEST_CASE("whatever a client writes, it is answered properly and the next line is served",
          "[protocol]") {
    const unsigned seed = GENERATE(1U, 2U, 3U);
    CAPTURE(seed);
    const auto lines = client_lines();
    REQUIRE(lines.size() > 100);

    FakeToolHost tools;
    const SystemClock clock;
    mcp::Server server(tools, clock);
    Pipe to_server;
    Pipe from_server;
    std::thread serving([&] {
        transport::serve_stdio(to_server.read_end(), from_server.write_end(), server, {});
        from_server.close_write();
    });
    std::thread client([&, input = to_server.release_write()] {
        Breaker breaker(seed);
        for (int i = 0; i < 3000; ++i) {
            write_all(input, breaker.broken(lines[breaker.below(lines.size())]) + "\n");
        }
        write_all(input, "{\"jsonrpc\":\"2.0\",\"id\":\"the last one\",\"method\":\"ping\"}\n");
        close(input);
    });

    bool saw_the_last = false;
    std::string problem;
    try {
        LineReader reader(from_server.read_end());
        while (const auto line = reader.next()) {
            const Json reply = Json::parse(*line, nullptr, false);
            if (problem.empty() && (reply.is_discarded() || !is_json_rpc(reply))) problem = *line;
            saw_the_last =
                saw_the_last || (reply.is_object() && reply.value("id", Json()) == "the last one");
        }
    } catch (const std::exception& error) {
        problem = error.what();
    }
    from_server.close_read();
    client.join();
    serving.join();
    CHECK(problem == "");
    CHECK(saw_the_last);
}

}  // namespace shopkeeper::test
