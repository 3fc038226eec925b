#include "mcp/agreement.hpp"

#include <algorithm>

#include "mcp/task_json.hpp"

namespace shopkeeper::mcp {
namespace {

bool is_object(const Json* value) {
    return value != nullptr && value->is_object();
}

std::string to_text(Abilities abilities) {
    std::string text;
    const auto add = [&](bool is_there, std::string_view word) {
        if (is_there) text.append(text.empty() ? "" : " ").append(word);
    };
    add(abilities.form, "form");
    add(abilities.url, "url");
    add(abilities.sampling, "sampling");
    add(abilities.sampling_tools, "sampling+tools");
    add(abilities.roots, "roots");
    return text;
}

Abilities abilities_from(std::string_view text) {
    Abilities abilities;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        const std::string_view word = text.substr(0, end);
        abilities.form |= word == "form";
        abilities.url |= word == "url";
        abilities.sampling |= word == "sampling";
        abilities.sampling_tools |= word == "sampling+tools";
        abilities.roots |= word == "roots";
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return abilities;
}

}  // namespace

Abilities abilities_of(const Json* capabilities, Revision revision) {
    Abilities abilities;
    const Json* elicitation = member(capabilities, "elicitation");
    if (is_object(elicitation) && has_elicitation(revision)) {
        const bool has_modes = has_elicitation_modes(revision);
        abilities.url = has_modes && is_object(member(elicitation, "url"));
        abilities.form = !abilities.url || is_object(member(elicitation, "form"));
    }
    const Json* sampling = member(capabilities, "sampling");
    abilities.sampling = is_object(sampling);
    abilities.sampling_tools =
        has_elicitation_modes(revision) && is_object(member(sampling, "tools"));
    abilities.roots = is_object(member(capabilities, "roots"));
    abilities.tasks = revision == kStateless &&
                      is_object(member(member(capabilities, "extensions"), kTasksExtension));
    return abilities;
}

std::optional<Agreement> Agreement::parse(std::string_view text) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const auto revision = find_revision(text.substr(0, end));
    if (!revision || !has_handshake(*revision)) return std::nullopt;
    return Agreement{true, *revision, abilities_from(text.substr(std::min(end + 1, text.size())))};
}

std::string Agreement::text() const {
    if (!is_made) return {};
    std::string text(word(revision));
    if (abilities != Abilities{}) text.append(" ").append(to_text(abilities));
    return text;
}

}  // namespace shopkeeper::mcp
