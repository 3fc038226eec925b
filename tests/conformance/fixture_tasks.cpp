#include "conformance/fixture_tasks.hpp"

#include <utility>
#include <vector>

#include "jsonrpc/message.hpp"

namespace shopkeeper::conformance {
namespace {

constexpr std::int64_t kTtlMs = 600'000;

tl::unexpected<mcp::HostFailure> no_such_task() {
    return mcp::give_nothing({.kind = mcp::HostFailure::Kind::not_found, .message = {}});
}

}  // namespace

mcp::Task FixtureTasks::begin(Job job) {
    const UnixMs now_ms = clock_.now_ms();
    const UnixMs due_ms = now_ms + job.takes.count();
    mcp::Task task{
        .id = random_.hex(16), .created_ms = now_ms, .updated_ms = now_ms, .ttl_ms = kTtlMs};
    const std::scoped_lock lock(mutex_);
    entries_.emplace(task.id, Entry{task, std::move(job), due_ms});
    return task;
}

FixtureTasks::Entry* FixtureTasks::find(std::string_view id) {
    using Status = mcp::Task::Status;
    const auto found = entries_.find(id);
    if (found == entries_.end()) return nullptr;
    Entry& entry = found->second;
    mcp::Task& task = entry.task;
    if (task.status == Status::working || task.status == Status::input_required) {
        task.needs = entry.job.needs;
        const bool is_due = clock_.now_ms() >= entry.due_ms;
        if (!task.needs.requests.empty()) {
            task.status = Status::input_required;
        } else if (is_due && entry.job.breaks) {
            task.status = Status::failed;
            task.error_code = jsonrpc::kInternalError;
            task.error_message = "the job broke";
        } else if (is_due) {
            task.status = Status::completed;
            task.result_json = entry.job.result;
        } else {
            task.status = Status::working;
        }
        task.updated_ms = clock_.now_ms();
    }
    return &entry;
}

mcp::HostAnswer<mcp::Task> FixtureTasks::get(std::string_view id, const mcp::Asker&) {
    const std::scoped_lock lock(mutex_);
    const Entry* entry = find(id);
    if (entry == nullptr) return no_such_task();
    return entry->task;
}

mcp::HostAnswer<void> FixtureTasks::update(std::string_view id, const Json& responses,
                                           const mcp::Asker&) {
    const std::scoped_lock lock(mutex_);
    Entry* entry = find(id);
    if (entry == nullptr) return no_such_task();
    std::erase_if(entry->job.needs.requests, [&](const mcp::InputRequest& request) {
        return responses.contains(request.key) && responses[request.key].is_object();
    });
    return {};
}

mcp::HostAnswer<void> FixtureTasks::cancel(std::string_view id, const mcp::Asker&) {
    using Status = mcp::Task::Status;
    const std::scoped_lock lock(mutex_);
    Entry* entry = find(id);
    if (entry == nullptr) return no_such_task();
    mcp::Task& task = entry->task;
    if (task.status == Status::working || task.status == Status::input_required)
        task.status = Status::cancelled;
    return {};
}

}  // namespace shopkeeper::conformance
