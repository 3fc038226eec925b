#include "mcp/service.hpp"

#include <algorithm>
#include <string_view>

#include "base/json_writer.hpp"
#include "mcp/task_json.hpp"

namespace shopkeeper::mcp {
namespace {

/// Exactly what is served; no listChanged, since the lists of tools, templates and prompts are
/// fixed while the process runs.
std::string capabilities(const Features& features, Revision revision) {
    JsonWriter writer;
    const auto declare = [&](std::string_view name, bool is_served, std::string_view more = "{}") {
        if (is_served) writer.raw_field(name, more);
    };
    writer.begin_object();
    declare("completions", features.completer != nullptr && has_completions(revision));
    std::vector<std::string_view> extensions = features.extensions;
    if (features.tasks != nullptr && revision == kStateless) extensions.push_back(kTasksExtension);
    if (!extensions.empty()) {
        writer.key("extensions");
        writer.begin_object();
        for (const std::string_view id : extensions) writer.raw_field(id, "{}");
        writer.end_object();
    }
    declare("logging", true);
    declare("prompts", features.prompts != nullptr);
    declare("resources", features.resources != nullptr,
            features.changes != nullptr ? R"({"subscribe":true})" : "{}");
    declare("tools", true);
    writer.end_object();
    return std::move(writer).take();
}

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

std::string cacheable_members(const CacheHint& cache, std::string_view stateless_members) {
    JsonWriter writer;
    writer.begin_object();
    writer.field("ttlMs", cache.ttl_ms);
    writer.field("cacheScope", cache.is_public ? "public" : "private");
    writer.end_object();
    return members_of(std::move(writer).take()).append(",").append(stateless_members);
}

std::string initialize_tail(std::string_view capabilities, std::string_view server_info,
                            std::string_view instructions) {
    JsonWriter writer;
    writer.begin_object();
    writer.raw_field("capabilities", capabilities);
    writer.raw_field("serverInfo", server_info);
    writer.field_if("instructions", instructions);
    writer.end_object();
    return members_of(std::move(writer).take());
}

std::string discover_result(std::string_view capabilities, std::string_view instructions,
                            std::string_view cacheable_members) {
    JsonWriter writer;
    writer.begin_object();
    writer.raw_field("supportedVersions", supported_versions_json());
    writer.raw_field("capabilities", capabilities);
    writer.field_if("instructions", instructions);
    writer.end_object();
    return "{" +
           members_of(std::move(writer).take()).append(",").append(cacheable_members).append("}");
}

/// Those of the tools that there are.
ToolSet offered_by(const ToolHost& tools) {
    ToolSet all;
    for (std::size_t i = 0; i < tools.tools().size(); ++i) all.set(i);
    return all & tools.choose({}).value_or(ToolSet());
}

bool shows(std::span<const ToolEntry> tools, const ToolSet& shown, std::string_view tool) {
    const auto found = std::ranges::lower_bound(tools, tool, {}, &ToolEntry::name);
    if (found == tools.end() || found->name != tool) return false;
    return shown.test(static_cast<std::size_t>(found - tools.begin()));
}

/// What is said of the server where these tools are shown: it names no other.
std::string instructions(const ServerOptions& options, std::span<const ToolEntry> tools,
                         const ToolSet& shown) {
    std::string text;
    for (const auto& sentence : options.instructions) {
        if (!sentence.tool.empty() && !shows(tools, shown, sentence.tool)) continue;
        if (!text.empty()) text += ' ';
        text += sentence.text;
    }
    return text;
}

}  // namespace

Service::Service(ToolHost& tools, const Features& features, const Clock& clock,
                 const ServerOptions& options)
    : tools_(tools),
      features_(features),
      subscriptions_(features.changes),
      clock_(clock),
      options_(options),
      pending_limits_(options.answer_within, options.pending_calls_max),
      server_info_(server_info(options)),
      stateless_members_(mcp::stateless_members(server_info_)),
      offered_(offered_by(tools)),
      offers_all_(offered_.count() == tools.tools().size()),
      param_headers_(tools.tools()) {}

bool Service::offers(const Chosen& chosen, std::string_view tool) const {
    if (!chosen && offers_all_) return true;
    return shows(tools_.tools(), chosen.value_or(offered_), tool);
}

std::shared_ptr<const ToolPages> Service::tool_pages(const Chosen& chosen,
                                                     const Asker& asker) const {
    const auto usable = tools_.usable(asker);
    const Listing listing{chosen.value_or(offered_) & offered_ & usable.value_or(offered_),
                          /*is_public=*/!chosen && !usable};
    return pages_.get(listing, [&] {
        return ToolPages(
            tools_.tools(), listing.shown, options_.tools_page_size,
            cacheable_members({options_.list_ttl_ms, listing.is_public}, stateless_members_));
    });
}

Service::Presentation Service::present(const ToolSet& shown, bool is_public) const {
    const std::string words = instructions(options_, tools_.tools(), shown);
    return {.first_initialize_tail = initialize_tail(capabilities(features_, Revision::r2024_11_05),
                                                     server_info_, words),
            .initialize_tail =
                initialize_tail(capabilities(features_, kLatestHandshake), server_info_, words),
            .discover_result = mcp::discover_result(
                capabilities(features_, kStateless), words,
                cacheable_members({options_.list_ttl_ms, is_public}, stateless_members_))};
}

std::shared_ptr<const Service::Presentation> Service::presentation(const Chosen& chosen) const {
    const Listing listing{chosen.value_or(offered_), /*is_public=*/!chosen};
    return presentations_.get(listing, [&] { return present(listing.shown, listing.is_public); });
}

std::string Service::discover_result(const Chosen& chosen) const {
    return presentation(chosen)->discover_result;
}

std::string Service::initialize_result(Revision agreed, const Chosen& chosen) const {
    const auto presented = presentation(chosen);
    return std::string(R"({"protocolVersion":")")
        .append(word(agreed))
        .append("\",")
        .append(has_completions(agreed) ? presented->initialize_tail
                                        : presented->first_initialize_tail)
        .append("}");
}

std::string Service::fixed_list(std::string_view member, std::span<const std::string> entries,
                                Era era) const {
    std::string members = "\"" + std::string(member) + "\":[";
    std::string_view before;
    for (const std::string& each : entries) {
        members.append(before).append(each);
        before = ",";
    }
    return cacheable_result(members.append("]"), {options_.list_ttl_ms, /*is_public=*/true}, era);
}

std::string Service::complete_result(std::string members, Era era) const {
    if (era == Era::stateless)
        members.append(members.empty() ? "" : ",").append(stateless_members_);
    return "{" + std::move(members) + "}";
}

std::string Service::special_result(std::string members) const {
    return "{" + std::move(members) + R"(,"_meta":{")" + meta_key::kServerInfo +
           "\":" + server_info_ + "}}";
}

std::string Service::cacheable_result(std::string members, const CacheHint& cache, Era era) const {
    if (era == Era::stateless)
        members.append(",").append(cacheable_members(cache, stateless_members_));
    return "{" + std::move(members) + "}";
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
