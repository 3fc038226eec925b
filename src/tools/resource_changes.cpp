#include "tools/resource_changes.hpp"

#include <algorithm>
#include <array>

#include "domains/orders/order_ids.hpp"

namespace shopkeeper::tools {
namespace {

/// Which resources an event may change. What lies in the warehouse and what is promised decides
/// whether a product can be sold; which products hang together through a component is not worked
/// out: a notice too many costs a read, one too few a customer.
struct Effect {
    std::string_view type;
    std::array<std::string_view, 4> resources;
};

constexpr std::string_view kOrder = "order";
constexpr std::string_view kProduct = "product";
constexpr std::string_view kProductChanged = "product.changed";

constexpr Effect kEffects[] = {
    {"order.created", {kOrder, kProduct, "catalogue"}},
    {"order.status", {kOrder, kProduct, "catalogue"}},
    {"order.updated", {kOrder, kProduct, "catalogue"}},
    {"payment.status", {kOrder}},
    {kProductChanged, {kProduct, "catalogue"}},
    {"review.created", {kProduct, "card"}},
    {"review.updated", {kProduct, "card"}},
    {"shop.changed", {kProduct, "card", "catalogue", "faq"}},
    {"stock.changed", {kProduct, "catalogue"}},
};

}  // namespace

bool ResourceChanges::is_watching() const {
    const std::scoped_lock lock(mutex_);
    return !shops_.empty();
}

std::vector<journal::EventNote> ResourceChanges::read(std::int64_t shop_id) const {
    const UnixMs since_ms = clock_.now_ms() - kLateCommitMax;
    return database_.read(
        [&](storage::Connection& connection) {
            return journal::events_since(connection, shop_id, since_ms, kEventsMax);
        },
        shop_id);
}

void ResourceChanges::watch(const std::string& uri) {
    const auto named = resources_.parse(uri);
    if (!named) return;  // nothing is ever told of it
    const std::scoped_lock alone(watching_);
    Watched watched{.named = *named, .order_id = std::nullopt};
    bool is_known = false;
    {
        const std::scoped_lock lock(mutex_);
        const auto shop = shops_.find(named->shop_id);
        is_known = shop != shops_.end();
        if (is_known) {
            if (const auto known = shop->second.uris.find(uri); known != shop->second.uris.end()) {
                ++known->second.watchers;
                return;
            }
        }
    }
    if (named->name == kOrder) {
        watched.order_id = database_.read(
            [&](storage::Connection& connection) {
                return orders::id_of(connection, named->shop_id, named->last);
            },
            named->shop_id);
    }
    std::unordered_set<std::int64_t> seen;
    if (!is_known)
        for (const journal::EventNote& event : read(named->shop_id)) seen.insert(event.id);
    {
        const std::scoped_lock lock(mutex_);
        // Where the last other watcher has left meanwhile, nothing counts as seen: told too much.
        Shop& shop =
            shops_.try_emplace(named->shop_id, Shop{.uris = {}, .seen = seen}).first->second;
        watched.watchers = 1;
        shop.uris.emplace(uri, std::move(watched));
    }
    if (wake_) wake_();
}

void ResourceChanges::unwatch(const std::string& uri) {
    const auto named = resources_.parse(uri);
    if (!named) return;
    const std::scoped_lock lock(mutex_);
    const auto shop = shops_.find(named->shop_id);
    if (shop == shops_.end()) return;
    const auto watched = shop->second.uris.find(uri);
    if (watched == shop->second.uris.end() || --watched->second.watchers > 0) return;
    shop->second.uris.erase(watched);
    if (shop->second.uris.empty()) shops_.erase(shop);
}

bool ResourceChanges::concerns(const journal::EventNote& event, const Watched& watched) {
    const auto* const effect =
        std::find_if(std::begin(kEffects), std::end(kEffects),
                     [&](const Effect& each) { return each.type == event.type; });
    if (effect == std::end(kEffects)) return false;
    const auto& resources = effect->resources;
    if (std::find(resources.begin(), resources.end(), watched.named.name) == resources.end())
        return false;
    if (watched.named.name == kOrder)
        return watched.order_id && std::to_string(*watched.order_id) == event.subject_id;
    const bool is_about_one = watched.named.name == kProduct && event.type == kProductChanged;
    return !is_about_one || watched.named.last == event.subject_id;
}

std::vector<std::string> ResourceChanges::changed_in(
    std::int64_t shop_id, const std::vector<journal::EventNote>& events) {
    std::vector<std::string> changed;
    const std::scoped_lock lock(mutex_);
    const auto entry = shops_.find(shop_id);
    if (entry == shops_.end()) return changed;
    Shop& shop = entry->second;
    std::unordered_set<std::int64_t> seen;
    std::vector<const journal::EventNote*> fresh;
    for (const journal::EventNote& event : events) {
        seen.insert(event.id);
        if (!shop.seen.contains(event.id)) fresh.push_back(&event);
    }
    shop.seen = std::move(seen);
    const bool is_flood = static_cast<std::int64_t>(fresh.size()) >= kEventsMax;
    for (const auto& [uri, watched] : shop.uris) {
        const bool is_concerned =
            is_flood || std::any_of(fresh.begin(), fresh.end(),
                                    [&](const auto* event) { return concerns(*event, watched); });
        if (is_concerned) changed.push_back(uri);
    }
    return changed;
}

std::size_t ResourceChanges::look() {
    std::vector<std::int64_t> shop_ids;
    {
        const std::scoped_lock lock(mutex_);
        for (const auto& [shop_id, shop] : shops_) shop_ids.push_back(shop_id);
    }
    std::vector<std::string> changed;
    for (const std::int64_t shop_id : shop_ids) {
        auto in_shop = changed_in(shop_id, read(shop_id));
        changed.insert(changed.end(), in_shop.begin(), in_shop.end());
    }
    if (listener_) listener_(changed);
    return changed.size();
}

}  // namespace shopkeeper::tools
