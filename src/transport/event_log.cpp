#include "transport/event_log.hpp"

#include <algorithm>
#include <charconv>

namespace shopkeeper::transport {
namespace {

std::optional<std::uint64_t> number_of(std::string_view text) {
    std::uint64_t number = 0;
    const auto* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, number);
    if (text.empty() || error != std::errc() || stopped != end) return std::nullopt;
    return number;
}

}  // namespace

std::string message_event(std::string_view json, std::string_view id) {
    std::string event;
    event.reserve(json.size() + id.size() + 32);
    event += "event: message\n";
    if (!id.empty()) event.append("id: ").append(id).append("\n");
    event.append("data: ");
    const auto data_at = static_cast<std::ptrdiff_t>(event.size());
    event.append(json);
    // Between JSON tokens a line end is a blank; in an event it would end the field.
    std::replace_if(
        event.begin() + data_at, event.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
    event.append("\n\n");
    return event;
}

std::optional<EventId> EventId::parse(std::string_view text) {
    const auto bar = text.find('_');
    if (bar == std::string_view::npos) return std::nullopt;
    const auto stream = number_of(text.substr(0, bar));
    const auto number = number_of(text.substr(bar + 1));
    if (!stream || !number) return std::nullopt;
    return EventId{*stream, *number};
}

std::string EventId::text() const {
    return std::to_string(stream) + '_' + std::to_string(number);
}

void EventLog::attach(net::EventStream client) {
    const std::scoped_lock lock(mutex_);
    if (!was_resumed_) client_ = std::move(client);
}

void EventLog::append(std::string_view json) {
    const std::scoped_lock lock(mutex_);
    const std::uint64_t number = first_ + events_.size();
    events_.push_back(message_event(json, EventId{stream_, number}.text()));
    bytes_ += events_.back().size();
    client_.send(events_.back());
    // The newest stays whatever its size: it may be the reply.
    while (events_.size() > 1 &&
           (events_.size() > limits_.events_max || bytes_ > limits_.bytes_max)) {
        bytes_ -= events_.front().size();
        events_.pop_front();
        ++first_;
    }
}

void EventLog::finish(Time now) {
    const std::scoped_lock lock(mutex_);
    finished_ = now;
    client_.end();
}

void EventLog::send_away(std::chrono::milliseconds wait) {
    const std::scoped_lock lock(mutex_);
    client_.send("retry: " + std::to_string(wait.count()) + "\n\n");
    client_.end();
}

void EventLog::resume(net::EventStream client, std::uint64_t number) {
    const std::scoped_lock lock(mutex_);
    was_resumed_ = true;
    client_ = std::move(client);
    for (std::size_t i = 0; i < events_.size(); ++i) {
        if (first_ + i > number) client_.send(events_[i]);
    }
    if (finished_) client_.end();
}

std::optional<EventLog::Time> EventLog::finished() const {
    const std::scoped_lock lock(mutex_);
    return finished_;
}

}  // namespace shopkeeper::transport
