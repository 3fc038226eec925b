#include "server/tool_list.hpp"

#include <stdexcept>

#include "base/embedded.hpp"
#include "tools/listing.hpp"

namespace shopkeeper::server {
namespace {

std::string_view kind_of(const Json& tool) {
    const Json& hints = tool.at("annotations");
    if (hints.at("readOnlyHint")) return "reads";
    return hints.at("destructiveHint") ? "writes, destructive" : "writes";
}

}  // namespace

std::vector<ListedTool> listed_tools() {
    std::vector<ListedTool> listed;
    for (const EmbeddedFile& file : embedded::schemas()) {
        auto tool = parse_json(file.content);
        if (!tool) throw std::logic_error("schemas/" + std::string(file.path) + " is not JSON");
        const std::string_view kind = kind_of(*tool);
        listed.push_back({file.path.substr(0, file.path.find('/')), std::move(*tool),
                          tools::listed_tool(file.content), kind});
    }
    return listed;
}

}  // namespace shopkeeper::server
