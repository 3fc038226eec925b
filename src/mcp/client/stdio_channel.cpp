#include "mcp/client/stdio_channel.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <mutex>
#include <thread>

#include "mcp/client/child.hpp"
#include "mcp/client/mailboxes.hpp"

namespace shopkeeper::mcp::client {
namespace {

/// Lines on standard output that are no messages: programs that log there are forgiven so many.
constexpr int kStrayLinesMax = 1000;

class StdioChannel : public Channel {
public:
    StdioChannel(Child child, std::size_t message_bytes_max, Receiver unsolicited)
        : message_bytes_max_(message_bytes_max),
          child_(std::move(child)),
          wake_(::eventfd(0, EFD_CLOEXEC)),
          mailboxes_(std::move(unsolicited)),
          reader_([this](const std::stop_token& stop) { read_all(stop); }) {}

    ~StdioChannel() override {
        mailboxes_.end({Failure::Kind::stopped, "the client is closed"});
        reader_.request_stop();
        const std::uint64_t one = 1;
        while (::write(wake_.get(), &one, sizeof one) < 0 && errno == EINTR) continue;
        reader_.join();
    }

    Outcome<Response> exchange(const OutgoingRequest& request, const Patience& patience,
                               const Receiver& meanwhile) override {
        const Mailboxes::Box box(mailboxes_, request.id);
        if (auto sent = post(request.text, {}, patience); !sent) {
            return tl::unexpected(sent.error());
        }
        return box.wait(patience, meanwhile);
    }

    Outcome<void> post(const std::string& text, const net::HeaderFields&,
                       const Patience& patience) override {
        if (const auto ended = mailboxes_.ended()) return tl::unexpected(*ended);
        const std::scoped_lock lock(writing_);
        auto sent = child_.write(text + "\n", patience);
        // Whatever came next would be read as the rest of this line.
        if (!sent) mailboxes_.end({Failure::Kind::closed, sent.error().message});
        return sent;
    }

    bool closing_cancels() const override { return false; }
    void listen(Revision) override { mailboxes_.listen(); }

private:
    void read_all(const std::stop_token& stop) {
        std::string text;
        std::array<char, 65536> block{};
        while (!stop.stop_requested()) {
            std::array<pollfd, 2> ends{{{child_.output(), POLLIN, 0}, {wake_.get(), POLLIN, 0}}};
            if (::poll(ends.data(), ends.size(), -1) < 0 || ends[0].revents == 0) continue;
            const auto size = ::read(child_.output(), block.data(), block.size());
            if (size < 0 && errno == EINTR) continue;
            if (size <= 0) {
                return mailboxes_.end({Failure::Kind::closed, "the server has ended"});
            }
            text.append(block.data(), static_cast<std::size_t>(size));
            take_lines(text);
            if (text.size() > message_bytes_max_) {
                return mailboxes_.end(
                    {Failure::Kind::too_large, "the server sends a line of more than " +
                                                   std::to_string(message_bytes_max_) + " bytes"});
            }
            if (stray_lines_ > kStrayLinesMax) {
                return mailboxes_.end(
                    {Failure::Kind::broken, "the server's output is not JSON-RPC"});
            }
        }
    }

    /// Delivers the whole lines of `text` and leaves the rest.
    void take_lines(std::string& text) {
        std::size_t begin = 0;
        for (std::size_t end; (end = text.find('\n', begin)) != text.npos; begin = end + 1) {
            take_line(std::string_view(text).substr(begin, end - begin));
        }
        text.erase(0, begin);
    }

    void take_line(std::string_view line) {
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.empty()) return;
        auto json = parse_json(line);
        if (json && json->is_object()) {
            mailboxes_.deliver(std::move(*json));
        } else if (json && json->is_array()) {  // a batch of 2025-03-26
            for (Json& message : *json) mailboxes_.deliver(std::move(message));
        } else {
            ++stray_lines_;
        }
    }

    const std::size_t message_bytes_max_;
    std::mutex writing_;
    Child child_;  // written to under writing_
    const Descriptor wake_;
    int stray_lines_ = 0;  // of the reader
    Mailboxes mailboxes_;
    std::jthread reader_;
};

}  // namespace

Outcome<std::unique_ptr<Channel>> start_server(const ServerProgram& program,
                                               std::size_t message_bytes_max,
                                               Channel::Receiver unsolicited) {
    auto child = Child::start(program.words, program.environment);
    if (!child) return tl::unexpected(child.error());
    return std::make_unique<StdioChannel>(std::move(*child), message_bytes_max,
                                          std::move(unsolicited));
}

}  // namespace shopkeeper::mcp::client
