#include "mcp/client/sse_channel.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

#include "mcp/client/event_reader.hpp"
#include "mcp/client/mailboxes.hpp"

namespace shopkeeper::mcp::client {
namespace {

/// The stream is the connection: it may stay as long as anybody wants it.
constexpr std::chrono::hours kStreamMax{24 * 365};
/// How much of the body of a POST's answer is read; its status is the answer.
constexpr std::size_t kAnswerBytesMax = std::size_t{64} * 1024;

/// Swallows the few bytes that answer a POST.
class Nobody : public net::HttpReceiver {
public:
    bool on_head(const net::HttpHead&) override { return true; }
    bool on_chunk(std::string_view) override { return true; }
};

class SseChannel : public Channel {
public:
    SseChannel(net::HttpClient& http, HttpServerPlace place, std::size_t message_bytes_max,
               Receiver unsolicited)
        : sender_(http, std::move(place)),
          message_bytes_max_(message_bytes_max),
          mailboxes_(std::move(unsolicited)),
          stream_([this](const std::stop_token& stop) { hold_stream(stop); }) {}

    ~SseChannel() override {
        mailboxes_.end({Failure::Kind::stopped, "the client is closed"});
        stream_.request_stop();
        stream_.join();
    }

    /// Waits until the server has said where to post.
    Outcome<void> wait_open(const Patience& patience) {
        std::unique_lock lock(mutex_);
        changed_.wait_until(lock, patience.stop, patience.until,
                            [&] { return !endpoint_.empty() || mailboxes_.ended(); });
        if (!endpoint_.empty()) return {};
        if (auto ended = mailboxes_.ended()) return tl::unexpected(std::move(*ended));
        const bool is_stopped = patience.stop.stop_requested();
        return fail(is_stopped ? Failure::Kind::stopped : Failure::Kind::timed_out,
                    "the server has not said where to post");
    }

    Outcome<Response> exchange(const OutgoingRequest& request, const Patience& patience,
                               const Receiver& meanwhile) override {
        const Mailboxes::Box box(mailboxes_, request.id);
        if (auto sent = post(request.text, request.headers, patience); !sent) {
            return tl::unexpected(sent.error());
        }
        return box.wait(patience, meanwhile);
    }

    Outcome<void> post(const std::string& text, const net::HeaderFields& headers,
                       const Patience& patience) override {
        if (auto ended = mailboxes_.ended()) return tl::unexpected(std::move(*ended));
        net::HttpRequest request{
            .method = "POST", .url = endpoint(), .headers = headers, .body = text};
        request.headers.emplace_back("Content-Type", "application/json");
        Nobody nobody;
        const auto head = sender_.send(std::move(request), kAnswerBytesMax, nobody, patience);
        if (!head) return tl::unexpected(head.error());
        if (head->status / 100 == 2) return {};
        return tl::unexpected(Failure{.kind = Failure::Kind::http_status,
                                      .message = "HTTP " + std::to_string(head->status),
                                      .status = head->status});
    }

    bool closing_cancels() const override { return false; }
    void listen(Revision) override { mailboxes_.listen(); }

private:
    /// Hands the events of the stream on.
    class Stream : public net::HttpReceiver {
    public:
        explicit Stream(SseChannel& channel)
            : channel_(channel), events_(channel.message_bytes_max_) {}

        bool on_head(const net::HttpHead& head) override {
            is_stream = head.status == 200 && media_type(head) == "text/event-stream";
            return is_stream;
        }
        bool on_chunk(std::string_view chunk) override {
            const auto fed =
                events_.feed(chunk, [&](const Event& event) { return channel_.take(event); });
            is_too_large = fed == EventReader::Fed::too_large;
            return fed == EventReader::Fed::more;
        }

        bool is_stream = false;
        bool is_too_large = false;

    private:
        SseChannel& channel_;
        EventReader events_;
    };

    void hold_stream(const std::stop_token& stop) {
        Stream stream(*this);
        const Patience patience{std::chrono::steady_clock::now() + kStreamMax, stop};
        const auto head =
            sender_.send({.url = sender_.url(), .headers = {{"Accept", "text/event-stream"}}},
                         SIZE_MAX, stream, patience);
        Failure why{Failure::Kind::closed, "the server has closed the stream"};
        if (!head) {
            why = head.error();
        } else if (!stream.is_stream) {
            why = {.kind = Failure::Kind::http_status,
                   .message = "HTTP " + std::to_string(head->status) + ", and no event stream",
                   .status = head->status};
        } else if (stream.is_too_large) {
            why = {Failure::Kind::too_large, "the server sends a message of more than " +
                                                 std::to_string(message_bytes_max_) + " bytes"};
        }
        end(std::move(why));
    }

    bool take(const Event& event) {
        if (event.type == "endpoint") return take_endpoint(event.data);
        if (auto json = parse_json(event.data)) mailboxes_.deliver(std::move(*json));
        return true;
    }

    bool take_endpoint(const std::string& place) {
        std::string url = same_origin_url(sender_.url(), place);
        if (url.empty()) {
            end({Failure::Kind::broken, "the server sends messages to another server"});
            return false;
        }
        {
            const std::scoped_lock lock(mutex_);
            endpoint_ = std::move(url);
        }
        changed_.notify_all();
        return true;
    }

    void end(Failure why) {
        {
            const std::scoped_lock lock(mutex_);  // wait_open looks under it
            mailboxes_.end(std::move(why));
        }
        changed_.notify_all();
    }

    std::string endpoint() {
        const std::scoped_lock lock(mutex_);
        return endpoint_;
    }

    HttpSender sender_;
    const std::size_t message_bytes_max_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::string endpoint_;  // guarded by mutex_
    Mailboxes mailboxes_;
    std::jthread stream_;
};

}  // namespace

std::string same_origin_url(std::string_view base, std::string_view place) {
    const auto host = base.find("://");
    if (host == base.npos) return {};
    const std::string_view origin = base.substr(0, base.find_first_of("/?#", host + 3));
    if (place.starts_with("//")) return {};
    if (place.starts_with('/')) return std::string(origin).append(place);
    if (place.find("://") != place.npos) {
        const bool is_same = place.starts_with(origin) &&
                             (place.size() == origin.size() || place[origin.size()] == '/' ||
                              place[origin.size()] == '?');
        return is_same ? std::string(place) : std::string();
    }
    std::string_view path = base.substr(0, base.find_first_of("?#"));
    if (place.starts_with('?')) return std::string(path).append(place);
    const auto folder = path.rfind('/');
    if (folder < origin.size() || folder == path.npos) {
        return std::string(origin).append("/").append(place);
    }
    return std::string(path.substr(0, folder + 1)).append(place);
}

Outcome<std::unique_ptr<Channel>> open_sse_channel(net::HttpClient& http, HttpServerPlace place,
                                                   std::size_t message_bytes_max,
                                                   Channel::Receiver unsolicited,
                                                   const Patience& patience) {
    auto channel = std::make_unique<SseChannel>(http, std::move(place), message_bytes_max,
                                                std::move(unsolicited));
    if (auto opened = channel->wait_open(patience); !opened) {
        return tl::unexpected(opened.error());
    }
    return channel;
}

}  // namespace shopkeeper::mcp::client
