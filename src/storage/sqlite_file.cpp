// With sqlite.cpp and sqlite_log.cpp the only file that knows sqlite3.h.
#include "storage/sqlite_file.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "storage/errors.hpp"

namespace shopkeeper::storage {
namespace {

/// Half a MiB of the usual pages: often enough to show progress, seldom enough to cost nothing.
constexpr int kPagesPerStep = 256;

[[noreturn]] void fail(int code, const std::string& what) {
    const std::string message = what + ": " + sqlite3_errstr(code);
    switch (code & 0xFF) {
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            throw Unusable(message);
        default:
            throw Unavailable(message);
    }
}

class OpenFile {
public:
    OpenFile(const std::string& path, int flags) : path_(path) {
        const int code =
            sqlite3_open_v2(path.c_str(), &handle_, flags | SQLITE_OPEN_EXRESCODE, nullptr);
        if (code == SQLITE_OK) return;
        sqlite3_close(handle_);
        fail(code, "opening " + path);
    }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    ~OpenFile() { sqlite3_close(handle_); }

    sqlite3* handle() const { return handle_; }

    /// The first column of the first row.
    std::string run(const char* sql) {
        sqlite3_stmt* statement = nullptr;
        int code = sqlite3_prepare_v2(handle_, sql, -1, &statement, nullptr);
        std::string text;
        if (code == SQLITE_OK) code = sqlite3_step(statement);
        if (code == SQLITE_ROW) {
            if (const unsigned char* cell = sqlite3_column_text(statement, 0))
                text = reinterpret_cast<const char*>(cell);
            code = SQLITE_DONE;
        }
        sqlite3_finalize(statement);
        if (code != SQLITE_DONE) fail(code, std::string(sql) + " of " + path_);
        return text;
    }

private:
    const std::string path_;
    sqlite3* handle_ = nullptr;
};

class Descriptor {
public:
    Descriptor(const std::string& path, int flags) : number_(::open(path.c_str(), flags)) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    bool sync() const { return number_ >= 0 && ::fsync(number_) == 0; }

private:
    int number_;
};

void sync(const std::string& path, int flags) {
    if (!Descriptor(path, flags).sync())
        throw Unavailable("cannot flush " + path + ": " + std::generic_category().message(errno));
}

}  // namespace

void copy_sqlite_file(const std::string& from, const std::string& to,
                      const std::function<void(std::int64_t, std::int64_t)>& on_step) {
    // It is only read; but whoever leaves a database last takes its log away, and a connection
    // that may not write would leave one behind.
    OpenFile source(from, SQLITE_OPEN_READWRITE);
    OpenFile target(to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    // A read transaction of our own: what is committed meanwhile does not make the copy start anew.
    source.run("BEGIN");
    source.run("SELECT COUNT(*) FROM sqlite_schema");
    sqlite3_backup* backup = sqlite3_backup_init(target.handle(), "main", source.handle(), "main");
    if (backup == nullptr) fail(sqlite3_errcode(target.handle()), "copying to " + to);
    int code = SQLITE_OK;
    while (code == SQLITE_OK) {
        code = sqlite3_backup_step(backup, kPagesPerStep);
        const std::int64_t all = sqlite3_backup_pagecount(backup);
        on_step(all - sqlite3_backup_remaining(backup), all);
    }
    sqlite3_backup_finish(backup);
    if (code != SQLITE_DONE) fail(code, "copying " + from + " to " + to);
}

bool scrub_sqlite_file(const std::string& path) {
    OpenFile file(path, SQLITE_OPEN_READWRITE);
    sqlite3_busy_timeout(file.handle(), kScrubWaitMs);
    file.run("PRAGMA synchronous = FULL");
    file.run("VACUUM");
    return file.run("PRAGMA wal_checkpoint(TRUNCATE)") == "0";
}

void seal_sqlite_file(const std::string& path) {
    {
        OpenFile file(path, SQLITE_OPEN_READWRITE);
        if (const std::string mode = file.run("PRAGMA journal_mode = DELETE"); mode != "delete")
            throw Unavailable(path + " stays in the mode " + mode + ": somebody has it open");
        if (const std::string damage = file.run("PRAGMA integrity_check"); damage != "ok")
            throw Unusable(path + " is damaged: " + damage);
        if (const std::string table = file.run("PRAGMA foreign_key_check"); !table.empty())
            throw Unusable(path + " has rows in " + table + " that refer to rows that are missing");
    }
    sync(path, O_RDONLY);
    sync_folder_of(path);
}

class SqliteFileHold::Handle : public OpenFile {
public:
    using OpenFile::OpenFile;
};

SqliteFileHold::SqliteFileHold(const std::string& path)
    : handle_(std::make_unique<Handle>(path, SQLITE_OPEN_READWRITE)) {
    try {
        // A connection in WAL mode keeps a lock as long as it is open, idle or not; leaving the
        // mode needs all of them gone.
        if (handle_->run("PRAGMA journal_mode = DELETE") != "delete")
            throw Unavailable("the journal mode did not change");
        handle_->run("BEGIN EXCLUSIVE");
    } catch (const Unavailable& busy) {
        throw Unavailable("another process has " + path + " open (" + busy.what() +
                          "); stop the server first");
    }
}

SqliteFileHold::~SqliteFileHold() = default;

void sync_folder_of(const std::string& path) {
    const std::filesystem::path folder = std::filesystem::absolute(path).parent_path();
    sync(folder.string(), O_RDONLY | O_DIRECTORY);
}

}  // namespace shopkeeper::storage
