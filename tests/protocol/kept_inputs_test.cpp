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
    for (const auto& entry :
         std::filesystem::directory_iterator(SHOPKEEPER_SOURCE_DIR "/tests/fuzz/corpus")) {
        std::ifstream file(entry.path(), std::ios::binary);
        const std::string input{std::istreambuf_iterator<char>(file), {}};
        INFO(entry.path().filename());
        CHECK_NOTHROW(exercise(input));
        ++played;
    }
    CHECK(played >= 10);
}

TEST_CASE("what the fuzzer plays is heard: headers, routes, both eras", "[protocol]") {
    CHECK_NOTHROW(exercise("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n"));
    CHECK_NOTHROW(
        exercise("H mcp-protocol-version: 2026-07-28\nH mcp-method: tools/list\n"
                 "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}\n\n[]\n\xff\n"));
}

}  // namespace
}  // namespace shopkeeper::test
