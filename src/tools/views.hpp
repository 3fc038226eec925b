#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/embedded.hpp"
#include "base/json_writer.hpp"

namespace shopkeeper::tools {

/// The extension whose id a server that serves views declares.
inline constexpr std::string_view kAppsExtension = "io.modelcontextprotocol/ui";

/// The views of MCP Apps: HTML pages in the binary that a host may show for the result of a tool
/// whose `_meta.ui.resourceUri` names one. They hold nothing of a shop, so everybody may read them.
/// Immutable; thread-safe. Rule: MCP Apps, revision 2026-01-26.
class Views {
public:
    /// REQUIRES: the files (path "<name>.html") outlive this.
    explicit Views(std::span<const EmbeddedFile> files) : files_(files) {}

    /// Adds an MCP Resource object for each to an array.
    void write_entries(JsonWriter& out) const;
    /// The MCP ResourceContents objects of a URI, as an array; nullopt: it names no view.
    std::optional<std::string> read(std::string_view uri) const;

private:
    std::span<const EmbeddedFile> files_;
};

}  // namespace shopkeeper::tools
