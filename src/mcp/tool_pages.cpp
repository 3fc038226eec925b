#include "mcp/tool_pages.hpp"

#include <algorithm>

#include "base/base64.hpp"
#include "base/json_writer.hpp"

namespace shopkeeper::mcp {
namespace {

/// Says what a decoded cursor must look like, so that a text which happens to be base64 is no
/// cursor.
constexpr std::string_view kCursorMark = "tools-after:";

std::string cursor_after(const ToolEntry& tool) {
    return encode_base64(std::string(kCursorMark) + tool.name);
}

std::vector<const ToolEntry*> those(std::span<const ToolEntry> tools, const ToolSet& shown) {
    std::vector<const ToolEntry*> listed;
    for (std::size_t i = 0; i < tools.size(); ++i) {
        if (shown.test(i)) listed.push_back(&tools[i]);
    }
    return listed;
}

}  // namespace

ToolPages::ToolPages(std::span<const ToolEntry> tools, const ToolSet& shown, std::size_t page_size,
                     std::string_view stateless_members)
    : tools_(those(tools, shown)),
      page_size_(page_size),
      stateless_members_(stateless_members),
      first_handshake_(compose(0, Era::handshake)),
      first_stateless_(compose(0, Era::stateless)) {}

std::optional<std::string> ToolPages::after(std::string_view cursor, Era era) const {
    const auto decoded = decode_base64(cursor);
    if (!decoded || !decoded->starts_with(kCursorMark)) return std::nullopt;
    const std::string_view name = std::string_view(*decoded).substr(kCursorMark.size());
    const auto next = std::upper_bound(
        tools_.begin(), tools_.end(), name,
        [](std::string_view wanted, const ToolEntry* tool) { return wanted < tool->name; });
    return compose(static_cast<std::size_t>(next - tools_.begin()), era);
}

std::string ToolPages::compose(std::size_t from, Era era) const {
    const auto rest = std::span(tools_).subspan(from);
    const auto page = rest.first(std::min(page_size_, rest.size()));
    JsonWriter writer;
    writer.begin_object();
    writer.key("tools");
    writer.begin_array();
    for (const ToolEntry* tool : page) writer.raw(tool->json);
    writer.end_array();
    if (page.size() < rest.size()) writer.field("nextCursor", cursor_after(*page.back()));
    writer.end_object();
    std::string text = std::move(writer).take();
    if (era == Era::stateless) text.insert(text.size() - 1, "," + stateless_members_);
    return text;
}

}  // namespace shopkeeper::mcp
