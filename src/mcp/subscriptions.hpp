#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <unordered_map>

#include "mcp/change_source.hpp"

namespace shopkeeper::mcp {

/// Resources of one subscriber: a session, or one subscriptions/listen.
inline constexpr std::size_t kSubscribedUrisMax = 100;

/// Who wants to hear of which resource, whatever the revision. Thread-safe.
///
/// A notice that a subscriber cannot take now waits for it, once for each resource however often
/// that changes: so what waits is bounded by what is subscribed, and a slow client holds nobody up.
class Subscriptions {
public:
    /// One who is told. Its own functions are called by one thread at a time.
    class Subscriber {
    public:
        virtual ~Subscriber() = default;

    protected:
        /// Never blocks. False: not now; it is tried again at the next news, and at `retry`.
        virtual bool tell(const std::string& uri) = 0;

    private:
        friend class Subscriptions;
        std::set<std::string> uris_;  ///< guarded by Subscriptions::mutex_
        std::mutex telling_;
        std::set<std::string> waiting_;  ///< guarded by telling_
    };

    /// `source` may be null: then nobody subscribes. REQUIRES: it outlives this.
    explicit Subscriptions(ChangeSource* source);

    /// False when the subscriber has as many already.
    bool add(const std::shared_ptr<Subscriber>& subscriber, const std::string& uri);
    void remove(Subscriber& subscriber, const std::string& uri);
    /// All of its resources. A notice that is on its way already may still be told.
    void remove(Subscriber& subscriber);
    /// The subscriber may have room again.
    void retry(Subscriber& subscriber);

private:
    void spread(std::span<const std::string> uris);
    static bool tell_waiting(Subscriber& subscriber);

    ChangeSource* const source_;
    std::mutex mutex_;
    // Guarded by mutex_.
    std::unordered_map<std::string, std::map<Subscriber*, std::weak_ptr<Subscriber>>> by_uri_;
    std::map<Subscriber*, std::weak_ptr<Subscriber>> slow_;  ///< something waits for them
};

}  // namespace shopkeeper::mcp
