#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace shopkeeper::mcp::client {

struct Event {
    std::string type;  ///< "message" unless the server named one
    std::string data;  ///< lines joined by line feeds
};

/// Reads an event stream that comes in pieces. Rule: HTML standard, 9.2.6.
class EventReader {
public:
    explicit EventReader(std::size_t event_bytes_max) : event_bytes_max_(event_bytes_max) {}

    enum class Fed { more, enough, too_large };

    /// Takes a piece; `take` gets each whole event that has data and says whether it wants more.
    Fed feed(std::string_view piece, const std::function<bool(const Event&)>& take);

    /// The stream broke off and comes anew: what was not a whole event is forgotten.
    void restart();

    const std::optional<std::string>& last_id() const { return last_id_; }
    /// How long the server asks to wait before the stream is opened again.
    std::optional<std::chrono::milliseconds> retry() const { return retry_; }

private:
    bool end_line(const std::function<bool(const Event&)>& take);
    void field(std::string_view name, std::string_view value);

    const std::size_t event_bytes_max_;
    std::string line_;
    bool after_return_ = false;  ///< a line feed now belongs to the line end before
    Event event_{"message", {}};
    bool has_data_ = false;
    std::optional<std::string> last_id_;
    std::optional<std::chrono::milliseconds> retry_;
};

}  // namespace shopkeeper::mcp::client
