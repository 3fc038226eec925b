#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "storage/database.hpp"

namespace shopkeeper::storage {

/// A transaction that several works share one after the other, each of which can be undone alone.
/// Used by one thread at a time.
class SharedTransaction {
public:
    SharedTransaction() = default;
    SharedTransaction(const SharedTransaction&) = delete;
    SharedTransaction& operator=(const SharedTransaction&) = delete;
    virtual ~SharedTransaction() = default;

    virtual Connection& connection() = 0;
    virtual void begin() = 0;
    virtual void commit() = 0;
    /// Leaves no transaction open.
    virtual void rollback() noexcept = 0;
    /// False when an error has ended the transaction by itself.
    virtual bool is_open() const = 0;

    /// What is done from here on can be undone by itself. Parts are not nested.
    virtual void begin_part() = 0;
    virtual void keep_part() = 0;
    virtual void undo_part() = 0;
};

/// Group commit: writers take turns in the order of arrival, and whoever has the turn runs the
/// works of those who wait behind it, too, in its own transaction. One commit makes all of them
/// durable, and only then any of them is answered: a durable commit costs the disk the same for
/// one work as for many, and the pages that all of them change are written once.
///
/// Nobody is told of what might still be undone. A work that fails is undone alone; the others
/// stay. Should the commit fail, all of the group hear so (Unavailable, but for the first, who
/// hears what it threw). Should an error end the transaction before, those who had done their part
/// run again (Retryable).
///
/// A work may run on another thread than that of its caller, who waits: it must not take a mutex
/// that anybody holds while he calls run(). Thread-safe.
class GroupCommit {
public:
    using Work = std::function<bool(Connection&)>;

    /// A group takes in so many works at most, and nobody later than so long after its first: who
    /// came first waits for who came last.
    static constexpr std::size_t kGroupMax = 32;
    static constexpr std::chrono::milliseconds kGatherMax{5};

    /// `transaction` must outlive this.
    explicit GroupCommit(SharedTransaction& transaction,
                         std::chrono::milliseconds gather_max = kGatherMax)
        : transaction_(transaction), gather_max_(gather_max) {}
    GroupCommit(const GroupCommit&) = delete;
    GroupCommit& operator=(const GroupCommit&) = delete;

    /// Runs `work` once; returns when what it did is committed (it returned true) or undone
    /// (false). Throws what it threw, what the commit threw, and Unavailable when the turn did not
    /// come within `wait_max`. `alone`: in a transaction of its own.
    void run(const Work& work, std::chrono::milliseconds wait_max, bool alone = false);

    /// How many wait for their turn.
    std::size_t waiting() const;

private:
    struct Writer {
        enum class Place { waiting, leading, aboard, answered };
        Writer(const Work& its_work, bool is_alone) : work(its_work), alone(is_alone) {}
        const Work& work;
        const bool alone;
        Place place = Place::waiting;  ///< guarded by mutex_
        std::condition_variable moved;
        std::exception_ptr failure;  ///< whoever leads writes it before it answers
    };
    using Group = std::vector<Writer*>;

    void take_turn(Writer& writer, std::chrono::milliseconds wait_max);
    Group lead(Writer& leader);
    void gather(Group& group);
    Writer* next_aboard(std::size_t group_size, std::chrono::steady_clock::time_point since);
    void run_part(Writer& writer);
    void commit(const Group& group);
    template <class Failure>
    static void fail_others(const Group& group, const std::string& what);
    void answer(const Group& group);

    SharedTransaction& transaction_;
    const std::chrono::milliseconds gather_max_;
    mutable std::mutex mutex_;
    // Guarded by mutex_.
    std::deque<Writer*> line_;
    bool is_led_ = false;
};

}  // namespace shopkeeper::storage
