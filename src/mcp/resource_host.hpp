#pragma once

#include <span>
#include <string>
#include <string_view>

#include "mcp/asker.hpp"
#include "mcp/host_answer.hpp"

namespace shopkeeper::mcp {

/// One page of resources/list.
struct ResourcePage {
    std::string resources_json;  ///< an array of MCP Resource objects
    /// Where the next page begins, in the host's own words; empty: this is the last.
    std::string next;
    CacheHint cache = {};
};

/// What a resource holds.
struct ResourceRead {
    std::string contents_json;  ///< an array of MCP ResourceContents objects, never empty
    CacheHint cache = {};
};

/// What the protocol needs to know of resources; implemented by tools::Resources and by test
/// fixtures. Thread-safe.
class ResourceHost {
public:
    virtual ~ResourceHost() = default;
    /// MCP ResourceTemplate objects, each on one line, in the order in which they are listed; the
    /// same for everybody.
    virtual std::span<const std::string> templates() const = 0;
    /// The page that begins at `position`, which is a `next` of an earlier page or empty: the
    /// first. Fails with `invalid` for a position that no page of this host can have given.
    virtual HostAnswer<ResourcePage> list(std::string_view position, const Asker& asker) = 0;
    /// Fails with `not_found` for a URI that names nothing the asker may read.
    virtual HostAnswer<ResourceRead> read(std::string_view uri, const Asker& asker) = 0;
    /// True when listing and reading wait for no other client.
    virtual bool is_quick() const = 0;
};

}  // namespace shopkeeper::mcp
