#include "storage/group_commit.hpp"

#include <algorithm>
#include <string>

namespace shopkeeper::storage {

namespace {

using Clock = std::chrono::steady_clock;

}  // namespace

void GroupCommit::run(const Work& work, std::chrono::milliseconds wait_max, bool alone) {
    Writer writer(work, alone);
    take_turn(writer, wait_max);
    if (writer.place == Writer::Place::leading) answer(lead(writer));
    if (writer.failure) std::rethrow_exception(writer.failure);
}

std::size_t GroupCommit::waiting() const {
    const std::lock_guard lock(mutex_);
    return line_.size();
}

/// Afterwards the writer leads, or somebody has answered it.
void GroupCommit::take_turn(Writer& writer, std::chrono::milliseconds wait_max) {
    using enum Writer::Place;
    std::unique_lock lock(mutex_);
    if (!is_led_) {
        is_led_ = true;
        writer.place = leading;
        return;
    }
    line_.push_back(&writer);
    if (!writer.moved.wait_for(lock, wait_max, [&] { return writer.place != waiting; })) {
        line_.erase(std::find(line_.begin(), line_.end(), &writer));
        throw Unavailable("the database is busy: waited " + std::to_string(wait_max.count()) +
                          " ms");
    }
    writer.moved.wait(lock, [&] { return writer.place == leading || writer.place == answered; });
}

GroupCommit::Group GroupCommit::lead(Writer& leader) {
    Group group = {&leader};
    try {
        transaction_.begin();
        if (!leader.work(transaction_.connection())) {
            transaction_.rollback();
            return group;
        }
    } catch (...) {
        leader.failure = std::current_exception();
        transaction_.rollback();
        return group;
    }
    if (!leader.alone) gather(group);
    commit(group);
    return group;
}

/// Takes in those who wait, as long as the transaction lives.
void GroupCommit::gather(Group& group) {
    const auto since = Clock::now();
    while (Writer* next = next_aboard(group.size(), since)) {
        group.push_back(next);
        run_part(*next);
        if (!transaction_.is_open()) return;
    }
}

GroupCommit::Writer* GroupCommit::next_aboard(std::size_t group_size, Clock::time_point since) {
    if (group_size >= kGroupMax || Clock::now() - since > gather_max_) return nullptr;
    const std::lock_guard lock(mutex_);
    if (line_.empty() || line_.front()->alone) return nullptr;
    Writer* next = line_.front();
    line_.pop_front();
    next->place = Writer::Place::aboard;
    return next;
}

void GroupCommit::run_part(Writer& writer) {
    try {
        transaction_.begin_part();
        if (writer.work(transaction_.connection()))
            transaction_.keep_part();
        else
            transaction_.undo_part();
    } catch (...) {
        writer.failure = std::current_exception();
        try {
            transaction_.undo_part();
        } catch (const Error&) {
            transaction_.rollback();  // what cannot be undone alone is undone with the others
        }
    }
}

void GroupCommit::commit(const Group& group) {
    if (!transaction_.is_open()) {
        return fail_others<Retryable>(
            group, "another change undid the transaction that this one shared with it");
    }
    try {
        transaction_.commit();
    } catch (const std::exception& error) {
        group.front()->failure = std::current_exception();
        transaction_.rollback();
        fail_others<Unavailable>(group, error.what());
    }
}

/// Those who have not failed by themselves: what such a work has decided on may have been the
/// change of another. Each gets an exception of its own, since each is on a thread of its own.
template <class Failure>
void GroupCommit::fail_others(const Group& group, const std::string& what) {
    for (Writer* writer : group) {
        if (!writer->failure) writer->failure = std::make_exception_ptr(Failure(what));
    }
}

/// Tells the group, and lets the next in the line lead.
void GroupCommit::answer(const Group& group) {
    const std::lock_guard lock(mutex_);
    for (Writer* writer : group) {
        writer->place = Writer::Place::answered;
        writer->moved.notify_one();
    }
    is_led_ = !line_.empty();
    if (!is_led_) return;
    Writer* next = line_.front();
    line_.pop_front();
    next->place = Writer::Place::leading;
    next->moved.notify_one();
}

}  // namespace shopkeeper::storage
