#pragma once

#include <stop_token>
#include <thread>

namespace shopkeeper::server {

/// Turns SIGINT and SIGTERM into a stop request; a second one ends the process at once (exit 130).
/// Make it before any other thread, so that all inherit the blocked signals.
class Signals {
public:
    Signals();
    Signals(const Signals&) = delete;
    Signals& operator=(const Signals&) = delete;
    ~Signals();

    std::stop_token stop() const { return source_.get_token(); }

private:
    void watch();

    std::stop_source source_;
    std::thread watcher_;
};

}  // namespace shopkeeper::server
