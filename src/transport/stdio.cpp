#include "transport/stdio.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

#include "base/log.hpp"
#include "jsonrpc/message.hpp"
#include "transport/line_writer.hpp"
#include "transport/wake.hpp"

namespace shopkeeper::transport {
namespace {

using jsonrpc::Incoming;
using jsonrpc::Message;

/// What one read takes: several pipelined requests at once, since a system call costs more than a
/// parse.
constexpr std::size_t kReadMax = std::size_t{1} << 16;

/// Ready replies that are collected before they are written.
constexpr std::size_t kRepliesMax = std::size_t{1} << 15;

bool is_blank(std::string_view line) {
    return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

/// What is said without being asked for, now or after an answer was kept open. Outlives the
/// conversation harmlessly.
class Lines final : public OpenAnswer {
public:
    explicit Lines(std::weak_ptr<LineWriter> writer) : writer_(std::move(writer)) {}
    bool post(std::string json) override {
        const auto writer = writer_.lock();
        json += '\n';
        return writer && writer->try_write(json);
    }
    void finish(std::string json) override { post(std::move(json)); }

private:
    const std::weak_ptr<LineWriter> writer_;
};

/// Messages of a call on a pool thread go out at once.
class DirectOutlet final : public Outlet {
public:
    explicit DirectOutlet(std::shared_ptr<LineWriter> writer) : writer_(std::move(writer)) {}
    void send(std::string json) override {
        json += '\n';
        writer_->write(json);
    }
    std::shared_ptr<OpenAnswer> keep_open() override { return std::make_shared<Lines>(writer_); }

private:
    const std::shared_ptr<LineWriter> writer_;
};

/// Messages of a call on the reading thread go out with its reply. A quick call may still report
/// from threads of its own, hence the lock.
class CollectingOutlet final : public Outlet {
public:
    explicit CollectingOutlet(std::weak_ptr<LineWriter> writer) : writer_(std::move(writer)) {}
    std::shared_ptr<OpenAnswer> keep_open() override {
        // What is said from now on goes out at once, so what was said before must be out.
        if (const auto writer = writer_.lock()) writer->write(take());
        return std::make_shared<Lines>(writer_);
    }
    void send(std::string json) override {
        const std::scoped_lock lock(mutex_);
        lines_ += json;
        lines_ += '\n';
    }
    std::size_t size() const {
        const std::scoped_lock lock(mutex_);
        return lines_.size();
    }
    std::string take() {
        const std::scoped_lock lock(mutex_);
        return std::exchange(lines_, {});
    }

private:
    const std::weak_ptr<LineWriter> writer_;
    mutable std::mutex mutex_;
    std::string lines_;  ///< guarded by mutex_
};

class Conversation {
public:
    Conversation(int in_fd, int out_fd, Endpoints& endpoints, const StdioOptions& options)
        : in_fd_(in_fd),
          options_(options),
          endpoints_(endpoints),
          endpoint_(endpoints.open()),
          writer_(std::make_shared<LineWriter>(out_fd, options.unsent_bytes_max)),
          ready_(writer_),
          pool_(std::make_unique<CallPool>(options.calls)) {
        peer_.bearer = options.bearer;
        peer_.session = "stdio";
        peer_.gone = gone_.get_token();
        endpoint_->reach_by(std::make_shared<Lines>(writer_));
    }

    void run(const std::stop_token& stop) {
        const std::stop_callback on_stop(stop, [this] {
            writer_->finish_by(std::chrono::steady_clock::now() + options_.grace);
            end();
        });
        const std::stop_callback on_broken(writer_->broken(), [this] { end(); });
        while (read_some()) take_lines();
        writer_->finish_by(std::chrono::steady_clock::now() + options_.grace);
        // The last line may lack its line feed: a person piped it in.
        if (!is_skipping_) take_line(input_);
        write_ready();
        finish();
    }

private:
    void end() {
        ending_.request_stop();
        wake_.set();
    }

    /// False at the end of the conversation.
    bool read_some() {
        for (;;) {
            std::array<pollfd, 2> waited{pollfd{in_fd_, POLLIN, 0}, pollfd{wake_.fd(), POLLIN, 0}};
            if (poll(waited.data(), waited.size(), -1) < 0 && errno != EINTR) return false;
            if (ending_.stop_requested()) return false;
            if (waited[0].revents == 0) continue;
            const std::size_t held = input_.size();
            input_.resize(held + kReadMax);
            const ssize_t count = read(in_fd_, input_.data() + held, kReadMax);
            const int error = errno;
            input_.resize(held + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
            if (count > 0) return true;
            if (count == 0) return false;
            if (error != EINTR && error != EAGAIN) {
                log::error("stdio", std::string("cannot read the input: ") + std::strerror(error));
                return false;
            }
        }
    }

    void take_lines() {
        std::size_t begin = 0;
        for (;;) {
            const std::size_t feed = input_.find('\n', std::max(begin, scanned_));
            if (feed == std::string::npos) break;
            if (!std::exchange(is_skipping_, false))
                take_line(std::string_view(input_).substr(begin, feed - begin));
            begin = feed + 1;
        }
        input_.erase(0, begin);
        if (input_.size() > options_.message_bytes_max) {
            if (!std::exchange(is_skipping_, true)) refuse_long_line();
        }
        if (is_skipping_) input_.clear();
        scanned_ = input_.size();
        write_ready();
    }

    void take_line(std::string_view line) {
        if (line.size() > options_.message_bytes_max) return refuse_long_line();
        if (is_blank(line)) return;
        auto incoming = jsonrpc::parse(line);
        if (!incoming) {
            return ready_.send(jsonrpc::error_message({}, jsonrpc::kParseError,
                                                      "The line is not one JSON value."));
        }
        if (incoming->is_batch) {
            const Routing routing = endpoints_.route(*incoming, {});
            if (routing.refusal) return ready_.send(routing.refusal->json);
        }
        serve(*std::move(incoming));
        if (ready_.size() > kRepliesMax) write_ready();
    }

    void refuse_long_line() {
        ready_.send(jsonrpc::error_message(
            {}, jsonrpc::kInvalidRequest,
            "A message holds at most " + std::to_string(options_.message_bytes_max) + " bytes."));
    }

    /// Here and now, or on the pool when one of the messages may have to wait.
    void serve(Incoming&& incoming) {
        const auto& messages = incoming.messages;
        if (std::ranges::all_of(
                messages, [&](const Message& message) { return endpoint_->is_quick(message); })) {
            return answer(incoming, ready_);
        }
        for (Message& message : incoming.messages) endpoint_->announce(message);
        write_ready();
        const auto shared = std::make_shared<const Incoming>(std::move(incoming));
        const auto task = [this, shared] {
            DirectOutlet outlet(writer_);
            answer(*shared, outlet);
        };
        // The pool is full and the process stops: what was read is answered all the same.
        if (!pool_->run(task, ending_.get_token())) task();
    }

    void answer(const Incoming& incoming, Outlet& outlet) {
        if (!incoming.is_batch) {
            if (auto reply = endpoint_->receive(incoming.messages.front(), peer_, outlet)) {
                outlet.send(std::move(reply->json));
            }
            return;
        }
        std::string replies;
        for (const Message& message : incoming.messages) {
            const auto reply = endpoint_->receive(message, peer_, outlet);
            if (reply) replies.append(replies.empty() ? "[" : ",").append(reply->json);
        }
        if (!replies.empty()) outlet.send(replies + "]");
    }

    void write_ready() { writer_->write(ready_.take()); }

    /// Every call that was accepted ends and every answer is written, unless the peer stopped
    /// reading.
    void finish() {
        endpoint_->end_open_answers();
        const bool has_reader = !writer_->broken().stop_requested();
        if (!has_reader || !pool_->wait_idle(options_.grace)) gone_.request_stop();
        if (!pool_->wait_idle(options_.last_answers)) writer_->abandon();
        pool_.reset();
        if (!writer_->flush(options_.last_answers))
            log::warning("stdio", "the peer did not take all answers");
    }

    const int in_fd_;
    const StdioOptions options_;
    Endpoints& endpoints_;
    const std::shared_ptr<Endpoint> endpoint_;
    std::stop_source gone_;
    std::stop_source ending_;
    Wake wake_;
    Peer peer_;

    // The reading thread's own.
    std::string input_;
    std::size_t scanned_ = 0;   ///< how much of input_ is known to hold no line feed
    bool is_skipping_ = false;  ///< inside a line that was refused for its length

    const std::shared_ptr<LineWriter> writer_;
    CollectingOutlet ready_;
    std::unique_ptr<CallPool> pool_;
};

}  // namespace

void serve_stdio(int in_fd, int out_fd, Endpoints& endpoints, const std::stop_token& stop,
                 const StdioOptions& options) {
    // A peer that went away is an error of write(), not the end of the process.
    std::signal(SIGPIPE, SIG_IGN);
    Conversation(in_fd, out_fd, endpoints, options).run(stop);
}

}  // namespace shopkeeper::transport
