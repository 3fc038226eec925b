#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

namespace shopkeeper::log {

/// Writes the lines of a log. A line is written at once while they are few; those that follow a
/// write too soon are gathered and go out together, so that a busy server does not pay a system
/// call and its reader a wake-up for each. Whoever adds a line that need not be written now waits
/// for no slow reader, until kWaitingMax bytes wait. Thread-safe.
class Lines {
public:
    /// Longer writes to a pipe may be mixed with another process's: whole lines up to this size
    /// are written together. It is what Linux keeps in one piece (PIPE_BUF).
    static constexpr std::size_t kWriteMax = 4096;
    /// So many gathered bytes wait for no time to come.
    static constexpr std::size_t kGatheredMax = 32 * 1024;
    /// So many wait for a reader at most.
    static constexpr std::size_t kWaitingMax = 1024 * 1024;

    /// `descriptor` must outlive this. `gather`: from one write to the next, at most so long.
    Lines(int descriptor, std::chrono::milliseconds gather);
    Lines(const Lines&) = delete;
    Lines& operator=(const Lines&) = delete;
    /// Writes what was gathered.
    ~Lines();

    /// `line` ends with a line feed. `now`: with all before it, whatever the time; what somebody
    /// must hear of is not lost in a crash. What the descriptor does not take is dropped.
    void add(std::string_view line, bool now);

private:
    void start_writer();
    void write_late(const std::stop_token& stop);
    void write_gathered(std::unique_lock<std::mutex>& lock);

    const int descriptor_;
    const std::chrono::milliseconds gather_;

    std::mutex mutex_;
    std::condition_variable_any has_gathered_;
    std::condition_variable has_written_;
    // Guarded by mutex_.
    std::string gathered_;
    bool is_writing_ = false;  ///< by one thread, without the mutex
    std::chrono::steady_clock::time_point written_at_{};
    std::jthread writer_;  ///< started when it is first needed: most processes log little
};

}  // namespace shopkeeper::log
