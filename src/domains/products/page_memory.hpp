#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "domains/products/page.hpp"

namespace shopkeeper::products {

/// The pages of lists that one process has read of one database, those asked for last. A page is
/// named by its shop and by all that decides what stands in it; whether it still holds, whoever
/// finds it has to ask (look_alone). Thread-safe.
class PageMemory {
public:
    /// So many bytes are kept of all shops together: some 800 pages of twenty products.
    static constexpr std::size_t kBytesMax = 16'000'000;

    explicit PageMemory(std::size_t bytes_max = kBytesMax) : bytes_max_(bytes_max) {}

    /// Null: it is not known.
    std::shared_ptr<const Page> find(std::string_view name);
    /// In the place of what was known under that name, and of pages that nobody asked for lately.
    void keep(std::string name, std::shared_ptr<const Page> page);

    std::size_t bytes() const;

private:
    struct Entry {
        std::string name;
        std::shared_ptr<const Page> page;
        std::size_t bytes() const { return sizeof(Entry) + 2 * name.size() + page->size(); }
    };
    using Entries = std::list<Entry>;

    void forget(Entries::iterator entry);

    const std::size_t bytes_max_;
    mutable std::mutex mutex_;
    // Guarded by mutex_.
    Entries entries_;  ///< what was asked for last comes first
    std::unordered_map<std::string_view, Entries::iterator> by_name_;  ///< views of Entry::name
    std::size_t bytes_ = 0;
};

}  // namespace shopkeeper::products
