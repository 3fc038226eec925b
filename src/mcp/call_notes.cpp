#include "mcp/call_notes.hpp"

#include "base/json_writer.hpp"
#include "jsonrpc/message.hpp"

namespace shopkeeper::mcp {
namespace {

/// A token is a string or an integer; anything else cannot be echoed and counts as absent.
std::string token_text(const Json* token) {
    const bool is_token = token != nullptr && (token->is_string() || token->is_number_integer());
    return is_token ? dump_json(*token) : std::string();
}

}  // namespace

ProgressNotes::ProgressNotes(const Json* token, Revision revision, transport::Outlet& outlet,
                             double told)
    : token_json_(token_text(token)), revision_(revision), outlet_(outlet), last_(told) {}

void ProgressNotes::report(double progress, double total, std::string_view message) {
    if (token_json_.empty()) return;
    JsonWriter params;
    params.begin_object();
    params.raw_field("progressToken", token_json_);
    params.field("progress", progress);
    if (total > 0) params.field("total", total);
    if (progress_has_message(revision_)) params.field_if("message", message);
    params.end_object();

    // Sent under the lock, or a later report could overtake an earlier one.
    const std::scoped_lock lock(mutex_);
    if (!(progress > last_)) return;
    last_ = progress;
    outlet_.send(jsonrpc::notification_message("notifications/progress", params.view()));
}

void LogNotes::write(LogLevel level, std::string_view data_json) {
    if (!wants(level)) return;
    JsonWriter params;
    params.begin_object();
    params.field("level", word(level));
    params.field("logger", "shopkeeper");
    params.raw_field("data", data_json);
    params.end_object();
    outlet_.send(jsonrpc::notification_message("notifications/message", params.view()));
}

}  // namespace shopkeeper::mcp
