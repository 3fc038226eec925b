#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "mcp/asker.hpp"
#include "mcp/client_input.hpp"
#include "mcp/host_answer.hpp"

namespace shopkeeper::mcp {

/// A call that goes on after it was answered: its client asks how it is. Rule: protocol.md 7.2.
struct Task {
    enum class Status : std::uint8_t { working, input_required, completed, failed, cancelled };

    std::string id;  ///< unguessable, and known to its caller alone
    Status status = Status::working;
    std::string status_message = {};
    UnixMs created_ms = 0;
    UnixMs updated_ms = 0;
    std::optional<std::int64_t> ttl_ms;  ///< from its creation; empty: it is kept
    std::int64_t poll_interval_ms = 500;
    InputNeeded needs = {};        ///< while input_required
    std::string result_json = {};  ///< of a completed one: the members of a CallToolResult
    int error_code = 0;            ///< of a failed one
    std::string error_message = {};
};

/// What the protocol needs to know of tasks. Thread-safe. Whoever implements it bounds how many
/// there are, forgets each when its time is over, and keeps it where a restart does not lose it
/// before the call that made it is answered.
class TaskHost {
public:
    virtual ~TaskHost() = default;
    /// Each fails with `not_found` for an id that names no task of this asker.
    virtual HostAnswer<Task> get(std::string_view id, const Asker& asker) = 0;
    /// Takes what the client answers to `needs`; parts of it are taken too, all else is ignored.
    virtual HostAnswer<void> update(std::string_view id, const Json& responses,
                                    const Asker& asker) = 0;
    /// Asks it to end; nothing where it has ended.
    virtual HostAnswer<void> cancel(std::string_view id, const Asker& asker) = 0;
    /// True when none of them waits for another client.
    virtual bool is_quick() const = 0;
};

}  // namespace shopkeeper::mcp
