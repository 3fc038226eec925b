#include "support/raw_server.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>
#include <stdexcept>

namespace shopkeeper::test {
namespace {

std::size_t content_length(std::string head) {
    std::transform(head.begin(), head.end(), head.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    constexpr std::string_view kName = "\r\ncontent-length:";
    const auto at = head.find(kName);
    return at == std::string::npos ? 0 : std::stoul(head.substr(at + kName.size()));
}

}  // namespace

bool RawServer::Peer::fill() {
    std::array<char, 65536> block{};
    const auto size = ::recv(socket_, block.data(), block.size(), 0);
    if (size <= 0) return false;
    buffer_.append(block.data(), static_cast<std::size_t>(size));
    return true;
}

std::string RawServer::Peer::request() {
    std::size_t head = 0;
    while ((head = buffer_.find("\r\n\r\n")) == std::string::npos) {
        if (!fill()) return {};
    }
    const std::size_t size = head + 4 + content_length(buffer_.substr(0, head));
    while (buffer_.size() < size) {
        if (!fill()) return {};
    }
    std::string whole = buffer_.substr(0, size);
    buffer_.erase(0, size);
    return whole;
}

bool RawServer::Peer::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

bool RawServer::Peer::answer(std::string_view status, std::string_view headers,
                             std::string_view body) {
    std::string text = "HTTP/1.1 " + std::string(status) + "\r\n" + std::string(headers) +
                       "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
    return send(text.append(body));
}

void RawServer::Peer::wait_closed() {
    while (fill()) buffer_.clear();
}

RawServer::RawServer(Script script) : script_(std::move(script)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sockaddr generic{};
    std::memcpy(&generic, &address, sizeof generic);
    socklen_t size = sizeof generic;
    if (listener_ < 0 || ::bind(listener_, &generic, size) != 0 || ::listen(listener_, 64) != 0 ||
        ::getsockname(listener_, &generic, &size) != 0) {
        throw std::runtime_error("raw server: no listener");
    }
    std::memcpy(&address, &generic, sizeof address);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::jthread([this] { accept_all(); });
}

RawServer::~RawServer() {
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    {
        const std::scoped_lock lock(mutex_);
        for (Connection& connection : connections_) ::shutdown(connection.socket, SHUT_RDWR);
    }
    for (Connection& connection : connections_) {
        connection.thread.join();
        ::close(connection.socket);
    }
    ::close(listener_);
}

std::string RawServer::url(std::string_view path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + std::string(path);
}

void RawServer::accept_all() {
    for (;;) {
        const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket < 0) return;
        const std::scoped_lock lock(mutex_);
        connections_.push_back({socket, std::jthread([this, socket] { serve(socket); })});
    }
}

void RawServer::serve(int socket) {
    Peer peer(socket);
    script_(peer);
    ::shutdown(socket, SHUT_RDWR);
}

}  // namespace shopkeeper::test
