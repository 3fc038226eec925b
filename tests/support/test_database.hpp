#pragma once

#include <memory>
#include <string>

#include "base/clock.hpp"
#include "storage/database.hpp"

namespace shopkeeper::test {

/// True when this run of the tests is the one on PostgreSQL (SHOPKEEPER_TEST_ENGINE=postgresql).
/// CTest runs every binary with a database twice.
bool on_postgresql();

/// A database of this run's engine with no tables; it is gone when the last owner is.
/// `path`: where SQLite keeps it, for tests with readers and writers at once.
std::shared_ptr<storage::Database> empty_database(const std::string& path = ":memory:");

/// An empty database on PostgreSQL, to be opened as the test likes. REQUIRES: on_postgresql().
class EmptyPlace {
public:
    EmptyPlace();
    EmptyPlace(const EmptyPlace&) = delete;
    EmptyPlace& operator=(const EmptyPlace&) = delete;
    ~EmptyPlace();
    std::string url() const;

private:
    const std::string name_;
};

/// The same with every migration applied. On PostgreSQL a copy of a template, which costs a few
/// milliseconds where the migrations would cost some hundred.
std::shared_ptr<storage::Database> migrated_database(UnixMs now_ms,
                                                     const std::string& path = ":memory:");

/// Another pool of connections to the same database, as another process that serves has one. `path`
/// as it was opened with; not in memory.
std::unique_ptr<storage::Database> open_again(storage::Database& database, const std::string& path);
/// A migrated database from both sides of the wall between shops. One object where the engine has
/// no wall.
struct BothSides {
    std::shared_ptr<storage::Database> whole;    ///< sees everything: for looking and setting up
    std::shared_ptr<storage::Database> serving;  ///< as a server is connected
};
BothSides both_sides(UnixMs now_ms, const std::string& path = ":memory:");

}  // namespace shopkeeper::test
