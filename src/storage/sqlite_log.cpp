// With sqlite.cpp and sqlite_file.cpp the only file that knows sqlite3.h.
#include "storage/sqlite_log.hpp"

#include <sqlite3.h>

#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <stdexcept>

namespace shopkeeper::storage {
namespace {

/// Of a larger change this much is written at a time. SQLite's own files take less than 128 KiB in
/// one call: of the size they look at the lower 17 bits.
constexpr sqlite3_int64 kGatheredMax = 120LL * 1024;

/// The log file of one connection, which uses it on one thread at a time. SQLite knows it by its
/// first member; the file itself lies behind it in the same piece of memory, which SQLite owns.
class Log : public sqlite3_file {
public:
    /// Null without memory.
    static Log* make(sqlite3_file* place) {
        std::unique_ptr<std::byte[]> buffer(new (std::nothrow) std::byte[kGatheredMax]);
        return buffer ? new (place) Log(std::move(buffer)) : nullptr;
    }
    static Log& of(sqlite3_file* file) { return *static_cast<Log*>(file); }

    sqlite3_file* below() { return reinterpret_cast<sqlite3_file*>(this + 1); }
    const sqlite3_io_methods& methods() { return *below()->pMethods; }

    int write(const void* data, int size, sqlite3_int64 offset) {
        if (offset != begin_ + size_ || size_ + size > kGatheredMax) {
            if (const int code = flush(); code != SQLITE_OK) return code;
            begin_ = offset;
        }
        if (size > kGatheredMax) return methods().xWrite(below(), data, size, offset);
        std::memcpy(buffer_.get() + size_, data, static_cast<std::size_t>(size));
        size_ += size;
        return SQLITE_OK;
    }

    int flush() {
        if (size_ == 0) return SQLITE_OK;
        const int size = static_cast<int>(size_);
        size_ = 0;
        return methods().xWrite(below(), buffer_.get(), size, begin_);
    }

private:
    explicit Log(std::unique_ptr<std::byte[]> buffer)
        : sqlite3_file{}, buffer_(std::move(buffer)) {}

    const std::unique_ptr<std::byte[]> buffer_;
    sqlite3_int64 begin_ = 0;  ///< where in the file the gathered bytes belong
    sqlite3_int64 size_ = 0;
};

/// What is gathered is in the file before anything else is done with it.
template <class Act>
int after_flush(sqlite3_file* file, Act act) {
    Log& log = Log::of(file);
    if (const int code = log.flush(); code != SQLITE_OK) return code;
    return act(log.below(), log.methods());
}

int close(sqlite3_file* file) {
    Log& log = Log::of(file);
    const int flushed = log.flush();
    const int closed = log.methods().xClose(log.below());
    log.~Log();
    return flushed == SQLITE_OK ? closed : flushed;
}
int read(sqlite3_file* file, void* data, int size, sqlite3_int64 offset) {
    return after_flush(file, [&](sqlite3_file* below, const sqlite3_io_methods& methods) {
        return methods.xRead(below, data, size, offset);
    });
}
int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
    return Log::of(file).write(data, size, offset);
}
int truncate(sqlite3_file* file, sqlite3_int64 size) {
    return after_flush(file, [&](sqlite3_file* below, const sqlite3_io_methods& methods) {
        return methods.xTruncate(below, size);
    });
}
int sync(sqlite3_file* file, int flags) {
    return after_flush(file, [&](sqlite3_file* below, const sqlite3_io_methods& methods) {
        return methods.xSync(below, flags);
    });
}
int file_size(sqlite3_file* file, sqlite3_int64* size) {
    return after_flush(file, [&](sqlite3_file* below, const sqlite3_io_methods& methods) {
        return methods.xFileSize(below, size);
    });
}
int lock(sqlite3_file* file, int level) {
    return after_flush(file, [&](sqlite3_file* below, const sqlite3_io_methods& methods) {
        return methods.xLock(below, level);
    });
}
int unlock(sqlite3_file* file, int level) {
    return after_flush(file, [&](sqlite3_file* below, const sqlite3_io_methods& methods) {
        return methods.xUnlock(below, level);
    });
}
int check_reserved_lock(sqlite3_file* file, int* is_reserved) {
    return after_flush(file, [&](sqlite3_file* below, const sqlite3_io_methods& methods) {
        return methods.xCheckReservedLock(below, is_reserved);
    });
}
int file_control(sqlite3_file* file, int what, void* argument) {
    return after_flush(file, [&](sqlite3_file* below, const sqlite3_io_methods& methods) {
        return methods.xFileControl(below, what, argument);
    });
}
int sector_size(sqlite3_file* file) {
    Log& log = Log::of(file);
    return log.methods().xSectorSize(log.below());
}
int device_characteristics(sqlite3_file* file) {
    Log& log = Log::of(file);
    return log.methods().xDeviceCharacteristics(log.below());
}

/// The first version of the interface: memory maps and shared memory are not for logs.
constexpr sqlite3_io_methods kLogMethods = {
    .iVersion = 1,
    .xClose = close,
    .xRead = read,
    .xWrite = write,
    .xTruncate = truncate,
    .xSync = sync,
    .xFileSize = file_size,
    .xLock = lock,
    .xUnlock = unlock,
    .xCheckReservedLock = check_reserved_lock,
    .xFileControl = file_control,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = device_characteristics,
    .xShmMap = nullptr,
    .xShmLock = nullptr,
    .xShmBarrier = nullptr,
    .xShmUnmap = nullptr,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

/// The system's own way into its files, which does all but open a log.
sqlite3_vfs* files() {
    static sqlite3_vfs* const found = sqlite3_vfs_find(nullptr);
    return found;
}

int open(sqlite3_vfs*, sqlite3_filename name, sqlite3_file* file, int flags, int* opened_with) {
    if ((flags & SQLITE_OPEN_WAL) == 0)
        return files()->xOpen(files(), name, file, flags, opened_with);
    file->pMethods = nullptr;  // SQLite closes what has methods, even if opening it failed
    Log* log = Log::make(file);
    if (log == nullptr) return SQLITE_NOMEM;
    const int code = files()->xOpen(files(), name, log->below(), flags, opened_with);
    if (code == SQLITE_OK)
        file->pMethods = &kLogMethods;
    else
        log->~Log();
    return code;
}

/// Never unregistered: connections may outlive anything else.
struct Registered {
    sqlite3_vfs vfs{};
    Registered() {
        if (files() == nullptr) throw std::logic_error("SQLite knows no file system");
        vfs = *files();
        vfs.zName = "shopkeeper";
        vfs.szOsFile += static_cast<int>(sizeof(Log));
        vfs.xOpen = open;
        sqlite3_vfs_register(&vfs, /*makeDflt=*/0);
    }
};

}  // namespace

const char* gathering_vfs() {
    static Registered registered;
    return registered.vfs.zName;
}

}  // namespace shopkeeper::storage
