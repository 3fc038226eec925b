#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "mcp/client_input.hpp"
#include "mcp/protocol.hpp"

namespace shopkeeper::mcp {

/// What a client declares, as far as its revision has it. `capabilities` may be null.
Abilities abilities_of(const Json* capabilities, Revision revision);

/// What an `initialize` agrees.
struct alignas(4) Agreement {  // loaded as one word
    bool is_made = false;
    Revision revision = kAssumed;
    Abilities abilities = {};

    /// Nullopt for what no session of ours can have said.
    static std::optional<Agreement> parse(std::string_view text);
    /// At most 64 characters; empty before it is made.
    std::string text() const;
};

}  // namespace shopkeeper::mcp
