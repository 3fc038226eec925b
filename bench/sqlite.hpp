#pragma once

#include <sqlite3.h>

#include <filesystem>
#include <stdexcept>
#include <string>

namespace shopkeeper::bench {

/// SQLite without our storage room around it: for floors, and for loading rows by the million.
class Sqlite {
public:
    explicit Sqlite(const std::filesystem::path& path) {
        if (sqlite3_open(path.c_str(), &handle_) != SQLITE_OK) fail("open");
    }
    Sqlite(const Sqlite&) = delete;
    Sqlite& operator=(const Sqlite&) = delete;
    ~Sqlite() { sqlite3_close(handle_); }

    void run(const std::string& sql) {
        if (sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail(sql);
    }
    sqlite3_stmt* prepare(const std::string& sql) {
        sqlite3_stmt* statement = nullptr;
        if (sqlite3_prepare_v3(handle_, sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &statement,
                               nullptr) != SQLITE_OK)
            fail(sql);
        return statement;
    }
    sqlite3* handle() { return handle_; }

private:
    [[noreturn]] void fail(const std::string& what) {
        throw std::runtime_error(what + ": " + sqlite3_errmsg(handle_));
    }
    sqlite3* handle_ = nullptr;
};

}  // namespace shopkeeper::bench
