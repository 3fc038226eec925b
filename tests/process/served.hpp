#pragma once

#include <regex>
#include <stdexcept>
#include <string>
#include <utility>

#include "process/command.hpp"
#include "support/pipes.hpp"

namespace shopkeeper::test {

/// A running `serve`, with what it has said so far; killed when a test leaves it behind.
class Served {
public:
    explicit Served(const CommandLine& shop, const std::string& host = "127.0.0.1")
        : id_(shop.start({"serve", "--port", "0", "--host", host}, said_.write_end())) {
        said_.close_write();
        std::smatch found;
        while (!std::regex_search(text_, found, std::regex("http://[0-9.]+:(\\d+)/mcp"))) {
            if (!hear()) throw std::runtime_error("serve ended: " + text_);
        }
        port_ = static_cast<std::uint16_t>(std::stoi(found[1]));
        while (text_.find("Ctrl-C") == std::string::npos && hear()) {
        }
    }
    Served(const Served&) = delete;
    Served& operator=(const Served&) = delete;
    ~Served() {
        if (id_ > 0) {
            ::kill(id_, SIGKILL);
            ::waitpid(id_, nullptr, 0);
        }
    }

    const std::string& text() const { return text_; }

    int end(int signal) {
        ::kill(id_, signal);
        int status = 0;
        ::waitpid(std::exchange(id_, -1), &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }

    std::uint16_t port() const { return port_; }

private:
    bool hear() {
        char buffer[1024];
        const ssize_t got = ::read(said_.read_end(), buffer, sizeof buffer);
        if (got > 0) text_.append(buffer, static_cast<std::size_t>(got));
        return got > 0;
    }

    Pipe said_;
    std::string text_;
    pid_t id_ = -1;
    std::uint16_t port_ = 0;
};

}  // namespace shopkeeper::test
