#include "domains/products/search/shelf.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <mutex>
#include <utility>

#include "domains/products/revision.hpp"
#include "domains/products/sales.hpp"
#include "storage/memory.hpp"

namespace shopkeeper::products::search {
namespace {

/// More changed products than so many are not patched in: reading the shop anew is quicker.
constexpr std::size_t kCatchUpMax = 500;

/// Readers that began before the newest change and readers that began after it both find theirs.
constexpr std::size_t kStatesKept = 2;

/// So many shops are kept in memory; those beyond are read for each call.
constexpr std::size_t kShopsKeptMax = 100;

/// A shop at one revision.
struct State {
    std::int64_t revision;
    std::shared_ptr<const Goods> goods;
    std::shared_ptr<const Sales> sales;
};

/// Fills in what follows from the units.
std::shared_ptr<const Sales> complete(Sales sales, const Goods& goods) {
    sales.sellers.clear();
    sales.most = 0;
    for (std::uint32_t at = 0; at < sales.units.size(); ++at) {
        if (sales.units[at] == 0 || !goods.entries()[at].on_sale) continue;
        sales.sellers.push_back(at);
        sales.most = std::max(sales.most, sales.units[at]);
    }
    return std::make_shared<const Sales>(std::move(sales));
}

void put(Sales& sales, const Goods& goods, const std::vector<UnitsSold>& sold) {
    for (const UnitsSold& sale : sold) {
        const auto position = goods.find(sale.product_id);
        if (!position) continue;
        if (sales.units.size() <= *position) sales.units.resize(*position + 1, 0);
        sales.units[*position] = sale.units;
    }
}

class Reader {
public:
    Reader(storage::Connection& connection, std::int64_t shop_id, UnixMs since_ms)
        : connection_(connection), shop_id_(shop_id), since_ms_(since_ms) {}

    State load(std::int64_t revision) const {
        auto goods = Goods::load(connection_, shop_id_);
        auto sales = load_sales(*goods);
        return {revision, std::move(goods), std::move(sales)};
    }

    /// `before` as it is at `revision`, which may be the same where only the window has moved.
    State catch_up(const State& before, std::int64_t revision) const {
        std::vector<std::int64_t> goods_changed;
        std::vector<std::int64_t> sales_changed;
        if (before.revision != revision) {
            for (const auto& [id, aspect] : changes_since(connection_, shop_id_, before.revision))
                (aspect == Aspect::goods ? goods_changed : sales_changed).push_back(id);
        }
        if (goods_changed.size() + sales_changed.size() > kCatchUpMax) return load(revision);

        std::shared_ptr<const Goods> goods = before.goods;
        if (!goods_changed.empty()) goods = goods->updated(connection_, shop_id_, goods_changed);
        if (!goods) return load(revision);
        if (before.sales->since_ms != since_ms_) {
            auto sales = load_sales(*goods);
            return {revision, std::move(goods), std::move(sales)};
        }
        Sales sales = *before.sales;
        for (const std::int64_t id : sales_changed) {
            const auto position = goods->find(id);
            if (position && *position < sales.units.size()) sales.units[*position] = 0;
        }
        put(sales, *goods, units_of_products(connection_, shop_id_, since_ms_, sales_changed));
        auto completed = complete(std::move(sales), *goods);
        return {revision, std::move(goods), std::move(completed)};
    }

private:
    std::shared_ptr<const Sales> load_sales(const Goods& goods) const {
        Sales sales{.since_ms = since_ms_, .units = {}, .sellers = {}, .most = 0};
        put(sales, goods, units_by_product(connection_, shop_id_, since_ms_));
        return complete(std::move(sales), goods);
    }

    storage::Connection& connection_;
    const std::int64_t shop_id_;
    const UnixMs since_ms_;
};

/// The latest states of one shop, newest first. Thread-safe.
class ShopMemory {
public:
    /// The shop as the reader's transaction sees it. Held while reading, so that many who come at
    /// once have it read once.
    State at(const ShopRevision& revision, UnixMs since_ms, const Reader& reader) {
        const std::lock_guard lock(mutex_);
        const auto same = std::find_if(states_.begin(), states_.end(), [&](const State& state) {
            return state.revision == revision.now;
        });
        if (same != states_.end()) {
            if (same->sales->since_ms != since_ms) *same = reader.catch_up(*same, revision.now);
            return *same;
        }
        if (!states_.empty() && states_.front().revision > revision.now)
            return reader.load(revision.now);  // an old reader: what it sees is of no more use
        const bool holds = !states_.empty() && states_.front().revision >= revision.rebuilt;
        states_.push_front(holds ? reader.catch_up(states_.front(), revision.now)
                                 : reader.load(revision.now));
        if (states_.size() > kStatesKept) states_.pop_back();
        return states_.front();
    }

private:
    std::mutex mutex_;
    std::deque<State> states_;  // guarded by mutex_
};

/// All shops of one database. Thread-safe.
class ShelfMemory {
public:
    /// Null: too many are kept already.
    std::shared_ptr<ShopMemory> of(std::int64_t shop_id) {
        const std::lock_guard lock(mutex_);
        const auto found = shops_.find(shop_id);
        if (found != shops_.end()) return found->second;
        if (shops_.size() >= kShopsKeptMax) return nullptr;
        return shops_.emplace(shop_id, std::make_shared<ShopMemory>()).first->second;
    }

private:
    std::mutex mutex_;
    std::map<std::int64_t, std::shared_ptr<ShopMemory>> shops_;  // guarded by mutex_
};

State state_of(storage::Connection& connection, std::int64_t shop_id, UnixMs since_ms) {
    const Reader reader(connection, shop_id, since_ms);
    const auto shop = connection.memory() == nullptr
                          ? nullptr
                          : connection.memory()->of<ShelfMemory>()->of(shop_id);
    if (!shop) return reader.load(0);
    return shop->at(shop_revision(connection, shop_id), since_ms, reader);
}

}  // namespace

Shelf::Shelf(storage::Connection& connection, std::int64_t shop_id, UnixMs sold_since_ms)
    : connection_(connection), shop_id_(shop_id) {
    State state = state_of(connection, shop_id, sold_since_ms);
    goods_ = std::move(state.goods);
    sales_ = std::move(state.sales);
}

}  // namespace shopkeeper::products::search
