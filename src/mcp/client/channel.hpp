#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "mcp/client/failure.hpp"
#include "mcp/client/patience.hpp"
#include "mcp/protocol.hpp"
#include "net/http_client.hpp"

namespace shopkeeper::mcp::client {

/// One request as it goes out.
struct OutgoingRequest {
    std::int64_t id = 0;
    std::string method;
    std::string text;                ///< the whole message
    net::HeaderFields headers = {};  ///< what HTTP mirrors of it; other carriers ignore them
    bool may_resume = false;  ///< of sessions: a stream that breaks off can be taken up again
};

struct Response {
    Json message;      ///< an object with `result` or `error`
    int status = 200;  ///< of HTTP, where that is the carrier
};

/// Carries messages to one server and back. Thread-safe; a call blocks its thread, within its
/// patience.
class Channel {
public:
    using Receiver = std::function<void(const Json& message)>;

    virtual ~Channel() = default;

    /// Sends a request and returns its response. What else arrives on its account (progress,
    /// questions of the server) is handed to `meanwhile` on this thread.
    virtual Outcome<Response> exchange(const OutgoingRequest& request, const Patience& patience,
                                       const Receiver& meanwhile) = 0;

    /// Sends a notification or a response.
    virtual Outcome<void> post(const std::string& text, const net::HeaderFields& headers,
                               const Patience& patience) = 0;

    /// Every request has a stream of its own: giving it up closes the stream, which a stateless
    /// server takes for its cancellation.
    virtual bool closing_cancels() const = 0;

    /// The revision is agreed on and the receiver ready: from now on what belongs to no request is
    /// handed over, for this session.
    virtual void listen(Revision revision) = 0;

    /// Forgets the session, if the carrier has one, so that `initialize` begins another.
    virtual void forget_session() {}
};

}  // namespace shopkeeper::mcp::client
