#pragma once

#include <functional>
#include <utility>

namespace shopkeeper::storage {

/// The answer of a statement that was handed over without waiting for it (Connection::query_later,
/// execute_later). Valid as long as its transaction is under way.
template <class T>
class Later {
public:
    /// An answer that has come already.
    explicit Later(T answer) : fetch_([answer = std::move(answer)] { return answer; }) {}
    explicit Later(std::function<T()> fetch) : fetch_(std::move(fetch)) {}

    /// Waits for it. Throws what the statement throws, or one that was handed over before it.
    T get() const { return fetch_(); }

private:
    std::function<T()> fetch_;
};

}  // namespace shopkeeper::storage
