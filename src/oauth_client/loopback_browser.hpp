#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "net/http_server.hpp"
#include "oauth_client/browser.hpp"

namespace shopkeeper::oauth_client {

/// A person with a browser on this machine: `show` brings the URL before their eyes, and a listener
/// on the loopback interface takes them back. Anybody on this machine can knock there, so only an
/// answer with the right state counts, and nothing else ends the wait. Rule: RFC 8252 section 7.3.
class LoopbackBrowser final : public Browser {
public:
    struct Options {
        std::function<void(const std::string& url)> show;
        std::uint16_t port = 0;  ///< 0: any free one
        /// A person reads, signs in, looks for a second factor.
        std::chrono::milliseconds wait_max{300'000};
    };

    explicit LoopbackBrowser(Options options);
    ~LoopbackBrowser() override;

    /// Begins to listen.
    Result<std::string> redirect_uri() override;
    /// One person at a time: the next waits for its turn.
    Result<std::string> visit(const std::string& url, const std::string& state,
                              std::stop_token stop) override;

private:
    net::Reply take(const net::Request& request);

    const Options options_;
    std::mutex turn_;  ///< held for the whole visit

    std::mutex mutex_;
    std::condition_variable_any answered_;
    std::string awaited_state_;                  // guarded by mutex_; empty: nobody is awaited
    std::optional<std::string> answer_;          // guarded by mutex_
    std::unique_ptr<net::HttpServer> listener_;  // guarded by mutex_; stops before the rest goes
};

}  // namespace shopkeeper::oauth_client
