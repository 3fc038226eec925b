#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "storage/database.hpp"

namespace shopkeeper::prove {

/// A migrated database without shops to prove things on.
class Place {
public:
    /// `where`: a file, made when it is missing; empty: a file of its own that goes with the
    /// object. Throws storage::Error and std::runtime_error (there are shops in it already).
    explicit Place(std::string where);
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place();

    storage::Database& database() { return *database_; }

private:
    std::filesystem::path own_folder_;
    std::unique_ptr<storage::Database> database_;
};

}  // namespace shopkeeper::prove
