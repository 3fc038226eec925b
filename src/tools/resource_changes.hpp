#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/clock.hpp"
#include "journal/event_reader.hpp"
#include "mcp/change_source.hpp"
#include "storage/database.hpp"
#include "tools/resources.hpp"

namespace shopkeeper::tools {

/// Tells which resources may read differently, from the events that every change writes in its own
/// transaction: so a change made by another process is noticed like one made here, and nothing is
/// told that was rolled back. Reads the database only while something is watched. Thread-safe.
class ResourceChanges final : public mcp::ChangeSource {
public:
    /// How often `look` is to be called: within so much a change is noticed, whoever made it.
    static constexpr std::chrono::milliseconds kLookEvery{1'000};
    /// So late a change may be committed after its work began, clocks of other machines included,
    /// and is still noticed: beyond what the engines let a transaction take.
    static constexpr UnixMs kLateCommitMax = 60'000;
    /// Events of one look; where more are new, everything that is watched counts as changed.
    static constexpr std::int64_t kEventsMax = 10'000;

    /// REQUIRES: all of them outlive this.
    ResourceChanges(storage::Database& database, const Clock& clock, const Resources& resources)
        : database_(database), clock_(clock), resources_(resources) {}

    /// Called at every watch, for who has to begin to look. REQUIRES: set before the first.
    void set_waker(std::function<void()> wake) { wake_ = std::move(wake); }

    /// Reads what is new and tells the listener. Called by one thread at a time. Returns how many
    /// resources were told. Throws what the database throws; the next look makes up for it.
    std::size_t look();

    bool is_watching() const;

    // mcp::ChangeSource
    void set_listener(Listener listener) override { listener_ = std::move(listener); }
    void watch(const std::string& uri) override;
    void unwatch(const std::string& uri) override;

private:
    struct Watched {
        Resources::Named named;
        std::optional<std::int64_t> order_id;  ///< of an order
        int watchers = 0;
    };
    struct Shop {
        std::map<std::string, Watched> uris;
        std::unordered_set<std::int64_t> seen;  ///< events that were told, or older than the watch
    };

    std::vector<journal::EventNote> read(std::int64_t shop_id) const;
    static bool concerns(const journal::EventNote& event, const Watched& watched);
    std::vector<std::string> changed_in(std::int64_t shop_id,
                                        const std::vector<journal::EventNote>& events);

    storage::Database& database_;
    const Clock& clock_;
    const Resources& resources_;
    Listener listener_;
    std::function<void()> wake_;

    std::mutex watching_;  ///< one begins to watch at a time
    mutable std::mutex mutex_;
    std::map<std::int64_t, Shop> shops_;  ///< guarded by mutex_
};

}  // namespace shopkeeper::tools
