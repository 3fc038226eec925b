#pragma once

#include <string>
#include <vector>

namespace shopkeeper::transport {

/// Which of the tools somebody wants, in the names that were given; whether they name anything is
/// for whoever has the tools to say. An empty choice wants everything. Where two choices meet, each
/// takes away from the other. Rule: clients.md 4.
struct ToolChoice {
    std::vector<std::string> toolsets;  ///< the tools of these...
    std::vector<std::string> tools;     ///< ...and these; where neither is named: all
    std::vector<std::string> excluded;  ///< without these, whatever names them above
    bool is_read_only = false;          ///< and without those that write
    std::string problem = {};  ///< why it cannot be read, in words for who sent it; empty: it can
};

}  // namespace shopkeeper::transport
