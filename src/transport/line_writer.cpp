#include "transport/line_writer.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>

namespace shopkeeper::transport {
namespace {

/// A pipe that poll() calls writable takes this much without blocking; a socket takes more.
constexpr std::size_t kPieceMax = PIPE_BUF;

/// Bytes already written that are worth a move of the rest.
constexpr std::size_t kCompactFrom = std::size_t{1} << 16;

bool is_writable(int fd) {
    pollfd waited{fd, POLLOUT, 0};
    return poll(&waited, 1, 0) > 0;
}

}  // namespace

LineWriter::LineWriter(int fd, std::size_t unsent_bytes_max)
    : fd_(fd), unsent_bytes_max_(unsent_bytes_max) {}

LineWriter::~LineWriter() {
    {
        const std::scoped_lock lock(mutex_);
        is_closing_ = true;
    }
    closing_.set();
    changed_.notify_all();
    if (drainer_.joinable()) drainer_.join();
}

void LineWriter::write(std::string_view lines) {
    if (lines.empty()) return;
    std::unique_lock lock(mutex_);
    wait_for_room(lock);
    if (!broken_.stop_requested()) take(lines);
}

bool LineWriter::try_write(std::string_view lines) {
    const std::scoped_lock lock(mutex_);
    if (broken_.stop_requested() || unsent_.size() - sent_ >= unsent_bytes_max_) return false;
    take(lines);
    return true;
}

/// REQUIRES: mutex_ is held.
void LineWriter::take(std::string_view lines) {
    unsent_.append(lines);
    write_what_fits();
    if (unsent_.empty()) return;
    if (!drainer_.joinable()) drainer_ = std::thread([this] { drain(); });
    changed_.notify_all();
}

void LineWriter::finish_by(std::chrono::steady_clock::time_point deadline) {
    const std::scoped_lock lock(mutex_);
    deadline_ = deadline;
    changed_.notify_all();
}

void LineWriter::wait_for_room(std::unique_lock<std::mutex>& lock) {
    while (!broken_.stop_requested() && unsent_.size() - sent_ >= unsent_bytes_max_) {
        if (!deadline_) {
            changed_.wait(lock);
        } else if (changed_.wait_until(lock, *deadline_) == std::cv_status::timeout) {
            give_up();
        }
    }
}

bool LineWriter::flush(std::chrono::milliseconds wait_max) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, wait_max, [this] { return unsent_.empty(); });
}

void LineWriter::abandon() {
    const std::scoped_lock lock(mutex_);
    give_up();
}

/// Never blocks. REQUIRES: mutex_ is held.
void LineWriter::write_what_fits() {
    while (sent_ < unsent_.size() && is_writable(fd_)) {
        const ssize_t count =
            ::write(fd_, unsent_.data() + sent_, std::min(unsent_.size() - sent_, kPieceMax));
        if (count >= 0) {
            sent_ += static_cast<std::size_t>(count);
        } else if (errno == EAGAIN) {
            break;
        } else if (errno != EINTR) {
            give_up();
        }
    }
    if (sent_ == unsent_.size()) {
        unsent_.clear();
        sent_ = 0;
    } else if (sent_ > kCompactFrom && sent_ > unsent_.size() / 2) {
        unsent_.erase(0, sent_);
        sent_ = 0;
    }
}

/// REQUIRES: mutex_ is held.
void LineWriter::give_up() {
    unsent_.clear();
    sent_ = 0;
    broken_.request_stop();
    changed_.notify_all();
}

/// Runs on a thread of its own from the first time that the peer did not take everything at once.
void LineWriter::drain() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return is_closing_ || !unsent_.empty(); });
        if (is_closing_) return;
        lock.unlock();
        std::array<pollfd, 2> waited{pollfd{fd_, POLLOUT, 0}, pollfd{closing_.fd(), POLLIN, 0}};
        poll(waited.data(), waited.size(), -1);
        lock.lock();
        write_what_fits();
        changed_.notify_all();
    }
}

}  // namespace shopkeeper::transport
