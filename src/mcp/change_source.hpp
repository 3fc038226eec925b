#pragma once

#include <functional>
#include <span>
#include <string>

namespace shopkeeper::mcp {

/// What the protocol needs to know of changes; implemented by tools::ResourceChanges and by test
/// fixtures. Thread-safe.
class ChangeSource {
public:
    virtual ~ChangeSource() = default;

    /// Told, again and again while anything is watched, which of the watched resources may read
    /// differently than before; an empty list says that nothing happened. Must not block.
    using Listener = std::function<void(std::span<const std::string> uris)>;
    /// REQUIRES: called once, before the first watch.
    virtual void set_listener(Listener listener) = 0;

    /// From here on changes of this resource are told, until `unwatch` was called as often.
    virtual void watch(const std::string& uri) = 0;
    virtual void unwatch(const std::string& uri) = 0;
};

}  // namespace shopkeeper::mcp
