#include "server/terminal.hpp"

#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <vector>

#include "base/text.hpp"
#include "server/exit_code.hpp"

namespace shopkeeper::server {
namespace {

/// What is typed stays unseen while this lives.
class Unseen {
public:
    Unseen() {
        ::tcgetattr(STDIN_FILENO, &before_);
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    Unseen(const Unseen&) = delete;
    Unseen& operator=(const Unseen&) = delete;
    ~Unseen() {
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
        std::cerr << '\n';
    }

private:
    termios before_{};
};

std::string read_line() {
    std::string line;
    std::getline(std::cin, line);
    if (!line.empty() && line.back() == '\r') line.pop_back();
    return line;
}

std::string ask(std::string_view question) {
    std::cerr << question << std::flush;
    const Unseen unseen;
    return read_line();
}

}  // namespace

std::string ask_password(const Environment& environment) {
    if (::isatty(STDIN_FILENO) == 1) {
        std::string password = ask("Password: ");
        if (ask("The same again: ") != password) {
            throw CommandFailure(ExitCode::usage, "the two passwords differ; nothing was changed");
        }
        return password;
    }
    const auto given = environment.find("SHOPKEEPER_PASSWORD");
    std::string password = given == environment.end() ? read_line() : given->second;
    if (password.empty()) {
        throw CommandFailure(
            ExitCode::usage,
            "no password: type it at a terminal, or give it as one line on stdin or "
            "in SHOPKEEPER_PASSWORD");
    }
    return password;
}

std::optional<bool> confirm(std::string_view question) {
    if (::isatty(STDIN_FILENO) != 1) return std::nullopt;
    std::cerr << question << " Type yes to go on: " << std::flush;
    return read_line() == "yes";
}

Progress::Progress(std::string what) : what_(std::move(what)) {
    if (::isatty(STDERR_FILENO) == 1)
        thread_ = std::jthread([this](std::stop_token done) { show(std::move(done)); });
}

Progress::~Progress() = default;

void Progress::tell(std::string what) {
    const std::lock_guard lock(mutex_);
    what_ = std::move(what);
}

void Progress::show(std::stop_token done) {
    using namespace std::chrono_literals;
    const auto started = std::chrono::steady_clock::now();
    std::unique_lock lock(mutex_);
    while (!tick_.wait_for(lock, done, 1s, [&] { return done.stop_requested(); })) {
        const auto spent = std::chrono::duration_cast<std::chrono::seconds>(
            std::chrono::steady_clock::now() - started);
        std::string line = what_ + " ... " + std::to_string(spent.count()) + " s";
        widest_ = std::max(widest_, line.size());
        line.resize(widest_, ' ');
        std::cerr << '\r' << line << std::flush;
    }
    if (std::chrono::steady_clock::now() - started >= 1s) std::cerr << '\n';
}

std::string table(const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], text::code_points(row[i]));
    }
    std::string out;
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            out += row[i];
            if (i + 1 < row.size())
                out += std::string(widths[i] - text::code_points(row[i]) + 2, ' ');
        }
        out += '\n';
    }
    return out;
}

}  // namespace shopkeeper::server
