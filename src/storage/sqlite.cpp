// With sqlite_file.cpp and sqlite_log.cpp the only file that knows sqlite3.h.
#include <sqlite3.h>

#include <condition_variable>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <system_error>
#include <vector>

#include "storage/database.hpp"
#include "storage/group_commit.hpp"
#include "storage/memory.hpp"
#include "storage/sqlite_log.hpp"

namespace shopkeeper::storage {
namespace {

[[noreturn]] void fail(sqlite3* handle, const std::string& attempted) {
    const int code = sqlite3_extended_errcode(handle);
    const std::string message = attempted + ": " + sqlite3_errmsg(handle);
    switch (code) {
        case SQLITE_CONSTRAINT_PRIMARYKEY:
        case SQLITE_CONSTRAINT_ROWID:
        case SQLITE_CONSTRAINT_UNIQUE:
            throw UniqueViolation(message);
        case SQLITE_CONSTRAINT_FOREIGNKEY:
            throw ForeignKeyViolation(message);
        case SQLITE_CONSTRAINT_CHECK:
        case SQLITE_CONSTRAINT_NOTNULL:
        case SQLITE_CONSTRAINT_TRIGGER:
            throw CheckViolation(message);
        default:
            break;
    }
    switch (code & 0xFF) {
        case SQLITE_LOCKED:
            throw Retryable(message);
        case SQLITE_BUSY:  // another process held the lock for the whole busy_timeout: that was the
                           // wait
        case SQLITE_CANTOPEN:
        case SQLITE_FULL:
        case SQLITE_IOERR:
        case SQLITE_READONLY:
            throw Unavailable(message);
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            throw Unusable(message);
        default:
            throw Error(message);
    }
}

/// A prepared statement, bound, stepped and left clean for its next use.
class Statement {
public:
    Statement(sqlite3* handle, std::string_view sql) : handle_(handle) {
        const int code = sqlite3_prepare_v3(handle, sql.data(), static_cast<int>(sql.size()),
                                            SQLITE_PREPARE_PERSISTENT, &statement_, nullptr);
        if (code != SQLITE_OK) fail(handle, "preparing " + std::string(sql));
        // `$1` is a *name* to SQLite, numbered by first appearance: look each one up once.
        for (int n = 1;; ++n) {
            const int index =
                sqlite3_bind_parameter_index(statement_, ("$" + std::to_string(n)).c_str());
            if (index == 0) break;
            positions_.push_back(index);
        }
        if (static_cast<int>(positions_.size()) != sqlite3_bind_parameter_count(statement_)) {
            sqlite3_finalize(statement_);
            throw std::logic_error("parameters must be $1..$n without gaps: " + std::string(sql));
        }
    }
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;
    ~Statement() { sqlite3_finalize(statement_); }

    void bind(std::span<const Value> params) {
        if (params.size() != positions_.size()) {
            throw std::logic_error(std::to_string(params.size()) + " parameters given, " +
                                   std::to_string(positions_.size()) +
                                   " expected: " + sqlite3_sql(statement_));
        }
        for (std::size_t i = 0; i < params.size(); ++i) bind_one(positions_[i], params[i]);
    }

    bool step() {
        const int code = sqlite3_step(statement_);
        if (code == SQLITE_ROW) return true;
        if (code == SQLITE_DONE) return false;
        fail(handle_, std::string("running ") + sqlite3_sql(statement_));
    }

    int columns() const { return sqlite3_column_count(statement_); }

    void copy_row(Rows& rows) const {
        for (int column = 0; column < columns(); ++column) {
            switch (sqlite3_column_type(statement_, column)) {
                case SQLITE_NULL:
                    rows.add_null();
                    break;
                case SQLITE_INTEGER:
                    rows.add(std::int64_t{sqlite3_column_int64(statement_, column)});
                    break;
                case SQLITE_FLOAT:
                    rows.add(sqlite3_column_double(statement_, column));
                    break;
                default: {
                    const auto* text =
                        reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
                    rows.add(std::string_view(
                        text, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))));
                }
            }
        }
    }

    /// Ends the run; the borrowed parameters may go away now.
    void reset() {
        sqlite3_reset(statement_);
        sqlite3_clear_bindings(statement_);
    }

private:
    void bind_one(int position, const Value& value) {
        std::visit(
            [&](const auto& content) {
                using T = std::decay_t<decltype(content)>;
                if constexpr (std::is_same_v<T, std::nullptr_t>)
                    sqlite3_bind_null(statement_, position);
                else if constexpr (std::is_same_v<T, bool>)
                    sqlite3_bind_int(statement_, position, content ? 1 : 0);
                else if constexpr (std::is_same_v<T, std::int64_t>)
                    sqlite3_bind_int64(statement_, position, content);
                else if constexpr (std::is_same_v<T, double>)
                    sqlite3_bind_double(statement_, position, content);
                else
                    sqlite3_bind_text(statement_, position, content.data() ? content.data() : "",
                                      static_cast<int>(content.size()), SQLITE_STATIC);
            },
            value.content());
    }

    sqlite3* handle_;
    sqlite3_stmt* statement_ = nullptr;
    std::vector<int> positions_;
};

/// Resets a statement on every way out, so that a thrown error leaves no read lock behind.
class Run {
public:
    explicit Run(Statement& statement) : statement_(statement) {}
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;
    ~Run() { statement_.reset(); }

private:
    Statement& statement_;
};

class SqliteConnection final : public Connection, public SharedTransaction {
public:
    SqliteConnection(const std::string& path, int flags) {
        const int code =
            sqlite3_open_v2(path.c_str(), &handle_,
                            flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, gathering_vfs());
        if (code != SQLITE_OK) {
            const std::string message = sqlite3_errmsg(handle_);
            sqlite3_close(handle_);
            throw Unavailable("cannot open " + path + ": " + message);
        }
    }
    ~SqliteConnection() override {
        statements_.clear();
        sqlite3_close(handle_);
    }

    void run_script(std::string_view sql) override {
        if (sqlite3_exec(handle_, std::string(sql).c_str(), nullptr, nullptr, nullptr) !=
            SQLITE_OK) {
            fail(handle_, "running a script");
        }
    }

    void lock(std::string_view) override {}          // BEGIN IMMEDIATE took the only one there is
    void continue_ids(std::string_view) override {}  // the next id is always the highest plus one
    void enter_shop(std::int64_t) override {}        // one file, one wall: the SQL's own
    void present(std::string_view) override {}

    /// A transaction that only reads, with what may be kept of it.
    void begin_read(Memory& memory) {
        lend(&memory);
        run_plain("BEGIN");
    }
    /// Of a transaction that can write, yet only reads.
    void lend_for_a_read(Memory* memory) { lend(memory); }

    Connection& connection() override { return *this; }
    void begin() override { run_plain("BEGIN IMMEDIATE"); }
    void commit() override { run_plain("COMMIT"); }
    void rollback() noexcept override {
        if (is_open()) sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr);
    }
    bool is_open() const override { return sqlite3_get_autocommit(handle_) == 0; }
    void begin_part() override { run_plain("SAVEPOINT part"); }
    void keep_part() override { run_plain("RELEASE part"); }
    void undo_part() override {
        run_plain("ROLLBACK TO part");
        run_plain("RELEASE part");
    }

protected:
    Rows do_query(std::string_view sql, std::span<const Value> params) override {
        Statement& statement = prepared(sql);
        const Run run(statement);
        statement.bind(params);
        Rows rows(static_cast<std::size_t>(statement.columns()));
        while (statement.step()) statement.copy_row(rows);
        return rows;
    }

    std::int64_t do_execute(std::string_view sql, std::span<const Value> params) override {
        Statement& statement = prepared(sql);
        const Run run(statement);
        statement.bind(params);
        while (statement.step()) {
        }
        return sqlite3_changes64(handle_);
    }

private:
    void run_plain(std::string_view sql) {
        Statement& statement = prepared(sql);
        const Run run(statement);
        statement.step();
    }

    Statement& prepared(std::string_view sql) {
        const auto found = statements_.find(sql);
        if (found != statements_.end()) return *found->second;
        auto statement = std::make_unique<Statement>(handle_, sql);
        return *statements_.emplace(std::string(sql), std::move(statement)).first->second;
    }

    sqlite3* handle_ = nullptr;
    std::map<std::string, std::unique_ptr<Statement>, std::less<>> statements_;
};

/// Of a database that is made anew; one that exists keeps its own. A write of the shop is a row or
/// two in each of many trees: half a page of the usual size is half the log.
constexpr int kPageBytes = 2048;

/// So many pages of the log are brought over into the file at a time, 8 MiB of it. The more, the
/// more often a page was written anew meanwhile and goes over once; it is also what a process that
/// comes back after a crash has to read.
constexpr int kLogPages = 4096;

/// SQLite adds up what it allocates, under a lock of the whole process, for figures that nobody
/// asks for. This can be switched off only before its first use in the process; should somebody
/// have been quicker, all works as before.
void count_no_memory() {
    static const int outcome = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    static_cast<void>(outcome);
}

class SqliteDatabase final : public Database {
public:
    explicit SqliteDatabase(const SqliteOptions& options)
        : options_(options),
          in_memory_(options.path == ":memory:"),
          writer_(open(options, SQLITE_OPEN_READWRITE | (options.create ? SQLITE_OPEN_CREATE : 0))),
          writers_(*writer_) {}

    bool reads_wait_for_nobody() const override { return !in_memory_; }
    std::string_view engine() const override { return "sqlite"; }
    bool writers_take_turns() const override { return true; }
    std::string identity_column() const override { return "INTEGER PRIMARY KEY"; }
    std::string column_type(std::string_view portable) const override {
        return std::string(portable);
    }
    std::string append_only_guard(std::string_view table) const override {
        return refusal(table, "UPDATE", "") + refusal(table, "DELETE", "");
    }
    std::string maintainable_guard(std::string_view table) const override {
        const std::string name(table);
        return "DROP TRIGGER " + name + "_refuses_UPDATE;\n" +
               refusal(
                   table, "UPDATE",
                   " WHEN NOT EXISTS (SELECT 1 FROM maintenance WHERE guarded = '" + name + "')");
    }
    std::string lookup_policy(std::string_view, std::string_view) const override { return {}; }
    std::string secret_policy(std::string_view, std::string_view) const override { return {}; }
    std::optional<Wall> inspect_wall() override { return std::nullopt; }
    void raise_wall(Connection&) override {}

protected:
    void run(Mode mode, std::optional<std::int64_t>,
             const std::function<bool(Connection&)>& work) override {
        // In memory there is one connection: a further one would be a database of its own.
        if (mode == Mode::read && !in_memory_) return read_on(*borrow_reader(), work);
        const auto on_writer = [&](Connection& connection) {
            const Loan loan(*writer_, mode == Mode::read ? &memory_ : nullptr);
            return work(connection);
        };
        writers_.run(on_writer, options_.write_wait_max, /*alone=*/mode != Mode::write);
    }

private:
    static std::string refusal(std::string_view table, const std::string& verb,
                               const std::string& when) {
        const std::string name(table);
        return "CREATE TRIGGER " + name + "_refuses_" + verb + " BEFORE " + verb + " ON " + name +
               when + " BEGIN SELECT RAISE(ABORT, '" + name + " is append-only'); END;\n";
    }

    struct ReturnReader {
        SqliteDatabase* database;
        void operator()(SqliteConnection* reader) const {
            {
                const std::lock_guard lock(database->readers_mutex_);
                database->idle_readers_.push_back(reader);
            }
            database->reader_returned_.notify_one();
        }
    };

    /// What a read on the writer's connection may keep, for as long as it lasts.
    class Loan {
    public:
        Loan(SqliteConnection& connection, Memory* memory) : connection_(connection) {
            connection_.lend_for_a_read(memory);
        }
        Loan(const Loan&) = delete;
        Loan& operator=(const Loan&) = delete;
        ~Loan() { connection_.lend_for_a_read(nullptr); }

    private:
        SqliteConnection& connection_;
    };

    void read_on(SqliteConnection& reader, const std::function<bool(Connection&)>& work) {
        reader.begin_read(memory_);
        try {
            work(reader);
            reader.commit();
        } catch (...) {
            reader.rollback();
            throw;
        }
    }

    std::unique_ptr<SqliteConnection, ReturnReader> borrow_reader() {
        std::unique_lock lock(readers_mutex_);
        // Each parses the whole schema when it is opened, so that only those needed at once are.
        if (idle_readers_.empty() && readers_.size() < options_.readers) {
            readers_.push_back(open(options_, SQLITE_OPEN_READONLY));
            return {readers_.back().get(), ReturnReader{this}};
        }
        reader_returned_.wait(lock, [&] { return !idle_readers_.empty(); });
        SqliteConnection* reader = idle_readers_.back();
        idle_readers_.pop_back();
        return {reader, ReturnReader{this}};
    }

    static std::unique_ptr<SqliteConnection> open(const SqliteOptions& options, int flags) {
        auto connection = std::make_unique<SqliteConnection>(options.path, flags);
        // Other processes may hold the write lock for a moment; waiting is SQLite's own affair
        // then.
        connection->run_script("PRAGMA busy_timeout = " +
                               std::to_string(options.write_wait_max.count()));
        if ((flags & SQLITE_OPEN_READONLY) == 0) {
            connection->run_script("PRAGMA page_size = " + std::to_string(kPageBytes) +
                                   "; PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = " +
                                   std::to_string(kLogPages));
        }
        connection->run_script(
            "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; "
            "PRAGMA cache_size = -8000; PRAGMA trusted_schema = OFF; SELECT count(*) FROM "
            "sqlite_schema");
        return connection;
    }

    const SqliteOptions options_;
    const bool in_memory_;
    Memory memory_;
    const std::unique_ptr<SqliteConnection> writer_;
    GroupCommit writers_;

    std::mutex readers_mutex_;
    std::condition_variable reader_returned_;
    // Guarded by readers_mutex_.
    std::vector<std::unique_ptr<SqliteConnection>> readers_;
    std::vector<SqliteConnection*> idle_readers_;
};

}  // namespace

std::unique_ptr<Database> open_sqlite(const SqliteOptions& options) {
    count_no_memory();
    if (options.path != ":memory:") {
        const std::filesystem::path file(options.path);
        std::error_code ignored;
        if (!options.create && !std::filesystem::exists(file, ignored)) {
            throw Unavailable("there is no database at " + options.path +
                              "; `shopkeeper init --demo` makes one");
        }
        if (options.create && file.has_parent_path())
            std::filesystem::create_directories(file.parent_path(), ignored);
    }
    try {
        return std::make_unique<SqliteDatabase>(options);
    } catch (const Unusable& damaged) {
        throw Unusable(options.path + " is not a database of this program, or it is damaged (" +
                       damaged.what() + "); choose another file with --db or restore a backup");
    } catch (const Unavailable& away) {
        throw Unavailable("cannot use " + options.path + ": " + away.what() +
                          "; check that the file and its folder exist and may be written");
    }
}

}  // namespace shopkeeper::storage
