#include "mcp/client/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace shopkeeper::mcp::client {
namespace {

using std::chrono::milliseconds;

/// How long a child may take to leave when its input ends, and again when it is asked to.
constexpr milliseconds kLeaveMax{2'000};
/// How often a write that waits looks at its stop token.
constexpr milliseconds kStopLookEvery{50};

struct Pipe {
    Descriptor read;
    Descriptor write;
};

Outcome<Pipe> make_pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) {
        return fail(Failure::Kind::unreachable, std::string("no pipe: ") + std::strerror(errno));
    }
    return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> all;
    for (std::string& word : words) all.push_back(word.data());
    all.push_back(nullptr);
    return all;
}

int spawn(pid_t& id, std::vector<std::string>& words, std::vector<std::string>& environment,
          int input, int output) {
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t signals;
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes, &signals);
    sigaddset(&signals, SIGPIPE);  // we ignore it; the child decides for itself
    posix_spawnattr_setsigdefault(&attributes, &signals);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    const int error = posix_spawnp(&id, words.front().c_str(), &files, &attributes,
                                   pointers(words).data(), pointers(environment).data());
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    return error;
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
}

void Descriptor::close() {
    if (number_ >= 0) ::close(std::exchange(number_, -1));
}

Child::Child(pid_t id, Descriptor input, Descriptor output)
    : id_(id), input_(std::move(input)), output_(std::move(output)) {}

Child::Child(Child&& other) noexcept
    : id_(std::exchange(other.id_, -1)),
      input_(std::move(other.input_)),
      output_(std::move(other.output_)) {}

Outcome<Child> Child::start(std::vector<std::string> words, std::vector<std::string> environment) {
    if (words.empty()) return fail(Failure::Kind::unreachable, "no program is named");
    auto input = make_pipe();
    if (!input) return tl::unexpected(input.error());
    auto output = make_pipe();
    if (!output) return tl::unexpected(output.error());
    ::fcntl(input->write.get(), F_SETFL, O_NONBLOCK);

    pid_t id = -1;
    const int error = spawn(id, words, environment, input->read.get(), output->write.get());
    if (error != 0) {
        return fail(Failure::Kind::unreachable,
                    "cannot start " + words.front() + ": " + std::strerror(error));
    }
    return Child(id, std::move(input->write), std::move(output->read));
}

Child::~Child() {
    if (id_ <= 0) return;
    input_.close();
    output_.close();  // nobody listens any longer
    if (wait_gone(kLeaveMax)) return;
    ::kill(id_, SIGTERM);
    if (wait_gone(kLeaveMax)) return;
    ::kill(id_, SIGKILL);
    ::waitpid(id_, nullptr, 0);
}

bool Child::wait_gone(milliseconds time_max) {
    const Descriptor process(static_cast<int>(::syscall(SYS_pidfd_open, id_, 0)));
    pollfd entry{process.get(), POLLIN, 0};
    ::poll(&entry, 1, static_cast<int>(time_max.count()));
    return ::waitpid(id_, nullptr, WNOHANG) == id_;
}

Outcome<void> Child::write(std::string_view bytes, const Patience& patience) {
    while (!bytes.empty()) {
        const auto size = ::write(input_.get(), bytes.data(), bytes.size());
        if (size > 0) {
            bytes.remove_prefix(static_cast<std::size_t>(size));
            continue;
        }
        if (size < 0 && errno == EINTR) continue;
        if (size < 0 && errno != EAGAIN) {
            return fail(Failure::Kind::closed, "the server no longer reads");
        }
        if (patience.stop.stop_requested()) return fail(Failure::Kind::stopped, "stopped");
        const auto left = patience.left();
        if (left == milliseconds::zero()) {
            return fail(Failure::Kind::timed_out, "the server does not read");
        }
        pollfd entry{input_.get(), POLLOUT, 0};
        ::poll(&entry, 1, static_cast<int>(std::min(left, kStopLookEvery).count()));
    }
    return {};
}

}  // namespace shopkeeper::mcp::client
