#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace shopkeeper::test {

/// A reply as it came over the wire, transfer encoding undone.
struct WireReply {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;

    /// The first header of this name, case ignored; empty when absent.
    std::string header(std::string_view name) const;
    bool has(std::string_view name) const;
};

/// One raw connection to 127.0.0.1: says exactly the bytes a test wants to say. Every wait has a
/// deadline and throws std::runtime_error when it passes, so a test cannot hang.
class HttpProbe {
public:
    static constexpr std::chrono::milliseconds kPatience{10'000};

    struct Options {
        int receive_buffer_bytes = 0;  ///< 0: the system's; small makes a slow reader of us
    };

    explicit HttpProbe(std::uint16_t port) : HttpProbe(port, Options{}) {}
    HttpProbe(std::uint16_t port, Options options);
    ~HttpProbe();
    HttpProbe(HttpProbe&& other) noexcept;
    HttpProbe(const HttpProbe&) = delete;
    HttpProbe& operator=(const HttpProbe&) = delete;

    /// False when the server has closed before everything was taken.
    bool send(std::string_view bytes);
    /// `method path HTTP/1.1` with Host, the given header lines, and the body's length.
    bool request(std::string_view method, std::string_view path,
                 const std::vector<std::string>& headers = {}, std::string_view body = {});

    /// The next whole reply.
    WireReply reply(bool is_head = false);
    /// The next whole reply, or nullopt when the connection ends before its first byte. A reply
    /// that breaks off in the middle throws.
    std::optional<WireReply> reply_or_end();

    /// Only the head of a reply; its stream is then read by `event`.
    WireReply stream_head();
    /// The next event of the stream without the empty line that ends it (a comment counts as one);
    /// nullopt when the stream has ended properly.
    std::optional<std::string> event();

    /// Waits until the server has closed the connection; anything still sent is dropped.
    void wait_closed();
    void close_write();
    void close();
    /// Closes by reset, as a crashed client does.
    void abort();

private:
    bool fill();  ///< reads more; false at the end
    std::string line();
    std::string take(std::size_t size);
    WireReply head();

    int socket_ = -1;
    std::string buffer_;
    std::string events_;  ///< decoded, not yet handed out
    bool is_chunked_ = false;
    bool stream_ended_ = false;
};

/// Connect, one request, its reply.
WireReply fetch(std::uint16_t port, std::string_view method, std::string_view path,
                const std::vector<std::string>& headers = {}, std::string_view body = {});

}  // namespace shopkeeper::test
