#include "bench/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>

namespace shopkeeper::bench {
namespace {

constexpr std::size_t kReadSize = 256 * 1024;

[[noreturn]] void throw_errno(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

Child::Child(const std::vector<std::string>& command) {
    int to_child[2], from_child[2];
    if (::pipe2(to_child, O_CLOEXEC) != 0 || ::pipe2(from_child, O_CLOEXEC) != 0)
        throw_errno("pipe");
    std::vector<char*> arguments;
    for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    // vfork would be quicker by the size of our page tables, which are small.
    pid_ = ::fork();
    if (pid_ < 0) throw_errno("fork");
    if (pid_ == 0) {
        const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
        ::dup2(to_child[0], STDIN_FILENO);
        ::dup2(from_child[1], STDOUT_FILENO);
        ::dup2(nowhere, STDERR_FILENO);
        ::execvp(arguments[0], arguments.data());
        ::_exit(127);
    }
    ::close(to_child[0]);
    ::close(from_child[1]);
    in_ = to_child[1];
    out_ = from_child[0];
}

Child::~Child() {
    ::close(in_);
    ::close(out_);
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
}

void Child::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(in_, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) throw_errno("write to the measured process");
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

std::string_view Child::read_line(std::chrono::milliseconds patience) {
    for (;;) {
        const std::size_t end = buffer_.find('\n', at_);
        if (end != std::string::npos) {
            const std::string_view line = std::string_view(buffer_).substr(at_, end - at_);
            at_ = end + 1;
            return line;
        }
        buffer_.erase(0, at_);
        at_ = 0;
        pollfd readable{out_, POLLIN, 0};
        if (::poll(&readable, 1, static_cast<int>(patience.count())) <= 0)
            throw std::runtime_error("the measured process did not answer in time");
        const std::size_t size = buffer_.size();
        buffer_.resize(size + kReadSize);
        const ssize_t got = ::read(out_, buffer_.data() + size, kReadSize);
        buffer_.resize(size + static_cast<std::size_t>(got > 0 ? got : 0));
        if (got <= 0) throw Ended("the measured process closed its output");
    }
}

long Child::resident_kib() const {
    std::ifstream status("/proc/" + std::to_string(pid_) + "/status");
    for (std::string line; std::getline(status, line);)
        if (line.rfind("VmRSS:", 0) == 0) return std::stol(line.substr(6));
    return 0;
}

long Child::cpu_us() const {
    std::ifstream file("/proc/" + std::to_string(pid_) + "/stat");
    std::string text((std::istreambuf_iterator<char>(file)), {});
    // The name in parentheses may hold spaces; utime and stime are the 12th and 13th fields after
    // it.
    std::istringstream fields(text.substr(text.rfind(')') + 1));
    std::string skipped;
    for (int i = 0; i < 11; ++i) fields >> skipped;
    long user = 0, system = 0;
    fields >> user >> system;
    return (user + system) * (1'000'000 / ::sysconf(_SC_CLK_TCK));
}

}  // namespace shopkeeper::bench
