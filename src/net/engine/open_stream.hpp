#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "net/engine/exchange.hpp"

namespace shopkeeper::net {

/// The text of one event stream that its socket has not taken yet. Thread-safe.
class OpenStream {
public:
    OpenStream(std::shared_ptr<Exchange> exchange, StreamHead& head, bool is_chunked,
               std::size_t unread_bytes_max);

    bool send(std::string_view text);
    void end();

    /// What is ready to be written; empty: nothing, and the next send will ask for a flush.
    std::string take();
    /// What was taken is written.
    enum class Then {
        rest,      ///< the next send asks for a flush
        flush_on,  ///< more was sent meanwhile
        finish,    ///< that was the end
    };
    Then written();
    /// Nothing more can be sent. Runs `on_close` once.
    void shut();
    std::chrono::milliseconds heartbeat() const { return heartbeat_; }

private:
    void append(std::string_view text);
    void ask_for_flush();

    const std::shared_ptr<Exchange> exchange_;
    const std::chrono::milliseconds heartbeat_;
    const bool is_chunked_;
    const std::size_t unread_bytes_max_;

    std::mutex mutex_;
    // Guarded by mutex_.
    std::string unsent_;
    std::size_t writing_bytes_ = 0;
    bool is_open_ = true;      ///< more may be sent
    bool is_flushing_ = true;  ///< a flush is on its way; at first the one that sends the head
    bool is_ended_ = false;    ///< `unsent_` holds the last bytes
    std::function<void()> on_close_;
};

}  // namespace shopkeeper::net
