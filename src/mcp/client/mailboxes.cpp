#include "mcp/client/mailboxes.hpp"

#include "mcp/protocol.hpp"

namespace shopkeeper::mcp::client {
namespace {

/// Messages that wait for a thread of ours. A server that sends more while we are busy is cut off.
constexpr std::size_t kWaitingMax = 1000;

/// The request a message is for: the one it answers, or the one whose progress it reports (our
/// progress tokens are our ids).
std::optional<std::int64_t> addressee(const Json& message) {
    const Json* id = nullptr;
    if (!message.contains("method")) {
        id = member(&message, "id");
    } else if (message["method"] == "notifications/progress") {
        id = member(member(&message, "params"), meta_key::kProgressToken);
    }
    if (id == nullptr || !id->is_number_integer()) return std::nullopt;
    return id->get<std::int64_t>();
}

}  // namespace

Mailboxes::Mailboxes(Channel::Receiver unsolicited)
    : worker_([this, receive = std::move(unsolicited)](const std::stop_token& stop) {
          run(stop, receive);
      }) {}

Mailboxes::Box::Box(Mailboxes& mailboxes, std::int64_t id) : mailboxes_(mailboxes), id_(id) {
    const std::scoped_lock lock(mailboxes_.mutex_);
    mailboxes_.boxes_[id];
}

Mailboxes::Box::~Box() {
    const std::scoped_lock lock(mailboxes_.mutex_);
    mailboxes_.boxes_.erase(id_);
}

Outcome<Response> Mailboxes::Box::wait(const Patience& patience,
                                       const Channel::Receiver& meanwhile) const {
    for (;;) {
        std::unique_lock lock(mailboxes_.mutex_);
        std::deque<Json>& queue = mailboxes_.boxes_.at(id_);
        const auto& ended = mailboxes_.ended_;
        mailboxes_.changed_.wait_until(lock, patience.stop, patience.until,
                                       [&] { return !queue.empty() || ended; });
        if (queue.empty()) {
            if (ended) return tl::unexpected(*ended);
            if (patience.stop.stop_requested()) {
                return fail(Failure::Kind::stopped, "the call was stopped");
            }
            return fail(Failure::Kind::timed_out, "no answer in time");
        }
        Json message = std::move(queue.front());
        queue.pop_front();
        lock.unlock();
        if (!message.contains("method")) return Response{std::move(message)};
        meanwhile(message);
    }
}

void Mailboxes::listen() {
    {
        const std::scoped_lock lock(mutex_);
        is_listening_ = true;
    }
    changed_.notify_all();
}

void Mailboxes::deliver(Json message) {
    if (!message.is_object()) return;
    const auto id = addressee(message);
    const bool is_response = !message.contains("method");
    bool is_full = false;
    {
        const std::scoped_lock lock(mutex_);
        const auto box = id ? boxes_.find(*id) : boxes_.end();
        if (box == boxes_.end() && (is_response || id)) return;
        std::deque<Json>& queue = box != boxes_.end() ? box->second : unsolicited_;
        is_full = queue.size() >= kWaitingMax;
        if (!is_full) queue.push_back(std::move(message));
    }
    if (is_full) end({Failure::Kind::too_large, "the server sends more than can be heard"});
    changed_.notify_all();
}

void Mailboxes::end(Failure why) {
    {
        const std::scoped_lock lock(mutex_);
        if (!ended_) ended_ = std::move(why);
    }
    changed_.notify_all();
}

std::optional<Failure> Mailboxes::ended() const {
    const std::scoped_lock lock(mutex_);
    return ended_;
}

void Mailboxes::run(const std::stop_token& stop, const Channel::Receiver& unsolicited) {
    for (;;) {
        std::unique_lock lock(mutex_);
        if (!changed_.wait(lock, stop, [&] { return is_listening_ && !unsolicited_.empty(); }))
            return;
        const Json message = std::move(unsolicited_.front());
        unsolicited_.pop_front();
        lock.unlock();
        unsolicited(message);
    }
}

}  // namespace shopkeeper::mcp::client
