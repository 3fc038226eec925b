#include "net/engine/open_stream.hpp"

#include <utility>

#include "base/log.hpp"
#include "net/engine/wire.hpp"

namespace shopkeeper::net {

OpenStream::OpenStream(std::shared_ptr<Exchange> exchange, StreamHead& head, bool is_chunked,
                       std::size_t unread_bytes_max)
    : exchange_(std::move(exchange)),
      heartbeat_(head.heartbeat),
      is_chunked_(is_chunked),
      unread_bytes_max_(unread_bytes_max),
      on_close_(std::move(head.on_close)) {
    append(head.first);
}

void OpenStream::append(std::string_view text) {
    if (text.empty()) return;  // an empty chunk would end the body
    if (is_chunked_)
        append_chunk(unsent_, text);
    else
        unsent_ += text;
}

/// REQUIRES: mutex_ is held.
void OpenStream::ask_for_flush() {
    if (std::exchange(is_flushing_, true)) return;
    exchange_->flush_soon();
}

bool OpenStream::send(std::string_view text) {
    const std::scoped_lock lock(mutex_);
    if (!is_open_) return false;
    const std::size_t unread = writing_bytes_ + unsent_.size();
    if (unread > 0 && unread + text.size() > unread_bytes_max_) {
        is_open_ = false;
        log::warning("net", "event stream dropped: the client does not read");
        exchange_->close_soon();
        return false;
    }
    append(text);
    ask_for_flush();
    return true;
}

void OpenStream::end() {
    const std::scoped_lock lock(mutex_);
    if (!is_open_) return;
    is_open_ = false;
    is_ended_ = true;
    if (is_chunked_) unsent_ += kLastChunk;
    ask_for_flush();
}

std::string OpenStream::take() {
    const std::scoped_lock lock(mutex_);
    writing_bytes_ = unsent_.size();
    return std::exchange(unsent_, {});
}

OpenStream::Then OpenStream::written() {
    const std::scoped_lock lock(mutex_);
    writing_bytes_ = 0;
    if (!unsent_.empty()) return Then::flush_on;
    is_flushing_ = false;
    return is_ended_ ? Then::finish : Then::rest;
}

void OpenStream::shut() {
    std::function<void()> on_close;
    {
        const std::scoped_lock lock(mutex_);
        is_open_ = false;
        unsent_ = {};
        on_close.swap(on_close_);
    }
    if (on_close) on_close();
}

}  // namespace shopkeeper::net
