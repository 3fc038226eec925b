#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"

/// Members of documents that strangers wrote: one of another type than expected counts as absent.
namespace shopkeeper::oauth_client {

/// Of a list no more is read.
inline constexpr std::size_t kListMax = 200;

/// A JSON object; nullopt for anything else.
std::optional<Json> parse_object(std::string_view text);

std::string text_member(const Json& object, std::string_view name);
bool flag_member(const Json& object, std::string_view name);
/// The texts of a list, at most `kListMax` of them; nullopt where there is no list.
std::optional<std::vector<std::string>> texts_member(const Json& object, std::string_view name);

}  // namespace shopkeeper::oauth_client
