#include "mcp/client/event_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

namespace shopkeeper::mcp::client {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
/// A server may not send us to sleep for longer; the deadline of the call counts besides.
constexpr std::int64_t kRetryMsMax = 10 * 60 * 1000;

}  // namespace

EventReader::Fed EventReader::feed(std::string_view piece,
                                   const std::function<bool(const Event&)>& take) {
    while (!piece.empty()) {
        if (after_return_ && piece.front() == '\n') piece.remove_prefix(1);
        after_return_ = false;
        const auto end = piece.find_first_of("\r\n");
        const auto size = std::min(end, piece.size());
        if (line_.size() + event_.data.size() + size > event_bytes_max_) return Fed::too_large;
        line_ += piece.substr(0, size);
        if (end == piece.npos) return Fed::more;
        after_return_ = piece[end] == '\r';
        piece.remove_prefix(end + 1);
        if (!end_line(take)) return Fed::enough;
    }
    return Fed::more;
}

void EventReader::restart() {
    line_.clear();
    after_return_ = false;
    event_ = {"message", {}};
    has_data_ = false;
}

bool EventReader::end_line(const std::function<bool(const Event&)>& take) {
    std::string_view line = line_;
    if (line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
    if (line.empty()) {
        Event whole = std::exchange(event_, {"message", {}});
        line_.clear();
        if (!std::exchange(has_data_, false) || whole.data.empty()) return true;
        return take(whole);
    }
    const auto colon = std::min(line.find(':'), line.size());
    std::string_view value = line.substr(std::min(colon + 1, line.size()));
    if (value.starts_with(' ')) value.remove_prefix(1);
    field(line.substr(0, colon), value);
    line_.clear();
    return true;
}

void EventReader::field(std::string_view name, std::string_view value) {
    if (name == "data") {
        if (has_data_) event_.data += '\n';
        event_.data += value;
        has_data_ = true;
    } else if (name == "event") {
        event_.type = value.empty() ? "message" : std::string(value);
    } else if (name == "id") {
        if (value.find('\0') == value.npos) last_id_ = std::string(value);
    } else if (name == "retry") {
        std::int64_t ms = 0;
        const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), ms);
        if (error == std::errc{} && end == value.data() + value.size() && ms >= 0) {
            retry_ = std::chrono::milliseconds(std::min(ms, kRetryMsMax));
        }
    }
}

}  // namespace shopkeeper::mcp::client
