#pragma once

#include <string>

#include "mcp/client/client.hpp"

namespace shopkeeper::mcp::client {

/// A request before its revision's envelope is around it.
struct Client::Call {
    std::string method;
    Json params = Json::object();
    std::string name = {};            ///< what Mcp-Name mirrors; empty: nothing
    net::HeaderFields mirrored = {};  ///< Mcp-Param-*
    bool may_be_asked_back = false;   ///< the server may answer with questions
};

}  // namespace shopkeeper::mcp::client
