#include "support/http_probe.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace shopkeeper::test {
namespace {

bool same_name(std::string_view a, std::string_view b) {
    return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

void wait_for(int socket, short events, const char* what) {
    pollfd entry{socket, events, 0};
    const auto ready = poll(&entry, 1, static_cast<int>(HttpProbe::kPatience.count()));
    if (ready <= 0) throw std::runtime_error(std::string("probe: no chance to ") + what);
}

}  // namespace

std::string WireReply::header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
        if (same_name(key, name)) return value;
    }
    return {};
}

bool WireReply::has(std::string_view name) const {
    return std::any_of(headers.begin(), headers.end(),
                       [&](const auto& entry) { return same_name(entry.first, name); });
}

HttpProbe::HttpProbe(std::uint16_t port, Options options) {
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket_ < 0) throw std::runtime_error("probe: no socket");
    if (options.receive_buffer_bytes > 0) {
        setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &options.receive_buffer_bytes, sizeof(int));
    }
    const int yes = 1;
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sockaddr generic{};
    std::memcpy(&generic, &address, sizeof generic);
    if (::connect(socket_, &generic, sizeof address) != 0) {
        ::close(socket_);
        throw std::runtime_error(std::string("probe: not connected: ") + std::strerror(errno));
    }
}

HttpProbe::~HttpProbe() {
    close();
}

HttpProbe::HttpProbe(HttpProbe&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)),
      buffer_(std::move(other.buffer_)),
      events_(std::move(other.events_)),
      is_chunked_(other.is_chunked_),
      stream_ended_(other.stream_ended_) {}

bool HttpProbe::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && errno == EAGAIN) {
            wait_for(socket_, POLLOUT, "send");
            continue;
        }
        if (sent < 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

bool HttpProbe::request(std::string_view method, std::string_view path,
                        const std::vector<std::string>& headers, std::string_view body) {
    std::string text = std::string(method) + " " + std::string(path) + " HTTP/1.1\r\n";
    const bool names_host =
        std::any_of(headers.begin(), headers.end(), [](const std::string& line) {
            return same_name(std::string_view(line).substr(0, 5), "Host:");
        });
    if (!names_host) text += "Host: 127.0.0.1\r\n";
    for (const auto& header : headers) text += header + "\r\n";
    if (!body.empty()) text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    text += "\r\n";
    return send(text.append(body));
}

bool HttpProbe::fill() {
    wait_for(socket_, POLLIN, "read");
    std::array<char, 65536> block{};
    const auto size = ::recv(socket_, block.data(), block.size(), 0);
    if (size <= 0) return false;
    buffer_.append(block.data(), static_cast<std::size_t>(size));
    return true;
}

std::string HttpProbe::line() {
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n")) == std::string::npos) {
        if (!fill())
            throw std::runtime_error("probe: the connection ended inside a line: " + buffer_);
    }
    std::string text = buffer_.substr(0, end);
    buffer_.erase(0, end + 2);
    return text;
}

std::string HttpProbe::take(std::size_t size) {
    while (buffer_.size() < size) {
        if (!fill()) throw std::runtime_error("probe: the connection ended inside a body");
    }
    std::string text = buffer_.substr(0, size);
    buffer_.erase(0, size);
    return text;
}

WireReply HttpProbe::head() {
    const std::string status_line = line();
    if (status_line.rfind("HTTP/1.1 ", 0) != 0)
        throw std::runtime_error("probe: not a reply: " + status_line);
    WireReply reply;
    reply.status = std::stoi(status_line.substr(9, 3));
    for (std::string text = line(); !text.empty(); text = line()) {
        const auto colon = text.find(": ");
        if (colon == std::string::npos) throw std::runtime_error("probe: not a header: " + text);
        reply.headers.emplace_back(text.substr(0, colon), text.substr(colon + 2));
    }
    return reply;
}

WireReply HttpProbe::reply(bool is_head) {
    WireReply reply = head();
    if (is_head || reply.status == 204 || reply.status == 304) return reply;
    if (!same_name(reply.header("Transfer-Encoding"), "chunked")) {
        if (!reply.has("Content-Length"))
            throw std::runtime_error("probe: a reply without a length");
        reply.body = take(std::stoul(reply.header("Content-Length")));
        return reply;
    }
    for (;;) {
        const auto size = std::stoul(line(), nullptr, 16);
        reply.body += take(size);
        if (!line().empty()) throw std::runtime_error("probe: a chunk of the wrong length");
        if (size == 0) return reply;
    }
}

std::optional<WireReply> HttpProbe::reply_or_end() {
    if (buffer_.empty() && !fill()) return std::nullopt;
    return reply();
}

WireReply HttpProbe::stream_head() {
    WireReply reply = head();
    is_chunked_ = reply.has("Transfer-Encoding");
    stream_ended_ = false;
    return reply;
}

std::optional<std::string> HttpProbe::event() {
    std::size_t end = 0;
    while ((end = events_.find("\n\n")) == std::string::npos) {
        if (stream_ended_) return std::nullopt;
        if (!is_chunked_) {
            if (buffer_.empty() && !fill()) stream_ended_ = true;
            events_ += std::exchange(buffer_, {});
            continue;
        }
        const auto size = std::stoul(line(), nullptr, 16);
        events_ += take(size);
        if (!line().empty()) throw std::runtime_error("probe: a chunk of the wrong length");
        stream_ended_ = size == 0;
    }
    std::string text = events_.substr(0, end);
    events_.erase(0, end + 2);
    return text;
}

void HttpProbe::wait_closed() {
    while (fill()) buffer_.clear();
}

void HttpProbe::close_write() {
    shutdown(socket_, SHUT_WR);
}

void HttpProbe::close() {
    if (socket_ >= 0) ::close(std::exchange(socket_, -1));
}

void HttpProbe::abort() {
    const linger now{1, 0};
    setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close();
}

WireReply fetch(std::uint16_t port, std::string_view method, std::string_view path,
                const std::vector<std::string>& headers, std::string_view body) {
    HttpProbe probe(port);
    probe.request(method, path, headers, body);
    return probe.reply(method == "HEAD");
}

}  // namespace shopkeeper::test
