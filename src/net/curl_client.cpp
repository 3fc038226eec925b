#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <exception>
#include <mutex>

#include "net/http_client.hpp"
#include "net/http_message.hpp"
#include "net/libcurl.hpp"
#include "net/public_address.hpp"

namespace shopkeeper::net {
namespace {

using Clock = std::chrono::steady_clock;
using Kind = HttpFailure::Kind;
using std::chrono::milliseconds;

/// Handles that wait for the next request, each with its kept connections.
constexpr std::size_t kIdleLanesMax = 8;
/// Kept connections of one handle: the hosts that are asked in turn.
constexpr long kConnectionsPerLaneMax = 4;
/// libcurl announces its own waits; this bounds a wait it has no opinion about.
constexpr milliseconds kPollMax{1'000};

HttpFailure failure(Kind kind, std::string message) {
    return {kind, std::move(message)};
}

bool is_token(std::string_view text) {
    constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](unsigned char c) {
        return (c < 0x80 && std::isalnum(c)) || kMarks.find(static_cast<char>(c)) != kMarks.npos;
    });
}

/// No control characters but tab: a line break would begin another header.
bool is_field_value(std::string_view text) {
    return std::none_of(text.begin(), text.end(),
                        [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; });
}

/// Host and port: what a message may say of an URL, whose other parts may hold secrets.
/// REQUIRES: `refuse` has passed it.
std::string_view host_of(std::string_view url) {
    url.remove_prefix(url.find("://") + 3);
    url = url.substr(0, url.find_first_of("/?#"));
    return url.substr(url.rfind('@') + 1);  // npos + 1 is 0: all of it
}

bool is_loopback(std::string_view url) {
    const std::string_view host = host_of(url);
    return host.starts_with("127.") || host.starts_with("[::1]") ||
           equals_ignoring_case(host.substr(0, host.find(':')), "localhost");
}

std::optional<HttpFailure> refuse(const HttpRequest& request) {
    const bool has_scheme =
        request.url.starts_with("http://") || request.url.starts_with("https://");
    const bool is_clean = std::all_of(request.url.begin(), request.url.end(),
                                      [](unsigned char c) { return c > 0x20 && c != 0x7f; });
    if (!has_scheme || !is_clean) {
        return failure(Kind::bad_request,
                       "an URL must start with http:// or https:// and hold no "
                       "blanks");
    }
    if (!is_token(request.method)) return failure(Kind::bad_request, "the method is not a token");
    for (const auto& [name, value] : request.headers) {
        if (!is_token(name)) return failure(Kind::bad_request, "a header name is not a token");
        if (!is_field_value(value)) {
            return failure(Kind::bad_request,
                           "the value of header " + name + " holds a control character");
        }
    }
    return std::nullopt;
}

/// One easy handle in a multi handle of its own, which keeps the connections and can be woken.
/// Used by one thread at a time.
class Lane {
public:
    Lane() : easy(libcurl().easy_init()), multi(libcurl().multi_init()) {}
    ~Lane() {
        libcurl().easy_cleanup(easy);
        libcurl().multi_cleanup(multi);
    }
    Lane(const Lane&) = delete;
    Lane& operator=(const Lane&) = delete;

    CURL* const easy;
    CURLM* const multi;
};

/// One request under way: what libcurl's callbacks write to.
class Transfer {
public:
    Transfer(Lane& lane, const HttpRequest& request, const HttpLimits& limits,
             HttpReceiver& receiver)
        : lane_(lane), request_(request), limits_(limits), receiver_(receiver) {}
    ~Transfer() {
        curl_.multi_remove_handle(lane_.multi, lane_.easy);
        curl_.slist_free_all(headers_);
    }
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    HttpResult<void> run(const HttpClientOptions& options, const std::stop_token& stop) {
        const auto deadline = Clock::now() + limits_.total;
        set_up(options);
        curl_.multi_add_handle(lane_.multi, lane_.easy);
        const std::stop_callback wake(stop, [this] { curl_.multi_wakeup(lane_.multi); });

        for (;;) {
            if (stop.stop_requested()) return error(Kind::stopped, "the request was stopped");
            int running = 0;
            curl_.multi_perform(lane_.multi, &running);
            if (running == 0) return verdict();
            const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
            if (left <= milliseconds::zero()) {
                return error(Kind::timed_out, "no whole answer within " +
                                                  std::to_string(limits_.total.count()) + " ms");
            }
            curl_.multi_poll(lane_.multi, nullptr, 0,
                             static_cast<int>(std::min(left, kPollMax).count()), nullptr);
        }
    }

private:
    using Failed = tl::unexpected<HttpFailure>;

    template <class Value>
    void set(CURLoption option, Value value) {
        curl_.easy_setopt(lane_.easy, option, value);
    }

    void set_up(const HttpClientOptions& options) {
        curl_.easy_reset(lane_.easy);
        set(CURLOPT_ERRORBUFFER, reason_.data());
        set(CURLOPT_NOSIGNAL, 1L);
        set(CURLOPT_QUICK_EXIT, 1L);  // a stopped request does not wait for the resolver
        set(CURLOPT_PROTOCOLS_STR, "http,https");
        set(CURLOPT_PATH_AS_IS, 1L);
        set(CURLOPT_MAXCONNECTS, kConnectionsPerLaneMax);
        set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits_.connect.count()));
        if (!options.ca_file.empty()) set(CURLOPT_CAINFO, options.ca_file.c_str());
        const bool only_public = limits_.reach == Reach::public_internet;
        if (only_public) set(CURLOPT_FRESH_CONNECT, 1L);  // a kept one was not checked
        if (only_public || is_loopback(request_.url)) set(CURLOPT_PROXY, "");
        set(CURLOPT_OPENSOCKETFUNCTION, &Transfer::open_socket);
        set(CURLOPT_OPENSOCKETDATA, this);
        set(CURLOPT_HEADERFUNCTION, &Transfer::take_header);
        set(CURLOPT_HEADERDATA, this);
        set(CURLOPT_WRITEFUNCTION, &Transfer::take_body);
        set(CURLOPT_WRITEDATA, this);

        set(CURLOPT_URL, request_.url.c_str());
        if (request_.method == "HEAD") {
            set(CURLOPT_NOBODY, 1L);
        } else if (!request_.body.empty() || request_.method == "POST") {
            set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
            set(CURLOPT_POSTFIELDS, request_.body.data());
        }
        set(CURLOPT_CUSTOMREQUEST, request_.method.c_str());
        for (const auto& [name, value] : request_.headers) {
            add_header(value.empty() ? name + ";" : name + ": " + value);  // curl's spelling
        }
        // What libcurl would say unasked.
        for (const char* unasked : {"Expect", "Content-Type", "Accept"}) {
            if (!find_header(request_.headers, unasked)) add_header(std::string(unasked) + ":");
        }
        set(CURLOPT_HTTPHEADER, headers_);
    }

    void add_header(const std::string& line) {
        headers_ = curl_.slist_append(headers_, line.c_str());
    }

    static curl_socket_t open_socket(void* data, curlsocktype, curl_sockaddr* address) {
        auto& self = *static_cast<Transfer*>(data);
        if (self.limits_.reach == Reach::public_internet && !is_public_address(address->addr)) {
            self.is_forbidden_ = true;
            return CURL_SOCKET_BAD;
        }
        return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    }

    static std::size_t take_header(char* bytes, std::size_t, std::size_t size, void* data) {
        return static_cast<Transfer*>(data)->take<&Transfer::head_line>({bytes, size});
    }

    static std::size_t take_body(char* bytes, std::size_t, std::size_t size, void* data) {
        return static_cast<Transfer*>(data)->take<&Transfer::body_chunk>({bytes, size});
    }

    /// What libcurl wants to hear: everything taken, or less to end the request. No exception may
    /// pass through it.
    template <bool (Transfer::*part)(std::string_view)>
    std::size_t take(std::string_view bytes) {
        try {
            return (this->*part)(bytes) ? bytes.size() : 0;
        } catch (...) {
            thrown_ = std::current_exception();
            return 0;
        }
    }

    /// One line of the head with its line end; false ends the request.
    bool head_line(std::string_view line) {
        if (has_head_) return true;  // a trailer
        head_bytes_ += line.size();
        if (head_bytes_ > kHttpHeadBytesMax) {
            is_too_large_ = true;
            return false;
        }
        while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
        if (line.starts_with("HTTP/")) {
            head_ = {};
            return true;
        }
        if (!line.empty()) {
            const auto colon = std::min(line.find(':'), line.size());
            head_.headers.emplace_back(line.substr(0, colon),
                                       trimmed(line.substr(std::min(colon + 1, line.size()))));
            return true;
        }
        long status = 0;
        curl_.easy_getinfo(lane_.easy, CURLINFO_RESPONSE_CODE, &status);
        if (status < 200) return true;  // an interim answer
        head_.status = static_cast<int>(status);
        has_head_ = true;
        is_enough_ = !receiver_.on_head(head_);
        return !is_enough_;
    }

    bool body_chunk(std::string_view chunk) {
        if (chunk.size() > limits_.body_bytes_max - body_bytes_) {
            is_too_large_ = true;
            return false;
        }
        body_bytes_ += chunk.size();
        is_enough_ = !receiver_.on_chunk(chunk);
        return !is_enough_;
    }

    HttpResult<void> verdict() {
        int left = 0;
        const CURLMsg* done = curl_.multi_info_read(lane_.multi, &left);
        const CURLcode code = done ? done->data.result : CURLE_RECV_ERROR;
        if (thrown_) std::rethrow_exception(thrown_);
        if (is_enough_) return {};
        if (is_too_large_) {
            return error(Kind::too_large, has_head_ ? "the answer is larger than " +
                                                          std::to_string(limits_.body_bytes_max) +
                                                          " bytes"
                                                    : std::string("the head is too large"));
        }
        if (code == CURLE_OK && has_head_) return {};
        if (is_forbidden_) {
            return error(Kind::forbidden_address,
                         "the name leads to an address that is not public");
        }
        std::string reason = reason_[0] != 0 ? reason_.data() : curl_.easy_strerror(code);
        return error(kind_of(code), std::move(reason));
    }

    static Kind kind_of(CURLcode code) {
        switch (code) {
            case CURLE_URL_MALFORMAT:
                return Kind::bad_request;
            case CURLE_COULDNT_RESOLVE_PROXY:
            case CURLE_COULDNT_RESOLVE_HOST:
            case CURLE_COULDNT_CONNECT:
            case CURLE_SSL_CONNECT_ERROR:
            case CURLE_PEER_FAILED_VERIFICATION:
            case CURLE_SSL_CACERT_BADFILE:
                return Kind::unreachable;
            case CURLE_OPERATION_TIMEDOUT:
                return Kind::timed_out;
            default:
                return Kind::broken;
        }
    }

    Failed error(Kind kind, std::string reason) const {
        return Failed(failure(kind, std::string(host_of(request_.url)) + ": " + std::move(reason)));
    }

    const Libcurl& curl_ = libcurl();
    Lane& lane_;
    const HttpRequest& request_;
    const HttpLimits& limits_;
    HttpReceiver& receiver_;

    std::array<char, CURL_ERROR_SIZE> reason_{};
    curl_slist* headers_ = nullptr;
    HttpHead head_;
    std::size_t head_bytes_ = 0;
    std::size_t body_bytes_ = 0;
    bool has_head_ = false;
    bool is_enough_ = false;
    bool is_too_large_ = false;
    bool is_forbidden_ = false;
    std::exception_ptr thrown_;
};

class CurlClient : public HttpClient {
public:
    explicit CurlClient(HttpClientOptions options) : options_(std::move(options)) {}

    HttpResult<void> stream(const HttpRequest& request, const HttpLimits& limits,
                            HttpReceiver& receiver, std::stop_token stop) override {
        if (auto refusal = refuse(request)) return tl::unexpected(std::move(*refusal));
        if (!libcurl().why_not.empty()) {
            return tl::unexpected(failure(Kind::client_missing, libcurl().why_not));
        }
        std::unique_ptr<Lane> lane = take_lane();
        const auto done = Transfer(*lane, request, limits, receiver).run(options_, stop);
        give_back(std::move(lane));
        return done;
    }

private:
    /// The lane that came back last: its connections are the ones most likely alive.
    std::unique_ptr<Lane> take_lane() {
        const std::scoped_lock lock(mutex_);
        if (idle_.empty()) return std::make_unique<Lane>();
        std::unique_ptr<Lane> lane = std::move(idle_.back());
        idle_.pop_back();
        return lane;
    }

    void give_back(std::unique_ptr<Lane> lane) {
        const std::scoped_lock lock(mutex_);
        if (idle_.size() < kIdleLanesMax) idle_.push_back(std::move(lane));
    }

    const HttpClientOptions options_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<Lane>> idle_;
};

}  // namespace

std::unique_ptr<HttpClient> make_http_client(HttpClientOptions options) {
    return std::make_unique<CurlClient>(std::move(options));
}

}  // namespace shopkeeper::net
