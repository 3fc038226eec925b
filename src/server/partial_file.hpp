#pragma once

#include <filesystem>
#include <string>
#include <system_error>

namespace shopkeeper::server {

/// A database file in the making, beside the place it is meant for and under a name of this
/// process; gone with the object unless it was moved to its place. What a killed process leaves
/// behind has `.partial-` in its name and can be deleted.
class PartialFile {
public:
    /// Makes the folder when it is missing. Throws storage::Unavailable when that cannot be.
    explicit PartialFile(std::filesystem::path place);
    PartialFile(const PartialFile&) = delete;
    PartialFile& operator=(const PartialFile&) = delete;
    ~PartialFile();

    std::string path() const { return path_.string(); }

    /// Moves it to its place, in one step and for good. REQUIRES: sealed (storage/sqlite_file.hpp).
    /// Throws storage::Unavailable; when something is there already, it stays.
    void publish();
    /// The same, but instead of what is there.
    void replace();

private:
    void finish(const std::error_code& error) const;
    void remove() noexcept;

    const std::filesystem::path place_;
    const std::filesystem::path path_;
};

}  // namespace shopkeeper::server
