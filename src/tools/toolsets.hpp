#pragma once

#include <span>
#include <string_view>

namespace shopkeeper::tools {

/// A group of tools that are chosen together: those of one domain, whose schema files share the
/// folder of that name (Contract::domain).
struct Toolset {
    std::string_view name;
    std::string_view about;  ///< what its tools are for, in a few words
};

/// All of them, in the order in which a customer meets the shop. Rule: operations A11.
std::span<const Toolset> toolsets();

/// Null: there is none of this name.
const Toolset* find_toolset(std::string_view name);

}  // namespace shopkeeper::tools
