#include "net/engine/connection.hpp"

#include <boost/asio/post.hpp>
#include <utility>

#include "base/log.hpp"

namespace shopkeeper::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;

namespace {

/// A connection that we close keeps reading for this long: closing on unread input would make the
/// kernel throw away the answer that the peer has not read yet.
constexpr milliseconds kLinger{2'000};
constexpr std::size_t kLingerBytesMax = std::size_t{8} * 1024 * 1024;

/// Pipelined requests that wait behind a running one; a client that sends more is not read further.
constexpr std::size_t kPipelinedBytesMax = std::size_t{64} * 1024;

/// Buffers that a large message made large are given back.
constexpr std::size_t kKeptBytesMax = std::size_t{64} * 1024;

constexpr std::string_view kHeartbeat = ":\n\n";  // an event stream comment

}  // namespace

void Connection::start() {
    place_ = loop_->connections.insert(loop_->connections.end(), shared_from_this());
    error_code error;
    const auto peer = socket_.remote_endpoint(error);
    if (!error) {
        auto address = peer.address();
        if (address.is_v6() && address.to_v6().is_v4_mapped()) {
            address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
        }
        address_ = address.to_string();
        is_loopback_ = address.is_loopback();
        socket_.set_option(tcp::no_delay(true), error);
    }
    if (!error) socket_.non_blocking(true, error);
    if (error || server_->draining) return close();
    idle_since_ = loop_->now;
    deadline_ = loop_->now + server_->options.keepalive;
    wait_readable();
}

void Connection::close() {
    if (state_ == State::closed) return;
    const auto self = shared_from_this();
    state_ = State::closed;
    deadline_ = heartbeat_at_ = kNever;
    error_code ignored;
    socket_.close(ignored);
    drop_stream();
    loop_->connections.erase(place_);
    gone_.request_stop();
    server_->connection_gone();
}

void Connection::on_tick() {
    if (loop_->now >= heartbeat_at_) {
        stream_->send(kHeartbeat);
        heartbeat_at_ = loop_->now + stream_->heartbeat();
    }
    if (loop_->now < deadline_) return;
    if (state_ == State::reading && reader_) {
        refuse(error_reply(408, "timeout", "The request did not arrive in time."));
    } else {
        close();
    }
}

void Connection::wait_readable() {
    if (is_waiting_ || peer_is_done_) return;
    is_waiting_ = true;
    socket_.async_wait(tcp::socket::wait_read, [self = shared_from_this()](error_code error) {
        self->is_waiting_ = false;
        if (self->state_ != State::closed) self->on_readable(error);
    });
}

void Connection::on_readable(error_code error) {
    std::size_t size = 0;
    if (!error) size = socket_.read_some(asio::buffer(loop_->scratch), error);
    if (error == asio::error::would_block) return wait_readable();
    if (error == asio::error::eof) return on_peer_gone();
    if (error) return close();
    const std::string_view fresh(loop_->scratch.data(), size);
    switch (state_) {
        case State::reading:
            return consume(fresh);
        case State::asking:
        case State::handling:
        case State::writing:
            pending_ += fresh;
            if (pending_.size() < kPipelinedBytesMax) wait_readable();
            return;
        case State::streaming:
            return wait_readable();  // nothing a client may say here
        case State::lingering:
            lingered_bytes_ += size;
            return lingered_bytes_ > kLingerBytesMax ? close() : wait_readable();
        case State::closed:
            return;
    }
}

/// The peer closed its side. An answer in progress is still written, in case it only half closed.
void Connection::on_peer_gone() {
    peer_is_done_ = true;
    gone_.request_stop();
    const bool owes_answer =
        state_ == State::asking || state_ == State::handling || state_ == State::writing;
    if (!owes_answer) close();
}

void Connection::consume(std::string_view fresh) {
    if (pending_.empty()) {
        const std::size_t used = advance(fresh);
        pending_.assign(fresh.substr(used));
    } else {
        pending_ += fresh;
        pending_.erase(0, advance(pending_));
    }
    await_more();
}

/// Nothing more to do until input comes; also while an answer is made, to see the peer leave.
void Connection::await_more() {
    if (state_ == State::closed) return;
    if (state_ == State::reading && peer_is_done_) return close();
    if (is_idle()) {
        if (pending_.capacity() > kKeptBytesMax) pending_.shrink_to_fit();
        if (request_.body.capacity() > kKeptBytesMax) request_.body = {};
    }
    if (pending_.size() < kPipelinedBytesMax) wait_readable();
}

/// Reads and serves requests from `input` until it runs out or an answer takes longer; returns how
/// much was used.
std::size_t Connection::advance(std::string_view input) {
    const std::size_t size = input.size();
    is_parsing_ = true;
    while (state_ == State::reading) {
        if (!reader_) {
            // Empty lines before a request are to be ignored (RFC 9112, 2.2).
            while (!input.empty() && (input.front() == '\r' || input.front() == '\n')) {
                input.remove_prefix(1);
            }
            if (input.empty()) break;
            reader_.emplace(request_, server_->limits);
            is_head_request_ = false;
            is_http_11_ = true;
            closes_after_ = true;  // until the head says otherwise
            deadline_ = loop_->now + server_->options.read_timeout;
        }
        const auto step = reader_->read(input);
        if (step == RequestReader::Step::needs_more) break;
        if (step == RequestReader::Step::head_done) {
            on_head();
        } else if (step == RequestReader::Step::done) {
            handle();
        } else {
            closes_after_ = true;
            refuse(reader_->refusal());
        }
    }
    is_parsing_ = false;
    return size - input.size();
}

/// Everything that can be said before the body is read.
void Connection::on_head() {
    ++requests_;
    is_head_request_ = request_.method() == "HEAD";
    is_http_11_ = reader_->is_http_11();
    closes_after_ =
        !reader_->keeps_connection() || requests_ >= server_->options.keepalive_requests_max;
    request_.peer_address = address_;
    request_.peer_is_loopback = is_loopback_;
    request_.gone = gone_.get_token();
    if (server_->filter) {
        if (auto refusal = server_->filter(request_, extra_headers_))
            return refuse(std::move(*refusal));
    }
    if (server_->porter) return ask_porter();
    route();
}

void Connection::ask_porter() {
    state_ = State::asking;
    deadline_ = kNever;
    try {
        server_->porter(request_, Entry(shared_from_this()));
    } catch (const std::exception& error) {
        // The entry has answered 500 on its way out.
        log::error("net",
                   "path=" + std::string(request_.path()) + " porter failed: " + error.what());
    }
}

void Connection::decide(std::optional<Reply> refusal) {
    if (loop_->context.get_executor().running_in_this_thread()) return go_on(std::move(refusal));
    asio::post(loop_->context, [self = shared_from_this(), refusal = std::move(refusal)]() mutable {
        self->go_on(std::move(refusal));
    });
}

/// Takes up the request where its head was done.
void Connection::go_on(std::optional<Reply> refusal) {
    if (state_ != State::asking) return;  // closed meanwhile
    state_ = State::reading;
    deadline_ = loop_->now + server_->options.read_timeout;
    if (refusal) return refuse(std::move(*refusal));
    route();
    if (is_parsing_) return;
    pending_.erase(0, advance(pending_));
    await_more();
}

/// Finds who serves the request, and says what can be said before the body is read.
void Connection::route() {
    std::optional<Reply> refusal;
    handler_ = server_->router.find(request_, refusal);
    if (handler_ == nullptr) return refuse(std::move(*refusal));
    if (reader_->announces_too_much()) return refuse(reader_->too_large());
    const auto expects = request_.header("Expect");
    if (expects && !reader_->is_done() && equals_ignoring_case(*expects, "100-continue")) {
        constexpr std::string_view kGoOn = "HTTP/1.1 100 Continue\r\n\r\n";
        error_code error;
        socket_.write_some(asio::buffer(kGoOn), error);
    }
}

void Connection::handle() {
    state_ = State::handling;
    deadline_ = kNever;
    try {
        (*handler_)(request_, Responder(shared_from_this()));
    } catch (const std::exception& error) {
        // The responder has answered 500 on its way out.
        log::error("net",
                   "path=" + std::string(request_.path()) + " handler failed: " + error.what());
    }
}

/// Answers without a handler. A request whose rest was not read ends the connection.
void Connection::refuse(Reply reply) {
    if (!reader_->is_done()) closes_after_ = true;
    state_ = State::handling;
    answer(std::move(reply));
}

void Connection::reply(Reply reply) {
    if (loop_->context.get_executor().running_in_this_thread()) return answer(std::move(reply));
    asio::post(loop_->context, [self = shared_from_this(), reply = std::move(reply)]() mutable {
        self->answer(std::move(reply));
    });
}

/// "close" when this connection ends with the exchange.
void Connection::append_connection_header(std::string& head) {
    if (server_->draining || peer_is_done_) closes_after_ = true;
    if (closes_after_)
        append_header(head, "Connection", "close");
    else if (!is_http_11_)
        append_header(head, "Connection", "keep-alive");
    head += "\r\n";
}

void Connection::answer(Reply reply) {
    if (state_ != State::handling) return;  // the peer has left meanwhile
    state_ = State::writing;
    head_.clear();
    append_status_line(head_, reply.status, loop_->date);
    if (!has_no_body(reply.status)) {
        if (!reply.body.empty()) append_header(head_, "Content-Type", reply.content_type);
        append_header(head_, "Content-Length", std::to_string(reply.body.size()));
    }
    head_ += server_->fixed_headers;
    append_headers(head_, reply.headers);
    append_headers(head_, extra_headers_);
    append_connection_header(head_);
    body_ = is_head_request_ || has_no_body(reply.status) ? std::string() : std::move(reply.body);
    written_ = 0;
    write_out();
}

/// Writes head_ and body_ from written_ on. The socket nearly always takes everything at once.
void Connection::write_out() {
    for (;;) {
        const std::size_t from_head = std::min(written_, head_.size());
        const std::size_t from_body = written_ - from_head;
        const std::array<asio::const_buffer, 2> rest{
            asio::buffer(head_.data() + from_head, head_.size() - from_head),
            asio::buffer(body_.data() + from_body, body_.size() - from_body)};
        const std::size_t total = rest[0].size() + rest[1].size();
        if (total == 0) break;
        error_code error;
        const std::size_t size = socket_.write_some(rest, error);
        if (error == asio::error::would_block) {
            deadline_ = loop_->now + server_->options.write_timeout;
            socket_.async_wait(tcp::socket::wait_write,
                               [self = shared_from_this()](error_code failed) {
                                   if (self->state_ == State::closed) return;
                                   if (failed) return self->close();
                                   self->write_out();
                               });
            return;
        }
        if (error) return close();
        written_ += size;
    }
    on_written();
}

void Connection::on_written() {
    deadline_ = kNever;
    if (state_ == State::writing) return finish_exchange();
    heartbeat_at_ = loop_->now + stream_->heartbeat();
    switch (stream_->written()) {
        case OpenStream::Then::rest:
            return;
        case OpenStream::Then::flush_on:
            return flush_soon();  // not in a loop: others have their turn
        case OpenStream::Then::finish:
            break;
    }
    drop_stream();
    finish_exchange();
}

void Connection::finish_exchange() {
    if (body_.capacity() > kKeptBytesMax) body_ = {};
    extra_headers_.clear();
    reader_.reset();
    handler_ = nullptr;
    if (closes_after_ || server_->draining) return linger();
    state_ = State::reading;
    idle_since_ = loop_->now;
    deadline_ = loop_->now + server_->options.keepalive;
    if (is_parsing_) return;
    // The answer took longer: serve what was sent meanwhile.
    if (!pending_.empty()) pending_.erase(0, advance(pending_));
    await_more();
}

void Connection::linger() {
    error_code error;
    socket_.shutdown(tcp::socket::shutdown_send, error);
    if (error || peer_is_done_) return close();
    state_ = State::lingering;
    deadline_ = loop_->now + kLinger;
    pending_.clear();
    if (!is_parsing_) wait_readable();
}

std::shared_ptr<OpenStream> Connection::open_stream(StreamHead head) {
    if (server_->streams.fetch_add(1) >= server_->options.streams_max) {
        --server_->streams;
        return nullptr;
    }
    auto stream = std::make_shared<OpenStream>(shared_from_this(), head, is_http_11_,
                                               server_->options.stream_unread_bytes_max);
    auto begin = [self = shared_from_this(), stream, headers = std::move(head.headers)] {
        self->begin_stream(stream, headers);
    };
    if (loop_->context.get_executor().running_in_this_thread())
        begin();
    else
        asio::post(loop_->context, std::move(begin));
    return stream;
}

void Connection::begin_stream(std::shared_ptr<OpenStream> stream, const ReplyHeaders& headers) {
    stream_ = std::move(stream);
    ++loop_->streams;
    if (state_ != State::handling) return drop_stream();  // the peer has left meanwhile
    state_ = State::streaming;
    head_.clear();
    append_status_line(head_, 200, loop_->date);
    append_header(head_, "Content-Type", "text/event-stream");
    append_header(head_, "Cache-Control", "no-cache, no-transform");
    head_ += server_->fixed_headers;
    append_headers(head_, headers);
    append_headers(head_, extra_headers_);
    if (is_http_11_)
        append_header(head_, "Transfer-Encoding", "chunked");
    else
        closes_after_ = true;  // its end is the end of the connection
    append_connection_header(head_);
    if (is_head_request_)
        stream_->end();
    else
        head_ += stream_->take();
    body_.clear();
    written_ = 0;
    write_out();
    if (!is_parsing_) await_more();
}

/// Writes what was sent to the stream since the last flush, in one go.
void Connection::flush_stream() {
    if (state_ != State::streaming) return;
    head_ = stream_->take();
    if (is_head_request_) head_.clear();
    written_ = 0;
    write_out();
}

void Connection::drop_stream() {
    if (!stream_) return;
    heartbeat_at_ = kNever;
    --loop_->streams;
    --server_->streams;
    std::exchange(stream_, nullptr)->shut();
}

void Connection::flush_soon() {
    asio::post(loop_->context, [self = shared_from_this()] { self->flush_stream(); });
}

void Connection::close_soon() {
    asio::post(loop_->context, [self = shared_from_this()] { self->close(); });
}

}  // namespace shopkeeper::net
