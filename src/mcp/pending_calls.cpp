#include "mcp/pending_calls.hpp"

#include <utility>
#include <vector>

#include "base/json_writer.hpp"

namespace shopkeeper::mcp {
namespace {

/// Where the id of a response stands.
std::string id_of(const jsonrpc::Message& response) {
    const Json* id = member(&response.body, "id");
    return id == nullptr ? std::string() : dump_json(*id);
}

std::string withdrawn(const std::string& id_json) {
    JsonWriter params;
    params.begin_object();
    params.raw_field("requestId", id_json);
    params.field("reason", "The call is over.");
    params.end_object();
    return jsonrpc::notification_message("notifications/cancelled", params.view());
}

}  // namespace

PendingCalls::~PendingCalls() {
    // Callbacks that still run hold no reference to this: they lock a weak one.
    for (std::size_t i = 0; i < entries_.size(); ++i) limits_.leave();
}

bool PendingCalls::add(std::shared_ptr<PendingCall> call, const InputNeeded& needs) {
    if (!limits_.enter()) return false;
    // Taken now: once the call is known, another thread may have it.
    std::stop_token cancelled = call->ticket->stop().get_token();
    Number number = 0;
    std::vector<std::string> requests;
    {
        const std::scoped_lock lock(mutex_);
        if (is_ended_ || entries_.size() >= kPendingCallsMax) {
            limits_.leave();
            return false;
        }
        number = ++last_;
        Entry& entry = entries_[number];
        entry.call = call;
        for (const InputRequest& request : needs.requests) {
            const std::string id = std::to_string(++last_id_);
            entry.open.emplace(id, request.key);
            by_id_.emplace(id, number);
            requests.push_back(jsonrpc::request_message({id}, method_of(request.kind),
                                                        params_of(request, call->revision)));
        }
    }
    const auto end_it = [weak = weak_from_this(), number] {
        if (const auto alive = weak.lock()) alive->end(number);
    };
    limits_.at_deadline(end_it);
    for (std::string& request : requests)
        if (!call->answer->post(std::move(request))) end(number);
    // They may run at once: the call is over then, and so is what is stored here.
    auto on_gone = std::make_unique<Entry::Callback>(call->peer.gone, end_it);
    auto on_cancelled = std::make_unique<Entry::Callback>(std::move(cancelled), end_it);
    const std::scoped_lock lock(mutex_);
    if (const auto entry = entries_.find(number); entry != entries_.end()) {
        entry->second.on_gone = std::move(on_gone);
        entry->second.on_cancelled = std::move(on_cancelled);
    }
    return true;
}

bool PendingCalls::knows(const jsonrpc::Message& response) const {
    const std::scoped_lock lock(mutex_);
    return by_id_.contains(id_of(response));
}

/// REQUIRES: mutex_ is held.
std::optional<PendingCalls::Entry> PendingCalls::remove(Number number) {
    const auto entry = entries_.find(number);
    if (entry == entries_.end()) return std::nullopt;
    Entry taken = std::move(entry->second);
    entries_.erase(entry);
    for (const auto& [id, key] : taken.open) by_id_.erase(id);
    limits_.leave();
    return taken;
}

std::shared_ptr<PendingCall> PendingCalls::take(const jsonrpc::Message& response) {
    const Json* result = member(&response.body, "result");
    std::optional<Entry> done;
    {
        const std::scoped_lock lock(mutex_);
        const auto found = by_id_.find(id_of(response));
        if (found == by_id_.end()) return nullptr;
        const Number number = found->second;
        Entry& entry = entries_.at(number);
        const auto open = entry.open.find(found->first);
        if (result != nullptr) {
            Json answer = Json::object();
            answer[open->second] = *result;
            add_answers(entry.call->asked.input, answer);
        }
        by_id_.erase(found);
        entry.open.erase(open);
        if (result != nullptr && !entry.open.empty()) return nullptr;
        done = remove(number);
    }
    if (result != nullptr) return done->call;
    settle(*std::move(done));
    return nullptr;
}

void PendingCalls::end(Number number) {
    std::optional<Entry> entry;
    {
        const std::scoped_lock lock(mutex_);
        entry = remove(number);
    }
    if (entry) settle(*std::move(entry));
}

void PendingCalls::settle(Entry entry) {
    for (const auto& [id, key] : entry.open) entry.call->answer->post(withdrawn(id));
    if (!entry.call->ticket->was_cancelled()) entry.call->answer->finish(entry.call->otherwise);
    entry.call->ticket->leave();
}

void PendingCalls::end_all() {
    std::map<Number, Entry> all;
    {
        const std::scoped_lock lock(mutex_);
        is_ended_ = true;
        all.swap(entries_);
        by_id_.clear();
        for (std::size_t i = 0; i < all.size(); ++i) limits_.leave();
    }
    for (auto& [number, entry] : all) settle(std::move(entry));
}

}  // namespace shopkeeper::mcp
