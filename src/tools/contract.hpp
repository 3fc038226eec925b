#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/embedded.hpp"
#include "schema/schema.hpp"

namespace shopkeeper::tools {

/// What the schema file of one tool promises. Read when the tool is first called: a process that
/// was started to list its tools never needs it. Thread-safe.
class Contract {
public:
    struct Terms {
        schema::Schema input;
        schema::Schema output;
        bool has_shop_id = false;  ///< S
        bool has_token = false;    ///< T
        bool is_read_only = false;
        bool is_destructive = false;
    };

    /// `file` is "<domain>/<tool>.json". REQUIRES: its text outlives this.
    explicit Contract(const EmbeddedFile& file) : file_(file) {}

    std::string_view domain() const { return file_.path.substr(0, slash()); }
    std::string tool() const;
    /// The MCP Tool object that clients are shown, on one line (tools/listing.hpp). Throws
    /// std::logic_error that names the file when it has not the shape of one.
    std::string listed() const;

    /// Throws std::logic_error that names the file when it is not the Tool object of its tool, or
    /// when a schema uses what is not checked (schema::Schema).
    const Terms& terms() const;

private:
    std::size_t slash() const { return file_.path.find('/'); }
    Terms read() const;

    EmbeddedFile file_;
    mutable std::once_flag is_read_;
    mutable std::optional<Terms> terms_;  ///< set under is_read_
};

}  // namespace shopkeeper::tools
