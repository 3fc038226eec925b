// The log of SQLite, which is written a commit at a time: nothing of a commit stays in memory.
#include <sys/resource.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>

#include "storage/database.hpp"
#include "storage/sqlite_file.hpp"
#include "support/temp_folder.hpp"

using namespace shopkeeper;
using storage::Connection;

namespace {

constexpr std::size_t kRowBytes = 1000;

std::unique_ptr<storage::Database> open_with_table(const std::string& path) {
    auto database = storage::open_sqlite({.path = path});
    database->write([](Connection& c) {
        c.run_script("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL)");
    });
    return database;
}

void insert(Connection& connection, int rows) {
    const std::string text(kRowBytes, 'x');
    for (int i = 0; i < rows; ++i)
        connection.execute("INSERT INTO note (text) VALUES ($1)", {text});
}

std::int64_t bytes(Connection& connection) {
    return connection.query("SELECT COALESCE(SUM(LENGTH(text)), 0) FROM note")
        .front()
        .get<std::int64_t>(0);
}

/// What somebody finds who comes after the machine has lost all but its files.
std::int64_t bytes_in_the_files_of(const std::string& path) {
    const test::TempFolder elsewhere;
    for (const char* side : {"", "-wal"})
        std::filesystem::copy_file(path + side, elsewhere.file("found.db") + side);
    const auto found = storage::open_sqlite({.path = elsewhere.file("found.db"), .create = false});
    return found->read(bytes);
}

/// No file of this process grows beyond so many bytes, as on a disk that is full.
class NarrowDisk {
public:
    explicit NarrowDisk(std::uintmax_t file_bytes_max) {
        handler_ = std::signal(SIGXFSZ, SIG_IGN);
        getrlimit(RLIMIT_FSIZE, &before_);
        rlimit narrow = before_;
        narrow.rlim_cur = file_bytes_max;
        setrlimit(RLIMIT_FSIZE, &narrow);
    }
    NarrowDisk(const NarrowDisk&) = delete;
    NarrowDisk& operator=(const NarrowDisk&) = delete;
    ~NarrowDisk() {
        setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }

private:
    void (*handler_)(int);
    rlimit before_{};
};

std::int64_t page_bytes(storage::Database& database) {
    return database.read(
        [](Connection& c) { return c.query("PRAGMA page_size").front().get<std::int64_t>(0); });
}

}  // namespace

TEST_CASE("T9: what a commit has acknowledged lies in the files", "[sqlite][storage]") {
    // One write of the log, several, and more than the log keeps before it is brought over.
    const int rows = GENERATE(1, 300, 12'000);
    const test::TempFolder folder;
    const std::string path = folder.file("shop.db");
    const auto database = open_with_table(path);

    for (int commits = 1; commits <= 3; ++commits) {
        database->write([&](Connection& c) { insert(c, rows); });
        const auto expected = commits * rows * static_cast<std::int64_t>(kRowBytes);
        CHECK(bytes_in_the_files_of(path) == expected);
        CHECK(database->read(bytes) == expected);
    }
}

TEST_CASE("a change larger than the memory for its pages reads what it wrote",
          "[sqlite][storage]") {
    constexpr int kRows = 20'000;
    const test::TempFolder folder;
    const auto database = open_with_table(folder.file("shop.db"));

    CHECK_THROWS_AS(database->write([&](Connection& c) {
        insert(c, kRows);
        CHECK(bytes(c) == kRows * static_cast<std::int64_t>(kRowBytes));
        CHECK(database->read(bytes) == 0);
        throw std::runtime_error("no");
    }),
                    std::runtime_error);

    CHECK(database->read(bytes) == 0);
    database->write([&](Connection& c) { insert(c, 1); });
    CHECK(bytes_in_the_files_of(folder.file("shop.db")) == std::int64_t{kRowBytes});
}

TEST_CASE("a commit whose log cannot be written is refused, and nothing of it stays",
          "[sqlite][storage]") {
    const int rows = GENERATE(1, 300);
    const test::TempFolder folder;
    const std::string path = folder.file("shop.db");
    const auto database = open_with_table(path);
    {
        const NarrowDisk disk(std::filesystem::file_size(path + "-wal") + 1);
        CHECK_THROWS_AS(database->write([&](Connection& c) { insert(c, rows); }),
                        storage::Unavailable);
    }
    CHECK(database->read(bytes) == 0);
    CHECK(bytes_in_the_files_of(path) == 0);

    database->write([&](Connection& c) { insert(c, rows); });
    CHECK(bytes_in_the_files_of(path) == rows * static_cast<std::int64_t>(kRowBytes));
}

TEST_CASE("a database keeps the size of page that it was made with", "[sqlite][storage]") {
    constexpr std::int64_t kFormerBytes = 4096;
    constexpr auto kExpected = 101 * static_cast<std::int64_t>(kRowBytes);
    const test::TempFolder folder;
    const std::string path = folder.file("shop.db");
    // Before anything is read: changing the size takes leaving WAL mode, with nobody else there.
    open_with_table(path)->write([&](Connection& c) {
        insert(c, 100);
        c.run_script("COMMIT; PRAGMA journal_mode = DELETE; PRAGMA page_size = " +
                     std::to_string(kFormerBytes) + "; VACUUM; BEGIN");
    });

    const auto database = storage::open_sqlite({.path = path});
    database->write([](Connection& c) { insert(c, 1); });

    CHECK(page_bytes(*database) == kFormerBytes);
    CHECK(database->read(bytes) == kExpected);
    CHECK(bytes_in_the_files_of(path) == kExpected);
    storage::copy_sqlite_file(path, folder.file("copy.db"));
    CHECK(page_bytes(*storage::open_sqlite({.path = folder.file("copy.db")})) == kFormerBytes);
    CHECK(page_bytes(*open_with_table(folder.file("new.db"))) == 2048);
}
