#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace shopkeeper::mcp {

/// Seals what a client carries for us from one request to the next: it can neither read nor change
/// it, and every process with the same secret opens it. Thread-safe.
class StateSeal {
public:
    struct Opened {
        std::string content;
        std::string name;  ///< the same for this sealed text and for no other
    };

    virtual ~StateSeal() = default;
    /// Text for a JSON string. `bound_to` is no part of it, but the same must be said to open it.
    virtual std::string seal(std::string_view content, std::string_view bound_to) = 0;
    /// Nullopt for any other text than one that was sealed so.
    virtual std::optional<Opened> open(std::string_view sealed,
                                       std::string_view bound_to) const = 0;
};

}  // namespace shopkeeper::mcp
