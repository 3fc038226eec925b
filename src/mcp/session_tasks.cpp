#include "base/text.hpp"
#include "mcp/session_request.hpp"
#include "mcp/task_json.hpp"

// The extension io.modelcontextprotocol/tasks. Rule: protocol.md 7.2.

namespace shopkeeper::mcp {
namespace {

ProtocolError of(const HostFailure& failure, const std::string& id) {
    switch (failure.kind) {
        case HostFailure::Kind::not_found:
            return invalid_params("No task " + text::truncate(id, kEchoedMax) + ".");
        case HostFailure::Kind::invalid:
            return invalid_params(failure.message);
        case HostFailure::Kind::refused:
        case HostFailure::Kind::asks:
            return {kRefusedByHost, failure.message, failure.data_json};
        case HostFailure::Kind::failed:
            break;
    }
    return {jsonrpc::kInternalError, failure.message};
}

}  // namespace

/// The id of the task a request names, from a client that knows of tasks.
tl::expected<std::string, ProtocolError> Session::task_id(const Request& request) {
    if (!request.abilities.tasks) return fail(tasks_needed());
    const std::string* id = request.text("taskId");
    if (id == nullptr) return fail(invalid_params("\"taskId\" must be a string."));
    return *id;
}

Answer Session::get_task(const Request& request) {
    const auto id = task_id(request);
    if (!id) return fail(id.error());
    const auto task = service_.features().tasks->get(*id, asker_of(request));
    if (!task) return fail(of(task.error(), *id));
    return service_.complete_result(task_members(*task), request.era());
}

Answer Session::update_task(const Request& request) {
    const auto id = task_id(request);
    if (!id) return fail(id.error());
    const Json* responses = request.param("inputResponses");
    if (responses == nullptr || !responses->is_object())
        return fail(invalid_params("\"inputResponses\" must be an object."));
    const auto taken = service_.features().tasks->update(*id, *responses, asker_of(request));
    if (!taken) return fail(of(taken.error(), *id));
    return service_.complete_result({}, request.era());
}

Answer Session::cancel_task(const Request& request) {
    const auto id = task_id(request);
    if (!id) return fail(id.error());
    const auto cancelled = service_.features().tasks->cancel(*id, asker_of(request));
    if (!cancelled) return fail(of(cancelled.error(), *id));
    return service_.complete_result({}, request.era());
}

}  // namespace shopkeeper::mcp
