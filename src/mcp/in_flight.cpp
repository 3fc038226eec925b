#include "mcp/in_flight.hpp"

namespace shopkeeper::mcp {

void InFlight::Ticket::leave() {
    InFlight* const table = std::exchange(table_, nullptr);
    if (table == nullptr) return;
    const std::scoped_lock lock(table->mutex_);
    table->requests_.erase(id_.json);
}

bool InFlight::Ticket::was_cancelled() const {
    if (table_ == nullptr) return false;
    const std::scoped_lock lock(table_->mutex_);
    const auto request = table_->requests_.find(id_.json);
    return request != table_->requests_.end() && request->second.is_cancelled;
}

bool InFlight::announce(const jsonrpc::Id& id) {
    const std::scoped_lock lock(mutex_);
    return requests_.try_emplace(id.json).second;
}

std::optional<InFlight::Ticket> InFlight::enter(const jsonrpc::Id& id) {
    const std::scoped_lock lock(mutex_);
    const auto [request, is_new] = requests_.try_emplace(id.json);
    if (!is_new) return std::nullopt;
    return Ticket(this, id, request->second.source);
}

InFlight::Ticket InFlight::enter_announced(const jsonrpc::Id& id) {
    const std::scoped_lock lock(mutex_);
    return {this, id, requests_[id.json].source};
}

void InFlight::cancel(const jsonrpc::Id& id) {
    std::stop_source source(std::nostopstate);
    {
        const std::scoped_lock lock(mutex_);
        const auto request = requests_.find(id.json);
        if (request == requests_.end()) return;
        request->second.is_cancelled = true;
        source = request->second.source;
    }
    // Outside the lock: callbacks of the call run right here.
    source.request_stop();
}

}  // namespace shopkeeper::mcp
