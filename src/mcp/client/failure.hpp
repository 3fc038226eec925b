#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

#include "base/json.hpp"

namespace shopkeeper::mcp::client {

/// Why there is no result. What a tool says about its own failure (`isError`) is a result.
struct Failure {
    enum class Kind {
        unreachable,    ///< no such host or program; nothing was sent
        closed,         ///< the server left, or the connection broke, before it answered
        unauthorized,   ///< the server wants an authorization that could not be had
        timed_out,      ///< the deadline of the call
        stopped,        ///< the caller's stop token, or the client is being destroyed
        too_large,      ///< a message beyond a named limit
        broken,         ///< what the server sent is not the protocol
        refused,        ///< a JSON-RPC error: `code`, `data`, over HTTP `status`
        http_status,    ///< an HTTP status without a JSON-RPC error: `status`
        session_ended,  ///< the server forgot our session, twice
        unsupported,    ///< no revision, or no kind of question, in common
        too_many_rounds,
    };
    Kind kind;
    std::string message;  ///< English, for an operator; the server's words are quoted as they came
    int code = 0;
    int status = 0;
    Json data = {};
};

template <class T>
using Outcome = tl::expected<T, Failure>;

inline tl::unexpected<Failure> fail(Failure::Kind kind, std::string message) {
    return tl::unexpected(Failure{kind, std::move(message)});
}

}  // namespace shopkeeper::mcp::client
