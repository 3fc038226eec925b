#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "mcp/client_input.hpp"

namespace shopkeeper::mcp {

/// Who makes a request that is no tools/call, as far as the protocol and the carrier know it.
/// Lives as long as the request.
struct Asker {
    const Json* meta = nullptr;  ///< the request's `_meta`, where there is one
    std::optional<std::string> bearer;
    std::string_view address;  ///< "local" on stdio
    bool is_loopback = true;
    std::string_view session;
    std::stop_token gone = {};
    Abilities abilities = {};
    const ClientInput* input = nullptr;  ///< null: nothing was asked before
};

}  // namespace shopkeeper::mcp
