#pragma once

#include <memory>
#include <optional>

#include "net/http_server.hpp"

namespace shopkeeper::net {

/// What an Entry, a Responder and an OpenStream need of the connection that owes the answer.
/// Thread-safe.
class Exchange {
public:
    virtual ~Exchange() = default;
    /// Lets the request in, or answers it with the refusal.
    virtual void decide(std::optional<Reply> refusal) = 0;
    virtual void reply(Reply reply) = 0;
    /// Null when too many streams are open.
    virtual std::shared_ptr<OpenStream> open_stream(StreamHead head) = 0;
    /// The stream has text to write.
    virtual void flush_soon() = 0;
    virtual void close_soon() = 0;
};

}  // namespace shopkeeper::net
