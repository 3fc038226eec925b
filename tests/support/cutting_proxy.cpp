#include "support/cutting_proxy.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <utility>

namespace shopkeeper::test {
namespace {

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

int new_socket() {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) throw std::runtime_error("no socket to be had");
    return fd;
}

bool send_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

}  // namespace

CuttingProxy::CuttingProxy(std::uint16_t server_port)
    : server_port_(server_port), listener_(new_socket()) {
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (bind(listener_, generic, size) != 0 || listen(listener_, SOMAXCONN) != 0 ||
        getsockname(listener_, generic, &size) != 0) {
        throw std::runtime_error("the proxy cannot listen");
    }
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
}

CuttingProxy::~CuttingProxy() {
    shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    {
        const std::lock_guard lock(mutex_);
        for (const int fd : open_) shutdown(fd, SHUT_RDWR);
    }
    for (std::thread& relay : relays_) relay.join();
    close(listener_);
}

void CuttingProxy::cut_at(std::string_view word, Cut cut) {
    const std::lock_guard lock(mutex_);
    word_ = word;
    cut_ = cut;
}

void CuttingProxy::accept_all() {
    for (;;) {
        const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (client < 0) return;
        relays_.emplace_back([this, client] { relay(client); });
    }
}

void CuttingProxy::relay(int client) {
    const int server = new_socket();
    const sockaddr_in address = loopback(server_port_);
    const bool is_connected =
        connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    {
        const std::lock_guard lock(mutex_);
        open_.push_back(client);
        open_.push_back(server);
    }
    std::array<pollfd, 2> ends{{{client, POLLIN, 0}, {server, POLLIN, 0}}};
    std::array<char, 16384> buffer;
    for (bool goes_on = is_connected; goes_on && poll(ends.data(), ends.size(), -1) > 0;) {
        for (const pollfd& end : ends) {
            if (end.revents == 0) continue;
            const ssize_t size = recv(end.fd, buffer.data(), buffer.size(), 0);
            const bool is_client = end.fd == client;
            const std::string_view bytes(buffer.data(),
                                         static_cast<std::size_t>(size > 0 ? size : 0));
            Cut cut = Cut::never;
            if (is_client) {
                const std::lock_guard lock(mutex_);
                if (cut_ != Cut::never && bytes.find(word_) != std::string_view::npos)
                    cut = std::exchange(cut_, Cut::never);
            }
            goes_on = size > 0 && cut != Cut::before_passing_on &&
                      send_all(is_client ? server : client, bytes);
            if (cut == Cut::after_passing_on) {
                // The answer shows that the server is done; the client never hears of it.
                goes_on = goes_on && recv(server, buffer.data(), buffer.size(), 0) < 0;
            }
            if (!goes_on) break;
        }
    }
    const std::lock_guard lock(mutex_);
    std::erase(open_, client);
    std::erase(open_, server);
    close(client);
    close(server);
}

}  // namespace shopkeeper::test
