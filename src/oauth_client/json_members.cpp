#include "oauth_client/json_members.hpp"

namespace shopkeeper::oauth_client {

std::optional<Json> parse_object(std::string_view text) {
    auto json = parse_json(text);
    if (!json || !json->is_object()) return std::nullopt;
    return json;
}

std::string text_member(const Json& object, std::string_view name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool flag_member(const Json& object, std::string_view name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_boolean() && found->get<bool>();
}

std::optional<std::vector<std::string>> texts_member(const Json& object, std::string_view name) {
    const auto found = object.find(name);
    if (found == object.end() || !found->is_array()) return std::nullopt;
    std::vector<std::string> texts;
    for (const Json& item : *found) {
        if (texts.size() == kListMax) break;
        if (item.is_string()) texts.push_back(item.get<std::string>());
    }
    return texts;
}

}  // namespace shopkeeper::oauth_client
