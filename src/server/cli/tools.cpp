#include <CLI/CLI.hpp>
#include <iostream>
#include <map>

#include "base/json.hpp"
#include "server/cli/program.hpp"
#include "server/terminal.hpp"
#include "server/tool_list.hpp"

namespace shopkeeper::server::cli {
namespace {

ExitCode list(const std::string& wanted, bool as_json) {
    std::map<std::string_view, std::vector<ListedTool>> domains;
    for (ListedTool& tool : listed_tools()) domains[tool.domain].push_back(std::move(tool));
    if (!wanted.empty()) {
        if (!domains.contains(wanted)) {
            std::string known;
            for (const auto& [domain, tools] : domains)
                known += (known.empty() ? "" : ", ") + std::string(domain);
            throw CommandFailure(ExitCode::usage,
                                 "no domain \"" + wanted + "\"; there are " + known);
        }
        std::erase_if(domains, [&](const auto& entry) { return entry.first != wanted; });
    }
    std::size_t total = 0;
    Json all = Json::array();
    for (const auto& [domain, tools] : domains) {
        total += tools.size();
        std::vector<std::vector<std::string>> rows;
        for (const ListedTool& each : tools) {
            rows.push_back({"  " + each.text("name"), std::string(each.kind), each.text("title")});
            all.push_back(Json::parse(each.listed));
        }
        if (!as_json) std::cout << domain << " (" << tools.size() << ")\n" << table(rows) << '\n';
    }
    if (as_json)
        std::cout << dump_json({{"total", total}, {"tools", all}}) << '\n';
    else
        std::cout << "Total: " << total << " tools\n";
    return ExitCode::ok;
}

}  // namespace

void add_tools(CLI::App& app, Program& program) {
    auto* tools = app.add_subcommand("tools", "List the tools by domain");
    const auto domain = std::make_shared<std::string>();
    const auto as_json = std::make_shared<bool>(false);
    tools->add_option("--domain", *domain, "Only this domain");
    tools->add_flag("--json", *as_json, "The MCP Tool objects as one JSON document");
    tools->callback([&program, domain, as_json] {
        program.command = [domain, as_json] { return list(*domain, *as_json); };
    });
}

}  // namespace shopkeeper::server::cli
