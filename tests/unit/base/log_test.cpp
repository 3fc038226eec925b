#include "base/log.hpp"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

namespace {

/// Whether this thread of the process waits for something.
bool sleeps(pid_t thread) {
    std::ifstream file("/proc/self/task/" + std::to_string(thread) + "/stat");
    const std::string stat{std::istreambuf_iterator<char>(file), {}};
    return stat.find(") S ") != std::string::npos;
}

}  // namespace

TEST_CASE("a warning that waits for a slow reader holds up no other line", "[log]") {
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    const int size = ::fcntl(ends[1], F_SETPIPE_SZ, 4096);
    REQUIRE(size > 0);
    std::string read(static_cast<std::size_t>(size), 'x');
    REQUIRE(::write(ends[1], read.data(), read.size()) == size);
    const int standard_error = ::dup(STDERR_FILENO);
    ::dup2(ends[1], STDERR_FILENO);
    shopkeeper::log::start(shopkeeper::log::Level::info);

    std::atomic<pid_t> id = 0;
    std::thread warning([&] {
        id = static_cast<pid_t>(::syscall(SYS_gettid));
        shopkeeper::log::warning("test", "one");
    });
    while (id == 0 || !sleeps(id)) {
    }
    shopkeeper::log::info("test", "two");

    // Before anything is read: the line above was taken all the same.
    read.clear();
    std::array<char, 4096> some{};
    while (read.find("two\n") == std::string::npos) {
        const ssize_t got = ::read(ends[0], some.data(), some.size());
        if (got <= 0) break;
        read.append(some.data(), static_cast<std::size_t>(got));
    }
    warning.join();
    ::dup2(standard_error, STDERR_FILENO);
    shopkeeper::log::start(shopkeeper::log::Level::warning);
    for (const int end : {ends[0], ends[1], standard_error}) ::close(end);
    CHECK(read.find("one\n") < read.find("two\n"));
}
