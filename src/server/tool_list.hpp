#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"

namespace shopkeeper::server {

/// One tool as the binary has it.
struct ListedTool {
    std::string_view domain;
    Json tool;              ///< its file
    std::string listed;     ///< the MCP Tool object as clients are shown it
    std::string_view kind;  ///< "reads", "writes" or "writes, destructive"

    std::string text(std::string_view member) const { return tool.at(member).get<std::string>(); }
};

/// Every tool, those of a domain together. Read from the embedded schemas alone: what is in the
/// binary is what is served (Registry::seal), and no database is needed to say so. Throws
/// std::logic_error when a schema is not JSON.
std::vector<ListedTool> listed_tools();

}  // namespace shopkeeper::server
