#pragma once

#include <string>

#include "mcp/task_host.hpp"

namespace shopkeeper::mcp {

inline constexpr const char* kTasksExtension = "io.modelcontextprotocol/tasks";

/// The members of the result that answers a call by a task, without its braces.
std::string created_task_members(const Task& task);
/// The members of tasks/get without its braces and the common ones of the revision.
std::string task_members(const Task& task);

}  // namespace shopkeeper::mcp
