#include <CLI/CLI.hpp>
#include <iostream>
#include <map>

#include "base/embedded.hpp"
#include "base/json.hpp"
#include "server/cli/program.hpp"
#include "server/terminal.hpp"

namespace shopkeeper::server::cli {
namespace {

/// The tools of each domain. Read from the schemas alone: what is in the binary is what is served
/// (Registry::seal), and no database is needed to say so.
std::map<std::string, std::vector<Json>> tools_by_domain() {
    std::map<std::string, std::vector<Json>> domains;
    for (const EmbeddedFile& file : embedded::schemas()) {
        const std::string domain(file.path.substr(0, file.path.find('/')));
        if (auto tool = parse_json(file.content)) domains[domain].push_back(std::move(*tool));
    }
    return domains;
}

std::string kind_of(const Json& tool) {
    const Json& hints = tool.at("annotations");
    if (hints.at("readOnlyHint")) return "reads";
    return hints.at("destructiveHint") ? "writes, destructive" : "writes";
}

ExitCode list(const std::string& wanted, bool as_json) {
    auto domains = tools_by_domain();
    if (!wanted.empty()) {
        if (!domains.contains(wanted)) {
            std::string known;
            for (const auto& [domain, tools] : domains)
                known += (known.empty() ? "" : ", ") + domain;
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
        for (const Json& tool : tools) {
            rows.push_back({"  " + tool.at("name").get<std::string>(), kind_of(tool),
                            tool.at("title").get<std::string>()});
            all.push_back(tool);
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
