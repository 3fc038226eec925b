#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace shopkeeper::mcp {

/// Answers that cost something to put together, one for each key that was asked for lately.
/// Thread-safe.
template <class Key, class Value>
class Prepared {
public:
    /// What few clients ask for at a time: choices of tools, and roles.
    static constexpr std::size_t kKeptMax = 32;

    /// The value of `key`, from `make()` where it is not kept.
    template <class Make>
    std::shared_ptr<const Value> get(const Key& key, const Make& make) {
        {
            const std::scoped_lock lock(mutex_);
            for (const auto& [kept, value] : kept_) {
                if (kept == key) return value;
            }
        }
        auto made = std::make_shared<const Value>(make());
        const std::scoped_lock lock(mutex_);
        if (kept_.size() < kKeptMax) {
            kept_.emplace_back(key, made);
        } else {
            kept_[oldest_] = {key, made};
            oldest_ = (oldest_ + 1) % kKeptMax;
        }
        return made;
    }

private:
    std::mutex mutex_;
    std::vector<std::pair<Key, std::shared_ptr<const Value>>> kept_;
    std::size_t oldest_ = 0;
};

}  // namespace shopkeeper::mcp
