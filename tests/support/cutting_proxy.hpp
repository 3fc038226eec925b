#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace shopkeeper::test {

/// A TCP relay between a client and a PostgreSQL server on this machine that breaks the line at a
/// chosen word: what a network does at the worst moment.
class CuttingProxy {
public:
    explicit CuttingProxy(std::uint16_t server_port);
    ~CuttingProxy();
    CuttingProxy(const CuttingProxy&) = delete;
    CuttingProxy& operator=(const CuttingProxy&) = delete;

    std::uint16_t port() const { return port_; }

    enum class Cut { never, before_passing_on, after_passing_on };
    /// The next time the client says `word`, both lines are closed: before the server has heard it,
    /// or after it has, but before the client hears the answer.
    void cut_at(std::string_view word, Cut cut);

private:
    void accept_all();
    void relay(int client);

    const std::uint16_t server_port_;
    std::uint16_t port_ = 0;
    int listener_ = -1;
    std::mutex mutex_;
    std::string word_;                 // guarded by mutex_
    Cut cut_ = Cut::never;             // guarded by mutex_
    std::vector<int> open_;            // guarded by mutex_: what the destructor has to shut down
    std::vector<std::thread> relays_;  // of the accepting thread until it has ended
    std::thread acceptor_;
};

}  // namespace shopkeeper::test
