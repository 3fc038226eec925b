#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.hpp"

/// What a host asks of the client in the middle of a call, and what comes back. How it travels is
/// the session's business: requests of ours in the handshake revisions, a result that says
/// `input_required` and a repeated call in the stateless one.
namespace shopkeeper::mcp {

/// What the client has declared that it can do for a call.
struct Abilities {
    bool form : 1 = false;            ///< elicitation of a form
    bool url : 1 = false;             ///< elicitation by a page to visit
    bool sampling : 1 = false;        ///< asking its model
    bool sampling_tools : 1 = false;  ///< ... which may use tools
    bool roots : 1 = false;           ///< naming its folders
    bool tasks : 1 = false;           ///< a call may be answered by a task

    friend bool operator==(const Abilities&, const Abilities&) = default;
};

/// One thing to ask.
struct InputRequest {
    enum class Kind : std::uint8_t { form, url, sampling, sampling_tools, roots };
    std::string key;  ///< tells it from the others of the call
    Kind kind = Kind::form;
    /// The params of elicitation/create (without `mode`), sampling/createMessage or roots/list.
    std::string params_json = "{}";
};

/// What a call needs of its client before it can be done.
struct InputNeeded {
    std::vector<InputRequest> requests;  ///< none: the client just calls again
    std::string state = {};              ///< the host's own words, which come back with the answers
    std::string principal = {};          ///< whose answers count, in the host's words
};

/// What the client of a call has answered so far.
struct ClientInput {
    Json answers;  ///< an object: by the key of the request, its result; unchecked
    std::string state;
    std::string principal;  ///< empty: nobody was asked, the client answers beforehand
    /// The name of what was asked, the same whenever these answers are shown again; empty: they
    /// cannot be shown again.
    std::string round;
};

}  // namespace shopkeeper::mcp
