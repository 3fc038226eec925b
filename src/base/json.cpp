#include "base/json.hpp"

namespace shopkeeper {
namespace {

/// nlohmann's parser keeps its own stack, but destroying or dumping a deep tree recurses: depth is
/// counted before the tree is built.
bool nests_too_deep(std::string_view text) {
    int depth = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (in_string) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            if (++depth > kJsonDepthMax) return true;
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return false;
}

/// Of the string literal that `text` begins with, quotes included.
std::size_t string_length(std::string_view text) {
    for (std::size_t at = 1;;) {
        const std::size_t quote = text.find('"', at);
        if (quote == std::string_view::npos) return text.size();
        std::size_t backslashes = 0;
        while (text[quote - 1 - backslashes] == '\\') ++backslashes;
        if (backslashes % 2 == 0) return quote + 1;
        at = quote + 1;
    }
}

}  // namespace

std::optional<Json> parse_json(std::string_view text) {
    if (nests_too_deep(text)) return std::nullopt;
    Json json = Json::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/false);
    if (json.is_discarded()) return std::nullopt;
    return json;
}

std::string compact_json(std::string_view text) {
    std::string compact;
    compact.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at];
        if (c == '"') {
            const std::size_t length = string_length(text.substr(at));
            compact.append(text.substr(at, length));
            at += length;
            continue;
        }
        if (c != ' ' && c != '\n' && c != '\r' && c != '\t') compact += c;
        ++at;
    }
    return compact;
}

std::string dump_json(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace shopkeeper
