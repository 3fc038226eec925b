#include "server/partial_file.hpp"

#include <unistd.h>

#include <system_error>

#include "storage/errors.hpp"
#include "storage/sqlite_file.hpp"

namespace shopkeeper::server {

namespace fs = std::filesystem;

PartialFile::PartialFile(fs::path place)
    : place_(fs::absolute(place)),
      path_(place_.string() + ".partial-" + std::to_string(::getpid())) {
    std::error_code error;
    fs::create_directories(place_.parent_path(), error);
    if (error) {
        throw storage::Unavailable("cannot make the folder " + place_.parent_path().string() +
                                   ": " + error.message());
    }
    remove();  // of a process with the same number, long gone
}

PartialFile::~PartialFile() {
    remove();
}

void PartialFile::publish() {
    std::error_code error;
    fs::create_hard_link(path_, place_, error);  // refuses where a rename would overwrite
    std::error_code ignored;
    if (error && !fs::exists(place_, ignored))
        fs::rename(path_, place_, error);  // a file system without links
    finish(error);
}

void PartialFile::replace() {
    std::error_code error;
    fs::rename(path_, place_, error);
    finish(error);
}

void PartialFile::finish(const std::error_code& error) const {
    if (error)
        throw storage::Unavailable("cannot write " + place_.string() + ": " + error.message());
    storage::sync_folder_of(path());
}

void PartialFile::remove() noexcept {
    std::error_code ignored;
    for (const char* side : {"", "-wal", "-shm", "-journal"})
        fs::remove(path_.string() + side, ignored);
}

}  // namespace shopkeeper::server
