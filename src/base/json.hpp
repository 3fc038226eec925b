#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace shopkeeper {

/// A JSON document as a tree: what comes in. What goes out is written by JsonWriter.
using Json = nlohmann::json;

/// The deepest nesting that is read. Rule: operations C16.
inline constexpr int kJsonDepthMax = 64;

/// Reads one document; nullopt for anything that is not exactly one well-formed JSON value of UTF-8
/// text nested at most `kJsonDepthMax` deep. Never throws, never recurses on hostile input.
std::optional<Json> parse_json(std::string_view text);

/// The same document without white space between its tokens, its members in their order; much
/// cheaper than reading and dumping it. REQUIRES: `text` is well-formed JSON.
std::string compact_json(std::string_view text);

/// Compact text; bytes that are not UTF-8 are replaced, never thrown about.
std::string dump_json(const Json& json);

}  // namespace shopkeeper
