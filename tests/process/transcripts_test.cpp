// The transcripts of tests/protocol against the real binary on stdio: a shop as `init` leaves it.

#include <catch2/catch.hpp>
#include <chrono>

#include "support/child_process.hpp"
#include "support/temp_folder.hpp"
#include "support/transcript.hpp"

namespace shopkeeper::test {
namespace {

/// A home with an empty shop.
class Home {
public:
    Home() {
        ChildProcess init({SHOPKEEPER_BINARY, "init"}, environment());
        close(init.release_input());
        LineReader said(init.output());
        while (said.next()) {
        }
        if (init.wait() != 0) throw std::runtime_error("shopkeeper init failed");
    }
    std::vector<std::string> environment() const {
        return {"SHOPKEEPER_HOME=" + folder_.path(), "HOME=" + folder_.path()};
    }

private:
    TempFolder folder_;
};

}  // namespace

TEST_CASE("every transcript of a shop plays as written against the binary", "[process]") {
    const Home home;
    int played = 0;
    for (const std::string& path : transcript_files()) {
        const Transcript transcript = read_transcript(path);
        if (transcript.host == "fake") continue;
        ChildProcess server({SHOPKEEPER_BINARY, "stdio"}, home.environment());
        CHECK(play(transcript, server.release_input(), server.output()) == "");
        CHECK(server.wait() == 0);
        ++played;
    }
    CHECK(played >= 10);
}

TEST_CASE("the binary on stdio ends by a signal as by the end of its input", "[process]") {
    const Home home;
    ChildProcess server({SHOPKEEPER_BINARY, "stdio"}, home.environment());
    const int input = server.release_input();
    write_all(input, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n");
    LineReader reader(server.output());
    REQUIRE(reader.next());
    kill(server.id(), SIGTERM);
    CHECK_FALSE(reader.next());
    CHECK(server.wait() == 0);
    close(input);
}

}  // namespace shopkeeper::test
