#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace shopkeeper::oauth_client {

/// More than this of a list of scopes are not read.
inline constexpr std::size_t kScopesMax = 200;

/// Scopes in the order in which they were named, each once.
using Scopes = std::vector<std::string>;

/// The scopes of a text, separated by blanks. What no scope may hold is left out (RFC 6749 section
/// 3.3).
Scopes read_scopes(std::string_view text);
std::string spaced(const Scopes& scopes);

/// Those of `first`, then those of `second` that are new.
Scopes united(Scopes first, const Scopes& second);
bool contains(const Scopes& scopes, std::string_view scope);
bool contains_all(const Scopes& scopes, const Scopes& wanted);

}  // namespace shopkeeper::oauth_client
