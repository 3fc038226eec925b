#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "base/call_context.hpp"
#include "base/json_writer.hpp"

/// The members that results of all domains share.
namespace shopkeeper::tools {

/// Rule: domain C10.
inline void write_warnings(JsonWriter& out, const std::vector<Warning>& warnings) {
    out.key("warnings");
    out.begin_array();
    for (const Warning& warning : warnings) {
        out.begin_object();
        out.field("code", warning.code);
        out.field("message", warning.message);
        out.end_object();
    }
    out.end_array();
}

/// What stands beside `items` of a page that shows `shown` of `total` matches. Rule: domain C6, C7.
inline void write_paging(JsonWriter& out, std::int64_t total, std::int64_t skip, std::int64_t limit,
                         std::size_t shown) {
    out.field("total", total);
    out.field("skip", skip);
    out.field("limit", limit);
    out.field("has_more", skip + static_cast<std::int64_t>(shown) < total);
}

/// Names the members that hold untrusted text. Rule: domain U1.
inline void write_untrusted(JsonWriter& out, std::initializer_list<std::string_view> paths) {
    out.key("untrusted_fields");
    out.begin_array();
    for (const std::string_view path : paths) out.value(path);
    out.end_array();
}

}  // namespace shopkeeper::tools
