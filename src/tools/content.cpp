#include "tools/content.hpp"

#include "base/json_writer.hpp"
#include "base/text.hpp"

namespace shopkeeper {
namespace {

/// U3: at most so many cleaned characters of what a caller gave are repeated to it.
constexpr std::size_t kGivenMax = 100;

void write(JsonWriter& out, const ShortProduct& item) {
    out.begin_object();
    out.field("product_id", item.product_id);
    out.field("product_name", item.product_name);
    out.field("requested", item.requested);
    out.field("max_quantity", item.max_quantity);
    out.end_object();
}

void write(JsonWriter& out, const ShortComponent& component) {
    out.begin_object();
    out.field("warehouse_item_id", component.warehouse_item_id);
    out.field("name", component.name);
    out.field("required", component.required);
    out.field("available", component.available);
    out.end_object();
}

void write(JsonWriter& out, const TimeOption& option) {
    out.begin_object();
    out.field("start", option.start);
    out.field("end", option.end);
    out.field("label", option.label);
    out.end_object();
}

template <class T>
void write_list(JsonWriter& out, std::string_view name, const std::vector<T>& items) {
    if (items.empty()) return;
    out.key(name);
    out.begin_array();
    for (const T& item : items) write(out, item);
    out.end_array();
}

void write(JsonWriter& out, const ErrorDetails& details) {
    out.begin_object();
    out.field_if("field", details.field);
    if (details.given) out.field("given", text::truncate(text::clean(*details.given), kGivenMax));
    out.field_if("accepted", details.accepted);
    out.field_if("reason", details.reason);
    out.field_if("required_permission", details.required_permission);
    out.field_if("proofs", details.proofs);
    out.field_if("entity", details.entity);
    out.field_if("id", details.id);
    out.field_if("current", details.current);
    out.field_if("allowed", details.allowed);
    write_list(out, "items", details.items);
    write_list(out, "components", details.components);
    out.field_if("product_ids", details.product_ids);
    write_list(out, "alternatives", details.alternatives);
    if (details.alternatives.empty()) out.field_if("alternatives", details.alternative_fields);
    out.field_if("examples", details.examples);
    out.field_if("candidates", details.candidates);
    out.field_if("requested", details.requested);
    out.field_if("earliest", details.earliest);
    out.field_if("next_open_date", details.next_open_date);
    out.field_if("effect", details.effect);
    out.field_if("confirmation_token", details.confirmation_token);
    out.field_if("expires_at", details.expires_at);
    if (details.retry_after_s) out.field("retry_after_s", *details.retry_after_s);
    out.end_object();
}

}  // namespace

namespace tools {

std::string success_members(std::string_view result_json) {
    std::string members;
    members.reserve(result_json.size() * 2 + result_json.size() / 4 + 80);
    members += R"("content":[{"type":"text","text":)";
    append_json_string(members, result_json);
    members += R"(}],"structuredContent":)";
    members += result_json;
    return members;
}

std::string error_json(const Error& error, std::string_view request_id) {
    JsonWriter out;
    out.begin_object();
    out.key("error");
    out.begin_object();
    out.field("code", word(error.code));
    out.field("message", error.message);
    out.key("details");
    write(out, error.details);
    out.field_if("request_id", request_id);
    out.end_object();
    out.end_object();
    return std::move(out).take();
}

std::string refusal_members(std::string_view error_json) {
    std::string members = R"("content":[{"type":"text","text":)";
    append_json_string(members, error_json);
    members += R"(}],"isError":true)";
    return members;
}

std::string refusal_meta(std::string_view error_json) {
    constexpr std::string_view kBefore = R"({"error":)";
    return R"("dev.shopkeeper/error":)" +
           std::string(error_json.substr(kBefore.size(), error_json.size() - kBefore.size() - 1));
}

}  // namespace tools
}  // namespace shopkeeper
