#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <list>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "net/engine/exchange.hpp"
#include "net/engine/loop.hpp"
#include "net/engine/open_stream.hpp"
#include "net/engine/request_reader.hpp"
#include "net/engine/router.hpp"

namespace shopkeeper::net {

/// One client's socket: reads requests one after the other and owes each an answer. Kept alive by
/// its loop until closed, and by whoever owes the answer.
class Connection final : public Exchange, public std::enable_shared_from_this<Connection> {
public:
    Connection(std::shared_ptr<Loop> loop, std::shared_ptr<ServerState> server,
               boost::asio::ip::tcp::socket socket)
        : server_(std::move(server)), loop_(std::move(loop)), socket_(std::move(socket)) {}

    // On the loop's thread:
    void start();
    void close();
    void on_tick();
    void cancel() { gone_.request_stop(); }
    bool is_idle() const { return state_ == State::reading && !reader_; }
    bool is_reading() const { return state_ == State::reading; }
    bool has_due(SteadyClock::time_point now) const {
        return now >= deadline_ || now >= heartbeat_at_;
    }
    SteadyClock::time_point idle_since() const { return idle_since_; }

    void flush_stream();

    // From any thread:
    void decide(std::optional<Reply> refusal) override;
    void reply(Reply reply) override;
    std::shared_ptr<OpenStream> open_stream(StreamHead head) override;
    void flush_soon() override;
    void close_soon() override;

private:
    enum class State {
        reading,    ///< waits for a request, or for the rest of one
        asking,     ///< the porter owes the word whether the request is let in; its body waits
        handling,   ///< a handler owes the answer
        writing,    ///< the answer is on its way
        streaming,  ///< the answer is an event stream
        lingering,  ///< our side is closed; the peer's last bytes are read and dropped
        closed,
    };

    void wait_readable();
    void on_readable(boost::system::error_code error);
    void consume(std::string_view fresh);
    void await_more();
    std::size_t advance(std::string_view input);
    void on_head();
    void ask_porter();
    void go_on(std::optional<Reply> refusal);
    void route();
    void handle();
    void refuse(Reply reply);
    void answer(Reply reply);
    void append_connection_header(std::string& head);
    void write_out();
    void on_written();
    void finish_exchange();
    void linger();
    void on_peer_gone();
    void begin_stream(std::shared_ptr<OpenStream> stream, const ReplyHeaders& headers);
    void drop_stream();

    const std::shared_ptr<ServerState> server_;
    const std::shared_ptr<Loop> loop_;  ///< before socket_, whose context it owns
    boost::asio::ip::tcp::socket socket_;
    std::list<std::shared_ptr<Connection>>::iterator place_;
    std::string address_;
    bool is_loopback_ = false;
    std::stop_source gone_;

    State state_ = State::reading;
    static constexpr auto kNever = SteadyClock::time_point::max();
    SteadyClock::time_point deadline_ = kNever;
    SteadyClock::time_point heartbeat_at_ = kNever;
    SteadyClock::time_point idle_since_;
    bool is_waiting_ = false;    ///< a wait for input is pending
    bool is_parsing_ = false;    ///< `advance` is on the stack and goes on by itself
    bool peer_is_done_ = false;  ///< no more input will come
    std::string pending_;        ///< input that belongs to later
    std::size_t lingered_bytes_ = 0;

    // One exchange.
    Request request_;
    std::optional<RequestReader> reader_;
    const Router::Handler* handler_ = nullptr;
    ReplyHeaders extra_headers_;  ///< from the filter
    unsigned requests_ = 0;
    bool is_head_request_ = false;
    bool is_http_11_ = true;
    bool closes_after_ = false;
    std::shared_ptr<OpenStream> stream_;

    // What is being written: both parts in one call, nothing copied together.
    std::string head_;
    std::string body_;
    std::size_t written_ = 0;
};

}  // namespace shopkeeper::net
