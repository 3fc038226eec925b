#include "mcp/client/http_channel.hpp"

#include <mutex>
#include <optional>

#include "mcp/client/event_reader.hpp"
#include "mcp/client/listening_stream.hpp"
#include "mcp/protocol.hpp"

namespace shopkeeper::mcp::client {
namespace {

using std::chrono::milliseconds;

/// How long a stream is left alone before it is taken up again, where the server does not say.
constexpr milliseconds kRetryDefault{1'000};
/// Times in a row that a stream is taken up again without bringing anything new.
constexpr int kEmptyResumesMax = 5;
/// How much of the text of an error status is read, and how much of it is quoted.
constexpr std::size_t kErrorBodyMax = std::size_t{64} * 1024;
constexpr std::size_t kErrorQuoteMax = 200;
/// A session that nobody waits for is ended within this time or not by us.
constexpr milliseconds kGoodbyeMax{2'000};

/// Reads what answers one request: one JSON text, or a stream of events and its continuations.
class ResponseReader : public net::HttpReceiver {
public:
    ResponseReader(std::int64_t id, std::size_t bytes_max, const Channel::Receiver& meanwhile)
        : id_(id), bytes_max_(bytes_max), events_(bytes_max), meanwhile_(meanwhile) {}

    bool on_head(const net::HttpHead& head) override {
        status_ = head.status;
        is_stream_ = head.status == 200 && media_type(head) == "text/event-stream";
        events_.restart();
        body_.clear();
        return true;
    }

    bool on_chunk(std::string_view chunk) override {
        if (is_stream_) {
            const auto fed = events_.feed(chunk, [&](const Event& event) {
                if (auto json = parse_json(event.data)) take(std::move(*json));
                return !response;
            });
            is_too_large = fed == EventReader::Fed::too_large;
            return fed == EventReader::Fed::more;
        }
        const bool is_error = status_ >= 300;
        const std::size_t most = is_error ? kErrorBodyMax : bytes_max_;
        is_too_large = !is_error && body_.size() + chunk.size() > most;
        body_ += chunk.substr(0, most - std::min(most, body_.size()));
        return !is_too_large && body_.size() < most;
    }

    /// When an answer that was no stream is complete.
    void finish() {
        if (is_stream_) return;
        auto json = parse_json(body_);
        if (!json) return;
        const Json* code = member(member(&*json, "error"), "code");
        const Json* id = member(&*json, "id");
        const bool is_nameless_error =
            code != nullptr && code->is_number_integer() && (id == nullptr || id->is_null());
        if (is_nameless_error) {  // the server could not read our id
            response = std::move(*json);
        } else {
            take(std::move(*json));
        }
    }

    const EventReader& events() const { return events_; }
    bool is_stream() const { return is_stream_; }
    std::string quote() const { return body_.substr(0, kErrorQuoteMax); }

    std::optional<Json> response;
    bool is_too_large = false;
    int heard = 0;  ///< messages so far

private:
    void take(Json json) {
        if (json.is_array()) {  // a batch of 2025-03-26
            for (Json& message : json) take_one(std::move(message));
        } else {
            take_one(std::move(json));
        }
    }

    void take_one(Json message) {
        if (!message.is_object()) return;
        ++heard;
        if (message.contains("method")) {
            meanwhile_(message);
        } else if (const Json* id = member(&message, "id"); id != nullptr && *id == id_) {
            response = std::move(message);
        }
    }

    const std::int64_t id_;
    const std::size_t bytes_max_;
    EventReader events_;
    const Channel::Receiver& meanwhile_;
    int status_ = 0;
    bool is_stream_ = false;
    std::string body_;
};

tl::unexpected<Failure> http_failure(int status, const std::string& text) {
    return tl::unexpected(Failure{.kind = Failure::Kind::http_status,
                                  .message = "HTTP " + std::to_string(status) + " " + text,
                                  .status = status});
}

class HttpChannel : public Channel {
public:
    HttpChannel(net::HttpClient& http, HttpServerPlace place, std::size_t message_bytes_max,
                Receiver unsolicited)
        : sender_(http, std::move(place)),
          message_bytes_max_(message_bytes_max),
          listening_(sender_, message_bytes_max, std::move(unsolicited)) {}

    ~HttpChannel() override {
        const auto headers = session_headers();
        if (!net::find_header(headers, kSession)) return;
        ResponseReader nobody(0, kErrorBodyMax, [](const Json&) {});
        sender_.send_once({.method = "DELETE", .url = sender_.url(), .headers = headers},
                          kErrorBodyMax, nobody,
                          {std::chrono::steady_clock::now() + kGoodbyeMax, {}});
    }

    Outcome<Response> exchange(const OutgoingRequest& request, const Patience& patience,
                               const Receiver& meanwhile) override {
        ResponseReader reader(request.id, message_bytes_max_, meanwhile);
        const auto headers = session_headers();
        const bool has_session = net::find_header(headers, kSession).has_value();
        auto head = sender_.send(to_post(request.text, request.headers, headers), SIZE_MAX, reader,
                                 patience);
        if (!head && head.error().kind != Failure::Kind::closed) {
            return tl::unexpected(head.error());
        }
        if (head && head->status == 404 && has_session) {
            return fail(Failure::Kind::session_ended, "the server has ended the session");
        }
        if (head && request.method == "initialize" && head->status == 200) remember(*head);
        reader.finish();
        const bool may_resume =
            request.may_resume && reader.is_stream() && reader.events().last_id();
        if (!reader.response && !reader.is_too_large && may_resume) {
            head = resume(reader, request.headers, patience);
        }
        if (reader.is_too_large) {
            return fail(Failure::Kind::too_large, "the server sends a message of more than " +
                                                      std::to_string(message_bytes_max_) +
                                                      " bytes");
        }
        if (reader.response) {
            return Response{std::move(*reader.response), head ? head->status : 200};
        }
        if (!head) return tl::unexpected(head.error());
        if (head->status != 200) return http_failure(head->status, reader.quote());
        return fail(Failure::Kind::broken, "the answer holds no response to the request");
    }

    Outcome<void> post(const std::string& text, const net::HeaderFields& headers,
                       const Patience& patience) override {
        ResponseReader reader(0, kErrorBodyMax, [](const Json&) {});
        const auto head =
            sender_.send(to_post(text, headers, session_headers()), SIZE_MAX, reader, patience);
        if (!head) return tl::unexpected(head.error());
        if (head->status / 100 != 2) return http_failure(head->status, reader.quote());
        return {};
    }

    bool closing_cancels() const override { return true; }

    void listen(Revision revision) override {
        if (!has_handshake(revision) || !listening_.has_receiver()) return;
        auto headers = session_headers();
        headers.emplace_back("MCP-Protocol-Version", word(revision));
        listening_.open(std::move(headers));
    }

    void forget_session() override {
        listening_.close();
        const std::scoped_lock lock(mutex_);
        session_.clear();
    }

private:
    static constexpr const char* kSession = "Mcp-Session-Id";

    /// Takes the stream up again, as often as it breaks off, until the response has come.
    Outcome<net::HttpHead> resume(ResponseReader& reader, const net::HeaderFields& request_headers,
                                  const Patience& patience) {
        for (int empty = 0; empty < kEmptyResumesMax;) {
            const auto pause = reader.events().retry().value_or(kRetryDefault);
            if (!rest(pause, patience)) {
                const bool is_stopped = patience.stop.stop_requested();
                return fail(is_stopped ? Failure::Kind::stopped : Failure::Kind::timed_out,
                            "the stream broke off, and there is no time to take it up again");
            }
            const int heard = reader.heard;
            const std::string last_id = *reader.events().last_id();
            net::HttpRequest again{.url = sender_.url(), .headers = request_headers};
            for (auto& header : session_headers()) again.headers.push_back(std::move(header));
            again.headers.emplace_back("Accept", "text/event-stream");
            again.headers.emplace_back("Last-Event-ID", last_id);
            auto head = sender_.send(std::move(again), SIZE_MAX, reader, patience);
            if (reader.response || reader.is_too_large) return head;
            const bool is_gone = !head && head.error().kind != Failure::Kind::closed &&
                                 head.error().kind != Failure::Kind::unreachable;
            if (is_gone || (head && head->status != 200)) return head;
            empty = reader.heard > heard || reader.events().last_id() != last_id ? 0 : empty + 1;
        }
        return fail(Failure::Kind::closed, "the stream breaks off again and again");
    }

    net::HttpRequest to_post(const std::string& text, const net::HeaderFields& headers,
                             const net::HeaderFields& session) {
        net::HttpRequest request{
            .method = "POST", .url = sender_.url(), .headers = headers, .body = text};
        request.headers.insert(request.headers.end(), session.begin(), session.end());
        request.headers.emplace_back("Content-Type", "application/json");
        request.headers.emplace_back("Accept", "application/json, text/event-stream");
        return request;
    }

    net::HeaderFields session_headers() {
        const std::scoped_lock lock(mutex_);
        if (session_.empty()) return {};
        return {{kSession, session_}};
    }

    void remember(const net::HttpHead& head) {
        const std::scoped_lock lock(mutex_);
        session_ = head.header(kSession).value_or("");
    }

    HttpSender sender_;
    const std::size_t message_bytes_max_;
    std::mutex mutex_;
    std::string session_;  // guarded by mutex_
    ListeningStream listening_;
};

}  // namespace

std::unique_ptr<Channel> make_http_channel(net::HttpClient& http, HttpServerPlace place,
                                           std::size_t message_bytes_max,
                                           Channel::Receiver unsolicited) {
    return std::make_unique<HttpChannel>(http, std::move(place), message_bytes_max,
                                         std::move(unsolicited));
}

}  // namespace shopkeeper::mcp::client
