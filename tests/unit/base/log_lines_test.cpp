#include "base/log_lines.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>
#include <catch2/catch.hpp>

#include <array>
#include <optional>
#include <string>
#include <thread>
#include <vector>

using shopkeeper::log::Lines;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds kForever{3'600'000};
constexpr int kPatienceMs = 10'000;

/// Tells each write from the next.
class Reader {
public:
    Reader() { REQUIRE(::socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends_.data()) == 0); }
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;
    ~Reader() {
        for (const int end : ends_) ::close(end);
    }
    int descriptor() const { return ends_[1]; }

    /// What one write wrote; nullopt when none comes within `patience_ms`.
    std::optional<std::string> next(int patience_ms) const {
        pollfd ready{ends_[0], POLLIN, 0};
        if (::poll(&ready, 1, patience_ms) != 1) return std::nullopt;
        std::string text(std::size_t{1} << 17, '\0');
        const ssize_t size = ::read(ends_[0], text.data(), text.size());
        REQUIRE(size > 0);
        text.resize(static_cast<std::size_t>(size));
        return text;
    }
    std::optional<std::string> next_at_once() const { return next(0); }

private:
    std::array<int, 2> ends_{};
};

}  // namespace

TEST_CASE("a line is written at once while they are few", "[log]") {
    const Reader reader;
    Lines lines(reader.descriptor(), milliseconds(0));
    lines.add("one\n", false);
    CHECK(reader.next_at_once() == "one\n");
    lines.add("two\n", false);
    CHECK(reader.next_at_once() == "two\n");
}

TEST_CASE("lines soon after a write go out together", "[log]") {
    const Reader reader;
    SECTION("when their time has come, though none follows") {
        Lines lines(reader.descriptor(), milliseconds(20));
        const std::string all = "one\ntwo\nthree\n";
        for (const char* line : {"one\n", "two\n", "three\n"}) lines.add(line, false);
        std::string read;
        while (read.size() < all.size()) {
            const auto text = reader.next(kPatienceMs);
            REQUIRE(text);
            read += *text;
        }
        CHECK(read == all);
    }
    SECTION("with the first that must not wait") {
        Lines lines(reader.descriptor(), kForever);
        lines.add("one\n", false);
        lines.add("two\n", false);
        CHECK(reader.next_at_once() == "one\n");
        CHECK_FALSE(reader.next_at_once());
        lines.add("trouble\n", true);
        CHECK(reader.next_at_once() == "two\ntrouble\n");
    }
    SECTION("when they are many") {
        Lines lines(reader.descriptor(), kForever);
        lines.add("one\n", false);
        CHECK(reader.next_at_once() == "one\n");
        const std::string line(Lines::kGatheredMax / 4 - 1, 'x');
        for (int i = 0; i < 3; ++i) lines.add(line + "\n", false);
        CHECK_FALSE(reader.next_at_once());
        lines.add(line + "\n", false);
        for (int i = 0; i < 4; ++i) CHECK(reader.next(kPatienceMs) == line + "\n");
    }
    SECTION("when the process ends") {
        {
            Lines lines(reader.descriptor(), kForever);
            lines.add("one\n", false);
            lines.add("two\n", false);
        }
        CHECK(reader.next_at_once() == "one\n");
        CHECK(reader.next_at_once() == "two\n");
    }
}

TEST_CASE("a write holds whole lines, as many as stay in one piece", "[log]") {
    const Reader reader;
    std::string all;
    {
        Lines lines(reader.descriptor(), kForever);
        lines.add("one\n", false);
        CHECK(reader.next_at_once() == "one\n");
        for (int i = 0; i < 100; ++i) {
            const std::string line = std::string(50 + i, 'x') + std::to_string(i) + "\n";
            all += line;
            lines.add(line, false);
        }
    }
    std::string read;
    int writes = 0;
    while (const auto text = reader.next_at_once()) {
        CHECK(text->size() <= Lines::kWriteMax);
        CHECK(text->back() == '\n');
        read += *text;
        ++writes;
    }
    CHECK(read == all);
    CHECK(writes < 5);
}

TEST_CASE("whoever logs waits for no slow reader", "[log]") {
    const auto gather = GENERATE(milliseconds(0), kForever);
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    REQUIRE(::fcntl(ends[1], F_SETPIPE_SZ, 4096) > 0);
    std::string all;
    std::string read;
    std::thread reader;
    {
        Lines lines(ends[1], gather);
        // Far more than the pipe holds, and nobody reads yet.
        for (std::size_t i = 0; all.size() < Lines::kWaitingMax / 2; ++i) {
            const std::string line = std::string(500, 'x') + std::to_string(i) + "\n";
            lines.add(line, false);
            all += line;
        }
        reader = std::thread([&] {
            std::array<char, 4096> some{};
            for (ssize_t size; (size = ::read(ends[0], some.data(), some.size())) > 0;)
                read.append(some.data(), static_cast<std::size_t>(size));
        });
        lines.add("trouble\n", true);
        all += "trouble\n";
    }
    ::close(ends[1]);
    reader.join();
    ::close(ends[0]);
    CHECK((read == all));  // not expanded: half a megabyte
}

TEST_CASE("a log that nobody reads disturbs nobody", "[log]") {
    std::array<int, 2> ends{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends.data()) == 0);
    ::shutdown(ends[1], SHUT_WR);
    ::signal(SIGPIPE, SIG_IGN);
    {
        Lines lines(ends[1], milliseconds(0));
        lines.add("one\n", false);
        lines.add("two\n", true);
    }
    for (const int end : ends) ::close(end);
}
