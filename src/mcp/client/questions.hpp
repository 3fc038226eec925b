#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

#include "mcp/client/failure.hpp"
#include "mcp/protocol.hpp"

/// What a server may ask of its client, and who answers.
namespace shopkeeper::mcp::client {

/// A server asks the person. What it says is a stranger's: show which server asks, and never fetch
/// `url` unasked.
struct Elicitation {
    std::string message;
    Json schema;      ///< of the form; null for a link
    Json defaults;    ///< what the form begins with, an object
    std::string url;  ///< a link to open instead of a form; otherwise empty
};

struct ElicitationAnswer {
    enum class Action { accept, decline, cancel };
    Action action = Action::cancel;
    Json content = Json::object();  ///< of a form that was accepted; what it lacks is taken from
                                    ///< the defaults
};

/// All are optional, and only what is set is declared to servers. They may be called on any thread,
/// several at a time, and block it; the deadline of the call that brought them goes on.
struct Callbacks {
    std::function<ElicitationAnswer(const Elicitation&, std::stop_token)> elicit;
    bool elicits_urls = false;  ///< `elicit` also takes links

    /// `sampling/createMessage`: its params to its result. An error tells the server no.
    std::function<tl::expected<Json, std::string>(const Json& params, std::stop_token)> sample;

    /// `roots/list`: an array of Root objects.
    std::function<Json()> roots;

    /// `notifications/message`: its params.
    std::function<void(const Json& params)> log;

    /// Lists and resources that changed: the notification's method and params.
    std::function<void(const std::string& method, const Json& params)> changed;
};

/// Why a question is not answered; a JSON-RPC error.
struct Unanswered {
    int code;
    std::string message;
};

/// ClientCapabilities as that revision writes them.
Json capabilities_of(const Callbacks& callbacks, Revision revision);

/// The result of `elicitation/create`, `sampling/createMessage` or `roots/list`.
tl::expected<Json, Unanswered> answer(const Callbacks& callbacks, const std::string& method,
                                      const Json& params, std::stop_token stop);

/// The defaults of a form's properties. Rule: protocol.md 4, "Elicitation form schema".
Json defaults_of(const Json& form_schema);

}  // namespace shopkeeper::mcp::client
