#include "mcp/listens.hpp"

#include "base/json_writer.hpp"
#include "mcp/protocol.hpp"

namespace shopkeeper::mcp {
namespace {

void write_subscription(JsonWriter& out, const std::string& id_json) {
    out.key("_meta");
    out.begin_object();
    out.raw_field(meta_key::kSubscriptionId, id_json);
    out.end_object();
}

}  // namespace

std::string updated_notice(const std::string& uri, const std::string& subscription_id_json) {
    JsonWriter params;
    params.begin_object();
    params.field("uri", uri);
    if (!subscription_id_json.empty()) write_subscription(params, subscription_id_json);
    params.end_object();
    return jsonrpc::notification_message("notifications/resources/updated", params.view());
}

void Listen::acknowledge(std::span<const std::string> uris) {
    JsonWriter params;
    params.begin_object();
    params.key("notifications");
    params.begin_object();
    if (!uris.empty()) {
        params.key("resourceSubscriptions");
        params.begin_array();
        for (const std::string& uri : uris) params.value(uri);
        params.end_array();
    }
    params.end_object();
    write_subscription(params, id_.json);
    params.end_object();
    answer_->post(
        jsonrpc::notification_message("notifications/subscriptions/acknowledged", params.view()));
    is_acknowledged_ = true;
}

bool Listen::tell(const std::string& uri) {
    return is_acknowledged_ && answer_->post(updated_notice(uri, id_.json));
}

void Listen::end() {
    if (!over_http_) {
        JsonWriter params;
        params.begin_object();
        params.raw_field("requestId", id_.json);
        params.end_object();
        answer_->post(jsonrpc::notification_message("notifications/cancelled", params.view()));
    }
    JsonWriter result;
    result.begin_object();
    result.field("resultType", "complete");
    write_subscription(result, id_.json);
    result.end_object();
    answer_->finish(jsonrpc::result_message(id_, result.view()));
}

Listens::~Listens() {
    take_all(/*is_last=*/true);
}

Listens::All Listens::take_all(bool is_last) {
    All taken;
    {
        const std::scoped_lock lock(mutex_);
        is_ended_ |= is_last;
        taken.swap(all_);
    }
    for (const auto& [key, listen] : taken) subscriptions_.remove(*listen);
    return taken;
}

bool Listens::open(const std::shared_ptr<Listen>& listen, const std::stop_token& gone) {
    {
        const std::scoped_lock lock(mutex_);
        if (is_ended_ || all_.size() >= kListensMax) return false;
        all_.emplace(listen.get(), listen);
    }
    // May run at once, and close it: the caller's pointer keeps it alive meanwhile.
    const std::stop_token cancelled = listen->ticket_.stop().get_token();
    const auto close_it = [this, key = listen.get()] { close(key); };
    listen->on_gone_.emplace(gone, close_it);
    listen->on_cancelled_.emplace(cancelled, close_it);
    return true;
}

void Listens::close(Listen* listen) {
    std::shared_ptr<Listen> taken;
    {
        const std::scoped_lock lock(mutex_);
        const auto entry = all_.find(listen);
        if (entry == all_.end()) return;
        taken = std::move(entry->second);
        all_.erase(entry);
    }
    subscriptions_.remove(*taken);
    taken->ticket_.leave();
}

bool Listens::has(Listen& listen) {
    const std::scoped_lock lock(mutex_);
    return all_.contains(&listen);
}

void Listens::end_all() {
    for (const auto& [key, listen] : take_all(/*is_last=*/true)) listen->end();
}

}  // namespace shopkeeper::mcp
