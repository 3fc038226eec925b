#include "tools/views.hpp"

#include <algorithm>

namespace shopkeeper::tools {
namespace {

constexpr std::string_view kUriStart = "ui://shopkeeper/";
constexpr std::string_view kMimeType = "text/html;profile=mcp-app";
constexpr std::string_view kFileEnding = ".html";
constexpr std::string_view kDescription =
    "HTML that a host of MCP Apps shows for the result of a tool; the tool's text says the same.";
/// Nothing is fetched, embedded or based elsewhere; the host frames the view.
constexpr std::string_view kMeta =
    R"({"ui":{"csp":{"connectDomains":[],"resourceDomains":[],"frameDomains":[],)"
    R"("baseUriDomains":[]},"prefersBorder":true}})";
/// Not for models: whoever shows a view reads it when a tool names it.
constexpr std::string_view kAnnotations = R"({"audience":["user"],"priority":0})";

std::string_view name_of(const EmbeddedFile& file) {
    return file.path.substr(0, file.path.size() - kFileEnding.size());
}

}  // namespace

void Views::write_entries(JsonWriter& out) const {
    for (const EmbeddedFile& file : files_) {
        out.begin_object();
        out.field("uri", std::string(kUriStart).append(name_of(file)));
        out.field("name", std::string("view-").append(name_of(file)));
        out.field("title", std::string("View: ").append(name_of(file)));
        out.field("description", kDescription);
        out.field("mimeType", kMimeType);
        out.raw_field("annotations", kAnnotations);
        out.raw_field("_meta", kMeta);
        out.end_object();
    }
}

std::optional<std::string> Views::read(std::string_view uri) const {
    if (!uri.starts_with(kUriStart)) return std::nullopt;
    const std::string_view name = uri.substr(kUriStart.size());
    const auto file = std::find_if(files_.begin(), files_.end(),
                                   [&](const EmbeddedFile& each) { return name_of(each) == name; });
    if (file == files_.end()) return std::nullopt;
    JsonWriter out;
    out.begin_array();
    out.begin_object();
    out.field("uri", uri);
    out.field("mimeType", kMimeType);
    out.field("text", file->content);
    out.raw_field("_meta", kMeta);
    out.end_object();
    out.end_array();
    return std::move(out).take();
}

}  // namespace shopkeeper::tools
