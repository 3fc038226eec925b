#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mcp/era.hpp"
#include "mcp/tool_host.hpp"

namespace shopkeeper::mcp {

/// The results of tools/list, a page at a time. The first page of each era is kept as bytes: it is
/// what every client asks for. Immutable; thread-safe.
///
/// A cursor holds the name of the last tool of the page before: a list that changed between two
/// requests neither repeats nor drops a tool (an index would).
class ToolPages {
public:
    /// `stateless_members` are the members that the stateless era adds to each page.
    /// Of `tools` those in `shown` are listed.
    /// REQUIRES: `tools` is sorted by name and outlives this; page_size > 0.
    ToolPages(std::span<const ToolEntry> tools, const ToolSet& shown, std::size_t page_size,
              std::string_view stateless_members);

    const std::string& first(Era era) const {
        return era == Era::stateless ? first_stateless_ : first_handshake_;
    }

    /// The page after `cursor`; nullopt when no page of ours can have given it.
    std::optional<std::string> after(std::string_view cursor, Era era) const;

private:
    std::string compose(std::size_t from, Era era) const;

    const std::vector<const ToolEntry*> tools_;
    const std::size_t page_size_;
    const std::string stateless_members_;
    const std::string first_handshake_;
    const std::string first_stateless_;
};

}  // namespace shopkeeper::mcp
