#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

#include "transport/wake.hpp"

namespace shopkeeper::transport {

/// Writes whole lines to a descriptor from many threads. What the reader takes at once is written
/// by the caller; the rest waits here for a thread of its own, so that a peer which writes much
/// before it reads anything does not lock both sides up. Thread-safe.
class LineWriter {
public:
    /// REQUIRES: `fd` outlives this.
    LineWriter(int fd, std::size_t unsent_bytes_max);
    ~LineWriter();
    LineWriter(const LineWriter&) = delete;
    LineWriter& operator=(const LineWriter&) = delete;

    /// Writes or keeps `lines`; waits while too much is kept already. Dropped when the peer is
    /// gone. REQUIRES: `lines` ends in a line feed, or is empty.
    void write(std::string_view lines);

    /// The same without waiting: false when too much is kept already, or the peer is gone, and then
    /// nothing is written.
    bool try_write(std::string_view lines);

    /// The end is near: from now on nobody waits for room longer than until `deadline`; a peer that
    /// has not made any by then counts as gone.
    void finish_by(std::chrono::steady_clock::time_point deadline);

    /// Waits until everything is written, `wait_max` at most; false when it is not.
    bool flush(std::chrono::milliseconds wait_max);

    /// Drops what is kept and everything to come: the peer had its time to read.
    void abandon();

    /// Requested when the peer closed its end, or by `abandon`.
    std::stop_token broken() const { return broken_.get_token(); }

private:
    void wait_for_room(std::unique_lock<std::mutex>& lock);
    void take(std::string_view lines);
    void write_what_fits();
    void drain();
    void give_up();

    const int fd_;
    const std::size_t unsent_bytes_max_;
    std::stop_source broken_;
    Wake closing_;
    std::mutex mutex_;
    std::condition_variable changed_;
    // Guarded by mutex_.
    std::string unsent_;
    std::size_t sent_ = 0;  ///< how much of unsent_ is written
    bool is_closing_ = false;
    std::optional<std::chrono::steady_clock::time_point> deadline_;
    std::thread drainer_;
};

}  // namespace shopkeeper::transport
