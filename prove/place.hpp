#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <string>

#include "storage/database.hpp"

namespace shopkeeper::prove {

/// A database without shops to prove things on, migrated up to a schema.
class Place {
public:
    /// Where a file of its own lies: in memory, where the machine has such a folder, for what does
    /// not depend on the disk; or on the disk.
    enum class Own { in_memory, on_disk };
    static constexpr std::int64_t kNewestSchema = std::numeric_limits<std::int64_t>::max();

    /// `where`: a URL, or a file, made when it is missing; empty: a file of its own that goes with
    /// the object. Throws storage::Error and std::runtime_error (there are shops in it already).
    explicit Place(std::string where = {}, Own own = Own::in_memory,
                   std::int64_t schema = kNewestSchema);
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place();

    storage::Database& database() { return *database_; }

private:
    std::filesystem::path own_folder_;
    std::unique_ptr<storage::Database> database_;
};

}  // namespace shopkeeper::prove
