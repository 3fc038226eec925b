#include "mcp/task_json.hpp"

#include <string_view>

#include "base/json_writer.hpp"
#include "base/utc_text.hpp"
#include "mcp/asked_call.hpp"

namespace shopkeeper::mcp {
namespace {

std::string_view word(Task::Status status) {
    switch (status) {
        case Task::Status::working:
            return "working";
        case Task::Status::input_required:
            return "input_required";
        case Task::Status::completed:
            return "completed";
        case Task::Status::failed:
            return "failed";
        case Task::Status::cancelled:
            break;
    }
    return "cancelled";
}

void write_state(JsonWriter& out, const Task& task) {
    out.field("taskId", task.id);
    out.field("status", word(task.status));
    out.field_if("statusMessage", task.status_message);
    out.field("createdAt", utc::rfc3339(task.created_ms));
    out.field("lastUpdatedAt", utc::rfc3339(task.updated_ms));
    out.field("ttlMs", task.ttl_ms);
    out.field("pollIntervalMs", task.poll_interval_ms);
}

std::string members_of(const JsonWriter& out) {
    const std::string_view whole = out.view();
    return std::string(whole.substr(1, whole.size() - 2));
}

}  // namespace

std::string created_task_members(const Task& task) {
    JsonWriter out;
    out.begin_object();
    out.field("resultType", "task");
    write_state(out, task);
    out.end_object();
    return members_of(out);
}

std::string task_members(const Task& task) {
    JsonWriter out;
    out.begin_object();
    write_state(out, task);
    if (task.status == Task::Status::input_required) {
        out.key("inputRequests");
        write_input_requests(out, task.needs);
    }
    if (task.status == Task::Status::completed)
        out.raw_field("result", "{" + task.result_json + "}");
    if (task.status == Task::Status::failed) {
        out.key("error");
        out.begin_object();
        out.field("code", task.error_code);
        out.field("message", task.error_message);
        out.end_object();
    }
    out.end_object();
    return members_of(out);
}

}  // namespace shopkeeper::mcp
