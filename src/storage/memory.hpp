#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <typeindex>

namespace shopkeeper::storage {

/// What rooms keep in this process of one database, between transactions: one object of each type,
/// made when it is first asked for and gone with the database. Other processes write to the same
/// database, so what such an object holds counts only as far as a number says that was read in the
/// transaction that uses it; who raises that number calls Connection::show_only_durable().
/// Thread-safe; the objects see to their own safety.
class Memory {
public:
    template <class T>
    std::shared_ptr<T> of() {
        const std::lock_guard lock(mutex_);
        std::shared_ptr<void>& kept = kept_[std::type_index(typeid(T))];
        if (!kept) kept = std::make_shared<T>();
        return std::static_pointer_cast<T>(kept);
    }

private:
    std::mutex mutex_;
    std::map<std::type_index, std::shared_ptr<void>> kept_;
};

}  // namespace shopkeeper::storage
