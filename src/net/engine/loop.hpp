#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <condition_variable>
#include <ctime>
#include <list>
#include <memory>
#include <mutex>
#include <string>

#include "net/engine/request_reader.hpp"
#include "net/engine/router.hpp"
#include "net/engine/wire.hpp"
#include "net/http_server.hpp"

namespace shopkeeper::net {

using SteadyClock = std::chrono::steady_clock;

class Connection;

/// One thread, its loop, and the connections that live on it. Everything but the context itself is
/// touched by that thread only.
struct Loop {
    explicit Loop(const HttpOptions& options) : tick(context), tick_every(tick_for(options)) {}

    static std::chrono::milliseconds tick_for(const HttpOptions& options) {
        const auto shortest =
            std::min({options.read_timeout, options.write_timeout, options.keepalive});
        return std::clamp(shortest / 4, std::chrono::milliseconds(10),
                          std::chrono::milliseconds(250));
    }

    boost::asio::io_context context{1};
    boost::asio::steady_timer tick;
    const std::chrono::milliseconds tick_every;
    std::list<std::shared_ptr<Connection>> connections;
    std::size_t streams = 0;
    SteadyClock::time_point now = SteadyClock::now();
    std::time_t date_second = 0;
    std::string date = http_date();
    /// What a socket held is read here and parsed in place: an idle connection owns no buffer.
    std::array<char, 64 * 1024> scratch;
};

/// What all connections share.
struct ServerState {
    explicit ServerState(HttpOptions given)
        : options(std::move(given)),
          limits{options.line_bytes_max, options.head_bytes_max, options.body_bytes_max} {
        // No reply of ours is a page: nothing may be sniffed, framed or leak its address.
        append_header(fixed_headers, "X-Content-Type-Options", "nosniff");
        append_header(fixed_headers, "Referrer-Policy", "no-referrer");
        for (const auto& [name, value] : options.reply_headers) {
            append_header(fixed_headers, name, value);
        }
    }

    void connection_gone() {
        {
            const std::scoped_lock lock(mutex);
            --connections;
        }
        all_gone.notify_all();
    }

    const HttpOptions options;
    const RequestReader::Limits limits;
    std::string fixed_headers;
    Router router;
    HttpServer::Filter filter;
    HttpServer::Porter porter;

    std::atomic<std::size_t> streams = 0;
    std::atomic<bool> draining = false;
    std::atomic<bool> stopping = false;

    std::mutex mutex;
    std::condition_variable all_gone;
    std::size_t connections = 0;  ///< guarded by mutex
};

}  // namespace shopkeeper::net
