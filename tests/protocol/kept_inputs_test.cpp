// What fuzzing has found worth keeping, played again: each input reaches code that no other
// reaches.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "fuzz/message_path.hpp"
#include "source_dir.hpp"

namespace shopkeeper::test {
namespace {

TEST_CASE("every kept input of the fuzzer keeps the server's promises", "[protocol]") {
    std::size_t played = 0;
    std::size_t judged = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator(SHOPKEEPER_SOURCE_DIR "/tests/fuzz/corpus")) {
        std::ifstream file(entry.path(), std::ios::binary);
        const std::string input{std::istreambuf_iterator<char>(file), {}};
        INFO(entry.path().filename());
        CHECK_NOTHROW(judged += exercise(input));
        ++played;
    }
    CHECK(played >= 10);
    CHECK(judged >= 10 * played);  // they are conversations, not noise
}

TEST_CASE("what the fuzzer plays is heard: lines, headers, refusals, both eras", "[protocol]") {
    CHECK(exercise("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n") == 1);
    CHECK(exercise("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}\n") == 0);
    CHECK(exercise("\xff\n") == 0);
    const std::string headers = "H mcp-protocol-version: 2026-07-28\nH mcp-method: tools/list\n";
    const std::string body = R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{)"
                             R"("io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
                             R"("io.modelcontextprotocol/clientCapabilities":{}}}})";
    CHECK(exercise(headers + body) == 1);
    CHECK(exercise(headers + R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})") == 1);
    CHECK(exercise(headers + body + "\n\n" + body + "\n" + body) == 3);
}

}  // namespace
}  // namespace shopkeeper::test
