#include "server/signals.hpp"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/log.hpp"
#include "server/exit_code.hpp"

namespace shopkeeper::server {
namespace {

// Nobody sends this one but our own destructor, to wake the watcher.
constexpr int kWake = SIGUSR1;

sigset_t watched() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, kWake);
    return set;
}

}  // namespace

Signals::Signals() {
    const sigset_t set = watched();
    if (const int code = pthread_sigmask(SIG_BLOCK, &set, nullptr); code != 0) {
        throw std::system_error(code, std::generic_category(), "blocking signals");
    }
    ::signal(SIGPIPE, SIG_IGN);  // a peer that left is a failed write, not the end
    watcher_ = std::thread([this] { watch(); });
}

Signals::~Signals() {
    pthread_kill(watcher_.native_handle(), kWake);
    watcher_.join();
}

void Signals::watch() {
    const sigset_t set = watched();
    for (int received = 0;;) {
        if (sigwait(&set, &received) != 0) continue;
        if (received == kWake) return;
        if (source_.stop_requested()) {
            log::warning("server", "a second signal: ending at once");
            ::_exit(static_cast<int>(ExitCode::interrupted));
        }
        log::info("server", "stopping");
        source_.request_stop();
    }
}

}  // namespace shopkeeper::server
