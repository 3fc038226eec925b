#include "net/http_server.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <mutex>
#include <thread>
#include <vector>

#include "base/log.hpp"
#include "net/engine/connection.hpp"
#include "net/engine/listener.hpp"
#include "net/engine/loop.hpp"
#include "net/engine/short_turns.hpp"

// One loop per thread and every connection on one loop for life: no strand, no lock and no
// hand-over between a request's first byte and the last byte of a quick answer. Other threads reach
// a connection by posting to its loop; only the unsent text of an event stream is shared under a
// lock.

namespace shopkeeper::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds kAcceptPause{100};  ///< after running out of file descriptors

}  // namespace

bool EventStream::send(std::string_view text) {
    return stream_ && stream_->send(text);
}

void EventStream::end() {
    if (const auto stream = std::exchange(stream_, nullptr)) stream->end();
}

EventStream& EventStream::operator=(EventStream&& other) noexcept {
    if (this == &other) return *this;
    end();
    stream_ = std::move(other.stream_);
    return *this;
}

namespace {

Reply unanswered() {
    return error_reply(500, "internal", "The request could not be answered.");
}

}  // namespace

Entry::~Entry() {
    if (exchange_) decide(unanswered());
}

void Entry::decide(std::optional<Reply> refusal) {
    if (const auto exchange = std::exchange(exchange_, nullptr)) {
        exchange->decide(std::move(refusal));
    }
}

Responder::~Responder() {
    if (exchange_) reply(unanswered());
}

void Responder::reply(Reply reply) {
    if (const auto exchange = std::exchange(exchange_, nullptr)) exchange->reply(std::move(reply));
}

std::optional<EventStream> Responder::stream(StreamHead head) {
    auto stream = exchange_->open_stream(std::move(head));
    if (!stream) return std::nullopt;
    exchange_ = nullptr;
    return EventStream(std::move(stream));
}

class HttpServer::Engine {
public:
    explicit Engine(HttpOptions options);
    ~Engine();

    void start();
    void stop_accepting();
    bool wait_drained(milliseconds wait_max);
    void cancel_all();
    void stop();
    Counts counts();
    tcp::endpoint endpoint() const { return endpoint_; }
    ServerState& state() { return *state_; }

private:
    /// Runs `work` for every connection of every loop, on its thread.
    template <class Work>
    void each_connection(Work work);
    void run(Loop& loop);
    void accept_next();
    void adopt(const std::shared_ptr<Loop>& loop, tcp::socket socket);
    bool make_room(Loop& loop);
    void tick(Loop& loop);

    const std::shared_ptr<ServerState> state_;
    std::vector<std::shared_ptr<Loop>> loops_;
    tcp::acceptor acceptor_;  ///< lives on the first loop
    asio::steady_timer accept_pause_;
    tcp::endpoint endpoint_;
    std::size_t next_loop_ = 0;
    std::vector<asio::executor_work_guard<asio::io_context::executor_type>> work_;
    std::vector<std::thread> threads_;
};

namespace {

std::vector<std::shared_ptr<Loop>> make_loops(const HttpOptions& options) {
    const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
    const unsigned count = options.io_threads == 0 ? cores : options.io_threads;
    std::vector<std::shared_ptr<Loop>> loops;
    for (unsigned i = 0; i < count; ++i) loops.push_back(std::make_shared<Loop>(options));
    return loops;
}

}  // namespace

HttpServer::Engine::Engine(HttpOptions options)
    : state_(std::make_shared<ServerState>(std::move(options))),
      loops_(make_loops(state_->options)),
      acceptor_(listen(loops_.front()->context, state_->options)),
      accept_pause_(loops_.front()->context),
      endpoint_(acceptor_.local_endpoint()) {
    constexpr std::size_t kOtherDescriptors = 256;  // databases, pipes, calls in progress
    allow_descriptors(state_->options.connections_max + state_->options.streams_max +
                      kOtherDescriptors);
}

HttpServer::Engine::~Engine() {
    stop();
    // An answer that came after the end was posted to nobody: release what it holds.
    for (const auto& loop : loops_) {
        loop->context.restart();
        loop->context.poll();
    }
}

void HttpServer::Engine::start() {
    for (const auto& loop : loops_) {
        work_.emplace_back(loop->context.get_executor());
        tick(*loop);
    }
    accept_next();
    for (const auto& loop : loops_) {
        threads_.emplace_back([this, loop] { run(*loop); });
    }
}

/// The last line of defence: what a handler lets escape ends that handler, not the server.
void HttpServer::Engine::run(Loop& loop) {
    for (;;) {
        try {
            run_in_short_turns(loop.context);
            return;
        } catch (const std::exception& error) {
            log::error("net", std::string("event loop: ") + error.what());
        }
    }
}

void HttpServer::Engine::tick(Loop& loop) {
    loop.now = SteadyClock::now();
    if (const std::time_t second = std::time(nullptr); second != loop.date_second) {
        loop.date_second = second;
        loop.date = http_date();
    }
    // Collected first: acting on one connection may end others.
    std::vector<std::shared_ptr<Connection>> due;
    for (const auto& connection : loop.connections) {
        if (connection->has_due(loop.now)) due.push_back(connection);
    }
    for (const auto& connection : due) connection->on_tick();
    if (state_->stopping) return;
    loop.tick.expires_after(loop.tick_every);
    loop.tick.async_wait([this, &loop](error_code error) {
        if (!error) tick(loop);
    });
}

void HttpServer::Engine::accept_next() {
    const auto loop = loops_[next_loop_];
    next_loop_ = (next_loop_ + 1) % loops_.size();
    acceptor_.async_accept(loop->context, [this, loop](error_code error, tcp::socket socket) {
        if (error == asio::error::operation_aborted || !acceptor_.is_open()) return;
        if (!error) {
            {
                const std::scoped_lock lock(state_->mutex);
                ++state_->connections;
            }
            asio::post(loop->context, [this, loop, socket = std::move(socket)]() mutable {
                adopt(loop, std::move(socket));
            });
            return accept_next();
        }
        // Most likely out of file descriptors: trying again at once would only burn the processor.
        log::warning("net", "accept failed: " + error.message());
        accept_pause_.expires_after(kAcceptPause);
        accept_pause_.async_wait([this](error_code stopped) {
            if (!stopped && acceptor_.is_open()) accept_next();
        });
    });
}

void HttpServer::Engine::adopt(const std::shared_ptr<Loop>& loop, tcp::socket socket) {
    if (!make_room(*loop)) return state_->connection_gone();  // the socket closes here
    std::make_shared<Connection>(loop, state_, std::move(socket))->start();
}

/// False when every connection of this loop is busy.
bool HttpServer::Engine::make_room(Loop& loop) {
    const std::size_t share = (state_->options.connections_max + loops_.size() - 1) / loops_.size();
    if (loop.connections.size() - loop.streams < share) return true;
    const Connection* oldest = nullptr;
    for (const auto& connection : loop.connections) {
        if (!connection->is_idle()) continue;
        if (oldest == nullptr || connection->idle_since() < oldest->idle_since()) {
            oldest = connection.get();
        }
    }
    for (const auto& connection : loop.connections) {
        if (connection.get() != oldest) continue;
        connection->close();
        return true;
    }
    return false;
}

template <class Work>
void HttpServer::Engine::each_connection(Work work) {
    for (const auto& loop : loops_) {
        asio::post(loop->context, [loop, work] {
            const std::vector<std::shared_ptr<Connection>> all(loop->connections.begin(),
                                                               loop->connections.end());
            for (const auto& connection : all) work(*connection);
        });
    }
}

void HttpServer::Engine::stop_accepting() {
    if (state_->draining.exchange(true)) return;
    asio::post(loops_.front()->context, [this] {
        error_code ignored;
        acceptor_.close(ignored);
        accept_pause_.cancel();
    });
    each_connection([](Connection& connection) {
        if (connection.is_reading()) connection.close();
    });
}

bool HttpServer::Engine::wait_drained(milliseconds wait_max) {
    std::unique_lock lock(state_->mutex);
    return state_->all_gone.wait_for(lock, wait_max, [this] { return state_->connections == 0; });
}

void HttpServer::Engine::cancel_all() {
    each_connection([](Connection& connection) { connection.cancel(); });
}

void HttpServer::Engine::stop() {
    if (threads_.empty()) return;
    stop_accepting();
    each_connection([](Connection& connection) { connection.close(); });
    state_->stopping = true;
    for (const auto& loop : loops_) {
        asio::post(loop->context, [loop] { loop->tick.cancel(); });
    }
    work_.clear();  // the loops end when their last operation has
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
}

HttpServer::Counts HttpServer::Engine::counts() {
    const std::scoped_lock lock(state_->mutex);
    return {.connections = state_->connections, .streams = state_->streams};
}

HttpServer::HttpServer(HttpOptions options)
    : engine_(std::make_unique<Engine>(std::move(options))) {}
HttpServer::~HttpServer() = default;

void HttpServer::route(std::string_view method, std::string_view path, Handler handler) {
    engine_->state().router.add(method, path, std::move(handler));
}

void HttpServer::set_filter(Filter filter) {
    engine_->state().filter = std::move(filter);
}
void HttpServer::set_porter(Porter porter) {
    engine_->state().porter = std::move(porter);
}
void HttpServer::start() {
    engine_->start();
}
std::uint16_t HttpServer::port() const {
    return engine_->endpoint().port();
}
std::string HttpServer::address() const {
    return engine_->endpoint().address().to_string();
}
HttpServer::Counts HttpServer::counts() const {
    return engine_->counts();
}
void HttpServer::stop_accepting() {
    engine_->stop_accepting();
}
bool HttpServer::wait_drained(std::chrono::milliseconds wait_max) {
    return engine_->wait_drained(wait_max);
}
void HttpServer::cancel_all() {
    engine_->cancel_all();
}
void HttpServer::stop() {
    engine_->stop();
}

}  // namespace shopkeeper::net
