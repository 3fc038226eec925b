#include "server/documents.hpp"

#include <stdexcept>
#include <utility>

#include "server/settings.hpp"
#include "server/tool_list.hpp"
#include "tools/toolsets.hpp"

namespace shopkeeper::server {
namespace {

std::string first_sentence(const std::string& text) {
    return text.substr(0, text.find(". "));
}

std::string replaced(std::string text, std::string_view name, const std::string& document) {
    const std::string begin = "<!-- " + std::string(name) + " -->\n";
    const std::string end = "<!-- end of " + std::string(name) + " -->";
    const auto from = text.find(begin);
    const auto to = text.find(end);
    if (from == std::string::npos || to == std::string::npos || to < from) {
        throw std::invalid_argument("the marks " + begin + end + " are missing");
    }
    return text.replace(from + begin.size(), to - from - begin.size(), document);
}

}  // namespace

std::string tools_document() {
    std::string document = "| tool | domain | | what it does |\n|---|---|---|---|\n";
    for (const ListedTool& each : listed_tools()) {
        document += "| `" + each.text("name") + "` | " + std::string(each.domain) + " | " +
                    std::string(each.kind) + " | " + first_sentence(each.text("description")) +
                    " |\n";
    }
    return document;
}

std::string toolsets_document() {
    const auto tools = listed_tools();
    std::string document = "| toolset | about | tools |\n|---|---|---|\n";
    for (const tools::Toolset& toolset : tools::toolsets()) {
        std::string names;
        for (const ListedTool& each : tools) {
            if (each.domain == toolset.name)
                names += (names.empty() ? "`" : ", `") + each.text("name") + "`";
        }
        document += "| `" + std::string(toolset.name) + "` | " + std::string(toolset.about) +
                    " | " + names + " |\n";
    }
    return document;
}

std::string settings_document() {
    std::string document = "| variable | default | meaning |\n|---|---|---|\n";
    for (const Setting& setting : all_settings()) {
        const std::string alias =
            setting.alias.empty() ? "" : ", `" + std::string(setting.alias) + "`";
        document += "| `" + std::string(setting.environment) + "`" + alias + " | " +
                    (setting.fallback.empty() ? "" : "`" + std::string(setting.fallback) + "`") +
                    " | " + std::string(setting.meaning) + " |\n";
    }
    return document;
}

std::string with_documents(std::string_view text) {
    std::string document = replaced(std::string(text), "tools", tools_document());
    document = replaced(std::move(document), "toolsets", toolsets_document());
    return replaced(std::move(document), "settings", settings_document());
}

}  // namespace shopkeeper::server
