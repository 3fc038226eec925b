#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace shopkeeper::test {

/// A TCP server on a free loopback port that says exactly the bytes a test wants to say. Each
/// connection is served by the script on a thread of its own; the destructor cuts those that are
/// still open.
class RawServer {
public:
    class Peer {
    public:
        explicit Peer(int socket) : socket_(socket) {}
        Peer(const Peer&) = delete;
        Peer& operator=(const Peer&) = delete;

        /// The next request, head and body as they came; empty when the client has left.
        std::string request();
        /// False when the client has left.
        bool send(std::string_view bytes);
        /// A whole answer with its length.
        bool answer(std::string_view status, std::string_view headers, std::string_view body);
        /// Waits until the client has closed its end.
        void wait_closed();

    private:
        bool fill();

        const int socket_;
        std::string buffer_;
    };
    using Script = std::function<void(Peer&)>;

    explicit RawServer(Script script);
    ~RawServer();
    RawServer(const RawServer&) = delete;
    RawServer& operator=(const RawServer&) = delete;

    std::uint16_t port() const { return port_; }
    std::string url(std::string_view path = "/") const;

private:
    struct Connection {
        int socket;
        std::jthread thread;
    };

    void accept_all();
    void serve(int socket);

    const Script script_;
    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::mutex mutex_;
    std::list<Connection> connections_;  // guarded by mutex_
    std::jthread acceptor_;
};

}  // namespace shopkeeper::test
