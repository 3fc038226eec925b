#include "domains/products/page_memory.hpp"

#include <iterator>
#include <utility>

namespace shopkeeper::products {

std::shared_ptr<const Page> PageMemory::find(std::string_view name) {
    const std::lock_guard lock(mutex_);
    const auto found = by_name_.find(name);
    if (found == by_name_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->page;
}

void PageMemory::keep(std::string name, std::shared_ptr<const Page> page) {
    Entry entry{std::move(name), std::move(page)};
    const std::lock_guard lock(mutex_);
    if (const auto known = by_name_.find(entry.name); known != by_name_.end())
        forget(known->second);
    if (entry.bytes() > bytes_max_) return;
    while (bytes_ + entry.bytes() > bytes_max_) forget(std::prev(entries_.end()));
    bytes_ += entry.bytes();
    entries_.push_front(std::move(entry));
    by_name_.emplace(entries_.front().name, entries_.begin());
}

std::size_t PageMemory::bytes() const {
    const std::lock_guard lock(mutex_);
    return bytes_;
}

void PageMemory::forget(Entries::iterator entry) {
    bytes_ -= entry->bytes();
    by_name_.erase(entry->name);
    entries_.erase(entry);
}

}  // namespace shopkeeper::products
