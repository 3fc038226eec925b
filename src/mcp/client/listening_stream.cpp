#include "mcp/client/listening_stream.hpp"

#include <algorithm>

#include "mcp/client/event_reader.hpp"

namespace shopkeeper::mcp::client {
namespace {

using std::chrono::milliseconds;

/// How long `open` waits for the server's answer.
constexpr milliseconds kOpenMax{1'000};
/// Before a stream is opened again, where the server does not say; doubled while it is in vain.
constexpr milliseconds kPauseMin{1'000};
constexpr milliseconds kPauseMax{60'000};
constexpr std::chrono::hours kStreamMax{24};

}  // namespace

/// Hears one stream and its continuations.
class ListeningStream::Ears : public net::HttpReceiver {
public:
    Ears(ListeningStream& stream, std::uint64_t session)
        : stream_(stream), session_(session), events(stream.message_bytes_max_) {}

    bool on_head(const net::HttpHead& head) override {
        is_stream = head.status == 200 && media_type(head) == "text/event-stream";
        events.restart();
        stream_.settled(session_);
        return is_stream;
    }

    bool on_chunk(std::string_view chunk) override {
        const auto fed = events.feed(chunk, [&](const Event& event) {
            const auto json = parse_json(event.data);
            if (json && json->is_object() && json->contains("method")) stream_.receive_(*json);
            return stream_.is_current(session_);
        });
        return fed == EventReader::Fed::more;
    }

private:
    ListeningStream& stream_;
    const std::uint64_t session_;

public:
    EventReader events;
    bool is_stream = false;
};

ListeningStream::ListeningStream(HttpSender& sender, std::size_t message_bytes_max,
                                 Channel::Receiver receive)
    : sender_(sender), message_bytes_max_(message_bytes_max), receive_(std::move(receive)) {}

ListeningStream::~ListeningStream() {
    close();
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
}

void ListeningStream::open(net::HeaderFields headers) {
    std::unique_lock lock(mutex_);
    headers_ = std::move(headers);
    is_wanted_ = true;
    const std::uint64_t session = ++session_;
    if (!thread_.joinable()) {
        thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
    }
    changed_.notify_all();
    if (thread_.get_id() == std::this_thread::get_id()) return;  // from within the old stream
    changed_.wait_for(lock, kOpenMax, [&] { return settled_ >= session; });
}

void ListeningStream::close() {
    std::stop_source open_stream;
    {
        const std::scoped_lock lock(mutex_);
        is_wanted_ = false;
        open_stream = std::exchange(abandon_, {});
    }
    open_stream.request_stop();
}

bool ListeningStream::is_current(std::uint64_t session) {
    const std::scoped_lock lock(mutex_);
    return is_wanted_ && session_ == session;
}

void ListeningStream::settled(std::uint64_t session) {
    {
        const std::scoped_lock lock(mutex_);
        settled_ = std::max(settled_, session);
    }
    changed_.notify_all();
}

void ListeningStream::run(const std::stop_token& stop) {
    for (std::uint64_t done = 0;;) {
        std::unique_lock lock(mutex_);
        if (!changed_.wait(lock, stop, [&] { return is_wanted_ && session_ > done; })) return;
        done = session_;
        const net::HeaderFields headers = headers_;
        const std::stop_token abandoned = abandon_.get_token();
        lock.unlock();
        hold(done, headers, abandoned);
        settled(done);
    }
}

void ListeningStream::hold(std::uint64_t session, net::HeaderFields headers,
                           const std::stop_token& stop) {
    headers.emplace_back("Accept", "text/event-stream");
    Ears ears(*this, session);
    for (milliseconds pause = kPauseMin; is_current(session);) {
        net::HttpRequest request{.url = sender_.url(), .headers = headers};
        if (const auto& id = ears.events.last_id()) {
            request.headers.emplace_back("Last-Event-ID", *id);
        }
        const Patience patience{std::chrono::steady_clock::now() + kStreamMax, stop};
        // A background stream is no reason to ask a person to sign in.
        const auto head = sender_.send_once(request, SIZE_MAX, ears, patience);
        if (head && head->status / 100 == 4) return;  // no such stream, or no longer
        const bool was_open = head && ears.is_stream;
        pause = was_open ? kPauseMin : std::min(pause * 2, kPauseMax);
        if (!rest(was_open ? ears.events.retry().value_or(pause) : pause, patience)) return;
    }
}

}  // namespace shopkeeper::mcp::client
