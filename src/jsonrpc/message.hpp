#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"

/// JSON-RPC 2.0 as MCP uses it. No MCP word in here.
namespace shopkeeper::jsonrpc {

inline constexpr int kParseError = -32700;
inline constexpr int kInvalidRequest = -32600;
inline constexpr int kMethodNotFound = -32601;
inline constexpr int kInvalidParams = -32602;
inline constexpr int kInternalError = -32603;
inline constexpr int kResourceNotFound = -32002;

/// The most messages in one batch. Rule: operations C16.
inline constexpr std::size_t kBatchMax = 1000;

/// A request id, kept as its JSON text so that it is echoed with the type it came with.
struct Id {
    std::string json = "null";
    friend bool operator==(const Id&, const Id&) = default;
};

/// One message as received.
struct Message {
    enum class Kind {
        request,
        notification,
        response,  ///< the answer to a request of ours; `body` is the whole message
        invalid,   ///< JSON, but not JSON-RPC; `id` is echoed where it could be read
    };
    Kind kind = Kind::invalid;
    Id id;
    std::string method;
    Json params;                ///< an object, or null when absent
    Json body;                  ///< response only
    bool is_announced = false;  ///< who receives it was told that it will come
    std::string problem;        ///< invalid only: what is wrong, for the error's message
};

/// What one line or one POST body held.
struct Incoming {
    bool is_batch = false;
    std::vector<Message> messages;  ///< one, unless it is a batch
};

/// Reads and classifies; nullopt when the text is not one JSON value (kParseError). An empty or
/// oversized batch comes back as one invalid message.
std::optional<Incoming> parse(std::string_view text);

/// REQUIRES: `result_json` is one JSON value; it is embedded as it is.
std::string result_message(const Id& id, std::string_view result_json);
std::string error_message(const Id& id, int code, std::string_view message,
                          std::string_view data_json = {});
std::string request_message(const Id& id, std::string_view method, std::string_view params_json);
std::string notification_message(std::string_view method, std::string_view params_json);

}  // namespace shopkeeper::jsonrpc
