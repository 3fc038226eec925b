#include "mcp/service.hpp"

#include <string_view>

#include "base/json_writer.hpp"

namespace shopkeeper::mcp {
namespace {

/// Only what is served; no listChanged, since the inventory is fixed while the process runs. Of
/// prompts and resources there are none yet, but their lists answer: clients that look for them on
/// every server get an empty list and not an error.
constexpr std::string_view kCapabilities =
    R"({"logging":{},"prompts":{},"resources":{},"tools":{}})";

/// `object` without its braces.
std::string members_of(std::string object) {
    return object.substr(1, object.size() - 2);
}

std::string server_info(const ServerOptions& options) {
    JsonWriter writer;
    writer.begin_object();
    writer.field("name", options.name);
    writer.field_if("title", options.title);
    writer.field("version", options.version);
    writer.end_object();
    return std::move(writer).take();
}

std::string stateless_members(std::string_view server_info) {
    JsonWriter writer;
    writer.begin_object();
    writer.field("resultType", "complete");
    writer.key("_meta");
    writer.begin_object();
    writer.raw_field(meta_key::kServerInfo, server_info);
    writer.end_object();
    writer.end_object();
    return members_of(std::move(writer).take());
}

std::string cacheable_members(std::int64_t ttl_ms, std::string_view stateless_members) {
    JsonWriter writer;
    writer.begin_object();
    writer.field("ttlMs", ttl_ms);
    writer.field("cacheScope", "public");
    writer.end_object();
    return members_of(std::move(writer).take()).append(",").append(stateless_members);
}

std::string initialize_tail(const ServerOptions& options, std::string_view server_info) {
    JsonWriter writer;
    writer.begin_object();
    writer.raw_field("capabilities", kCapabilities);
    writer.raw_field("serverInfo", server_info);
    writer.field_if("instructions", options.instructions);
    writer.end_object();
    return members_of(std::move(writer).take());
}

std::string discover_result(const ServerOptions& options, std::string_view cacheable_members) {
    JsonWriter writer;
    writer.begin_object();
    writer.raw_field("supportedVersions", supported_versions_json());
    writer.raw_field("capabilities", kCapabilities);
    writer.field_if("instructions", options.instructions);
    writer.end_object();
    return "{" +
           members_of(std::move(writer).take()).append(",").append(cacheable_members).append("}");
}

}  // namespace

Service::Service(ToolHost& tools, const Clock& clock, const ServerOptions& options)
    : tools_(tools),
      clock_(clock),
      server_info_(server_info(options)),
      stateless_members_(mcp::stateless_members(server_info_)),
      cacheable_members_(cacheable_members(options.list_ttl_ms, stateless_members_)),
      initialize_tail_(initialize_tail(options, server_info_)),
      discover_result_(mcp::discover_result(options, cacheable_members_)),
      tool_pages_(tools.tools(), options.tools_page_size, cacheable_members_) {}

std::string Service::initialize_result(Revision agreed) const {
    return std::string(R"({"protocolVersion":")")
        .append(word(agreed))
        .append("\",")
        .append(initialize_tail_)
        .append("}");
}

std::string Service::empty_list(std::string_view member, Era era) const {
    std::string result = "{\"";
    result.append(member).append("\":[]");
    if (era == Era::stateless) result.append(",").append(cacheable_members_);
    return result.append("}");
}

std::string Service::call_result(const ToolOutcome& outcome, Era era) const {
    std::string result;
    result.reserve(outcome.members.size() + stateless_members_.size() + outcome.meta.size() + 16);
    result.append("{").append(outcome.members);
    if (era == Era::stateless) {
        result.append(",").append(stateless_members_);
        if (!outcome.meta.empty()) {
            result.pop_back();  // the brace of `_meta`, which is the last member
            result.append(",").append(outcome.meta).append("}");
        }
    } else if (!outcome.meta.empty()) {
        result.append(R"(,"_meta":{)").append(outcome.meta).append("}");
    }
    return result.append("}");
}

}  // namespace shopkeeper::mcp
