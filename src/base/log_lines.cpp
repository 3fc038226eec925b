#include "base/log_lines.hpp"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace shopkeeper::log {
namespace {

using Clock = std::chrono::steady_clock;

/// Writes all of it, or gives up: a log has nobody to complain to.
void write_all(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

/// True when a write of kWriteMax bytes does not wait for a reader.
bool has_room(int descriptor) {
    pollfd room{descriptor, POLLOUT, 0};
    return ::poll(&room, 1, 0) == 1;
}

/// As many whole lines as fit, at least one.
std::size_t one_write(std::string_view lines) {
    if (lines.size() <= Lines::kWriteMax) return lines.size();
    const auto last = lines.rfind('\n', Lines::kWriteMax - 1);
    return (last == std::string_view::npos ? lines.find('\n') : last) + 1;
}

}  // namespace

Lines::Lines(int descriptor, std::chrono::milliseconds gather)
    : descriptor_(descriptor), gather_(gather) {}

Lines::~Lines() {
    writer_ = {};  // asks it to stop and waits
    std::unique_lock lock(mutex_);
    write_gathered(lock);
}

void Lines::add(std::string_view line, bool now) {
    std::unique_lock lock(mutex_);
    has_written_.wait(lock, [this] { return gathered_.size() < kWaitingMax; });
    const bool is_first = gathered_.empty();
    gathered_ += line;
    const bool is_quiet =
        is_first && !is_writing_ &&
        (written_at_ == Clock::time_point() || Clock::now() - written_at_ >= gather_);
    if (now || (is_quiet && line.size() <= kWriteMax && has_room(descriptor_)))
        return write_gathered(lock);
    if (!writer_.joinable()) start_writer();
    if (is_first || gathered_.size() >= kGatheredMax) has_gathered_.notify_one();
}

/// The thread takes no signals: they are for those who wait for them.
void Lines::start_writer() {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    writer_ = std::jthread([this](const std::stop_token& stop) { write_late(stop); });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void Lines::write_late(const std::stop_token& stop) {
    const auto is_due = [this] { return gathered_.empty() || gathered_.size() >= kGatheredMax; };
    std::unique_lock lock(mutex_);
    while (has_gathered_.wait(lock, stop, [this] { return !gathered_.empty(); })) {
        has_gathered_.wait_until(lock, stop, written_at_ + gather_, is_due);
        write_gathered(lock);
    }
}

/// When it returns, every line that was added before is written. REQUIRES: `lock` is held.
void Lines::write_gathered(std::unique_lock<std::mutex>& lock) {
    has_written_.wait(lock, [this] { return !is_writing_; });
    if (gathered_.empty()) return;
    const std::string lines = std::exchange(gathered_, {});
    is_writing_ = true;
    lock.unlock();
    for (std::string_view rest = lines; !rest.empty();) {
        const std::size_t size = one_write(rest);
        write_all(descriptor_, rest.substr(0, size));
        rest.remove_prefix(size);
    }
    lock.lock();
    is_writing_ = false;
    written_at_ = Clock::now();
    has_written_.notify_all();
}

}  // namespace shopkeeper::log
