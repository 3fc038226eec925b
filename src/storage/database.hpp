#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "storage/errors.hpp"
#include "storage/later.hpp"
#include "storage/value.hpp"
#include "storage/wall.hpp"

namespace shopkeeper::storage {

class Memory;

/// One open transaction. Not thread-safe, not storable: it lives inside Database::read/write.
///
/// SQL is the portable text of ARCHITECTURE.md ("SQL once for two engines"): parameters `$1`, `$2`
/// by position. A statement is prepared once per connection and kept by its text, so the text
/// should be a constant.
class Connection {
public:
    Connection() = default;
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    virtual ~Connection() = default;

    /// The rows of a SELECT or of a RETURNING clause.
    Rows query(std::string_view sql, std::initializer_list<Value> params = {}) {
        return do_query(sql, {params.begin(), params.size()});
    }
    Rows query(std::string_view sql, std::span<const Value> params) {
        return do_query(sql, params);
    }

    /// As query(), for a statement that is most often the only one of a transaction that reads: an
    /// engine on the other side of a network runs it as a transaction of its own, in one round
    /// trip, and callers who ask the same at the same moment share one answer. It sees whatever was
    /// committed before the call. Should another statement follow, the whole work is run again in
    /// one transaction with one state: that is right, but twice the price.
    Rows query_alone(std::string_view sql, std::initializer_list<Value> params = {}) {
        return do_query_alone(sql, {params.begin(), params.size()});
    }
    Rows query_alone(std::string_view sql, std::span<const Value> params) {
        return do_query_alone(sql, params);
    }

    /// Runs a change and returns how many rows it touched.
    std::int64_t execute(std::string_view sql, std::initializer_list<Value> params = {}) {
        return do_execute(sql, {params.begin(), params.size()});
    }
    std::int64_t execute(std::string_view sql, std::span<const Value> params) {
        return do_execute(sql, params);
    }

    /// The same without waiting for the answer, where waiting is what costs: the statement runs
    /// after those before it and before those after it, but may travel together with the next one
    /// that is waited for, or with COMMIT. What it throws is thrown there; a statement behind it
    /// has not run then. One that nothing ever waits for is not run at all in a transaction that is
    /// rolled back. Where statements cost no wait these run at once. Parameters are copied.
    Later<Rows> query_later(std::string_view sql, std::initializer_list<Value> params = {}) {
        return do_query_later(sql, {params.begin(), params.size()});
    }
    Later<Rows> query_later(std::string_view sql, std::span<const Value> params) {
        return do_query_later(sql, params);
    }
    Later<std::int64_t> execute_later(std::string_view sql,
                                      std::initializer_list<Value> params = {}) {
        return do_execute_later(sql, {params.begin(), params.size()});
    }
    Later<std::int64_t> execute_later(std::string_view sql, std::span<const Value> params) {
        return do_execute_later(sql, params);
    }
    /// Returns when all that was handed over has run. Throws what one of the statements throws.
    virtual void catch_up() {}

    /// Waits until no other write transaction holds the lock of this name, and holds it to the end
    /// of this one. The statements after it see what the previous holder committed. For rules that
    /// no single row guards: the lock's name is their row. Costs nothing where writers take turns;
    /// elsewhere the waiting is done before the next statement that is waited for.
    virtual void lock(std::string_view name) = 0;

    /// After rows were inserted with ids of their own: the next id that the database makes for
    /// `table` comes after the highest there.
    virtual void continue_ids(std::string_view table) = 0;

    /// Several statements without parameters, separated by semicolons: migrations only.
    virtual void run_script(std::string_view sql) = 0;

    /// From here on the transaction works for this shop. Behind the wall of an engine that has one
    /// (storage/wall.hpp) it sees and changes the rows of no other, whatever its SQL says, and
    /// before this call those of none but what identifies a caller. Costs nothing when the
    /// transaction is in that shop already, and on an engine without a wall.
    virtual void enter_shop(std::int64_t shop_id) = 0;
    /// A row that lies open to whoever knows a secret of it (an order: its tracking id) can be read
    /// from here on, whatever its shop, until enter_shop().
    virtual void present(std::string_view secret) = 0;

    /// From here on Database::write() returns an Error of the work, too, only when all that this
    /// transaction has seen would survive a crash: a refusal may rest on a change that its own
    /// writer has not been told of yet. A success always waits for that.
    virtual void vouch() {}

    /// Nobody sees what this transaction changes before it would survive a crash. For numbers under
    /// which processes keep what they have read (storage/memory.hpp): a crash might take one back,
    /// and the next change give it to something else.
    virtual void show_only_durable() {}

    /// Where rooms keep what they have read of this database. Null in a transaction that may
    /// write: what it sees may never be committed, so nobody else must come to see it.
    Memory* memory() const { return memory_; }

protected:
    void lend(Memory* memory) { memory_ = memory; }

    virtual Rows do_query(std::string_view sql, std::span<const Value> params) = 0;
    virtual std::int64_t do_execute(std::string_view sql, std::span<const Value> params) = 0;
    virtual Later<Rows> do_query_later(std::string_view sql, std::span<const Value> params) {
        return Later<Rows>(do_query(sql, params));
    }
    virtual Later<std::int64_t> do_execute_later(std::string_view sql,
                                                 std::span<const Value> params) {
        return Later<std::int64_t>(do_execute(sql, params));
    }
    virtual Rows do_query_alone(std::string_view sql, std::span<const Value> params) {
        return do_query(sql, params);
    }

private:
    Memory* memory_ = nullptr;
};

/// How busy the connections of a database are.
struct PoolFigures {
    std::size_t in_use = 0;
    std::size_t size_max = 0;
    std::size_t waiting = 0;  ///< calls that wait for a connection
};

/// A pool of connections to one database. Thread-safe.
class Database {
public:
    virtual ~Database() = default;

    /// Runs `work(Connection&)` in a transaction that may change rows. Commits unless it throws or
    /// returns a Result that holds an Error; runs the whole function again (at most kAttemptsMax
    /// times) when the engine reports a conflict, so `work` must have no effects outside the
    /// database. It may run on another thread while its caller waits, so it takes no mutex that
    /// anybody holds while he calls write(). Throws storage::Error; Unavailable after a wait beyond
    /// the engine's limit (domain W20); InDoubt when the connection broke during COMMIT.
    ///
    /// Other writers may run at the same time (READ COMMITTED): what is read is not locked. A
    /// change that depends on what was read says so in its own WHERE clause, or locks first
    /// (Connection::lock, or an UPDATE that changes nothing).
    ///
    /// `shop_id`: the transaction begins as if its first act were Connection::enter_shop, which
    /// costs nothing here.
    template <class Work>
    auto write(Work&& work, std::optional<std::int64_t> shop_id = std::nullopt)
        -> std::invoke_result_t<Work&, Connection&> {
        return transact(Mode::write, shop_id, work);
    }

    /// The same for work that changes nothing: it sees one consistent state and waits for no
    /// writer. It may be run a second time where a statement followed one that was to be alone.
    template <class Work>
    auto read(Work&& work, std::optional<std::int64_t> shop_id = std::nullopt)
        -> std::invoke_result_t<Work&, Connection&> {
        return transact(Mode::read, shop_id, work);
    }

    /// As write(), for changes of the schema: its statements and its wait for a lock may take long.
    template <class Work>
    auto change_schema(Work&& work) -> std::invoke_result_t<Work&, Connection&> {
        return transact(Mode::schema, std::nullopt, work);
    }

    /// True where a read never waits for another client: it may then run on a thread that serves
    /// others.
    virtual bool reads_wait_for_nobody() const = 0;
    /// "sqlite" or "postgresql".
    virtual std::string_view engine() const = 0;
    /// True where one write transaction runs at a time.
    virtual bool writers_take_turns() const = 0;
    /// Absent where calls do not share connections.
    virtual std::optional<PoolFigures> pool() const { return std::nullopt; }

    /// The pieces of DDL that differ between engines, in this engine's words: the definition of a
    /// 64-bit key made by the database; a column's type, so that TEXT is ordered by its bytes and
    /// INTEGER has 64 bits everywhere; and guards that refuse UPDATE and DELETE of a table (T5).
    virtual std::string identity_column() const = 0;
    virtual std::string column_type(std::string_view portable) const = 0;
    virtual std::string append_only_guard(std::string_view table) const = 0;
    /// Puts, in the place of that guard, one that lets an UPDATE pass where the table `maintenance`
    /// names the guarded table (storage/maintenance.hpp); DELETE is refused all the same (T5).
    virtual std::string maintainable_guard(std::string_view table) const = 0;
    /// Empty on an engine without a wall. A table whose rows are found before the shop is known:
    /// all of them can be seen as long as the transaction is in no shop, then those whose
    /// `shop` (an expression over the row) is the one entered.
    virtual std::string lookup_policy(std::string_view table, std::string_view shop) const = 0;
    /// A row of `table` lies open to a transaction that presents what its `secret` column holds.
    virtual std::string secret_policy(std::string_view table, std::string_view secret) const = 0;

    /// The wall between the shops as it stands; nullopt on an engine without one.
    virtual std::optional<Wall> inspect_wall() = 0;
    /// Brings the wall up to the tables there are: storage::migrate does, as its last act. `schema`
    /// is a transaction of change_schema().
    virtual void raise_wall(Connection& schema) = 0;

    static constexpr int kAttemptsMax = 5;

protected:
    enum class Mode { read, write, schema };
    /// Runs `work` once in a transaction; commits when it returns true, else rolls back.
    virtual void run(Mode mode, std::optional<std::int64_t> shop_id,
                     const std::function<bool(Connection&)>& work) = 0;
    /// Called between two attempts, counted from 1; may wait a little.
    virtual void before_retry(int /*attempt*/) {}

private:
    template <class T>
    static bool is_success(const T& outcome) {
        if constexpr (requires {
                          outcome.has_value();
                          outcome.error();
                      })
            return outcome.has_value();
        else
            return true;
    }

    template <class Work>
    auto transact(Mode mode, std::optional<std::int64_t> shop_id, Work& work) {
        using Outcome = std::invoke_result_t<Work&, Connection&>;
        for (int attempt = 1;; ++attempt) {
            try {
                if constexpr (std::is_void_v<Outcome>) {
                    run(mode, shop_id, [&](Connection& connection) {
                        work(connection);
                        return true;
                    });
                    return;
                } else {
                    std::optional<Outcome> outcome;
                    run(mode, shop_id, [&](Connection& connection) {
                        outcome.emplace(work(connection));
                        return is_success(*outcome);
                    });
                    return std::move(*outcome);
                }
            } catch (const Retryable& conflict) {
                if (attempt >= kAttemptsMax) throw Unavailable(conflict.what());
            } catch (const UniqueViolation&) {
                // Between this work's own look and its insert another writer may have been quicker:
                // run once more, the look finds that row.
                if (mode == Mode::read || writers_take_turns() || attempt > 1) throw;
            }
            before_retry(attempt);
        }
    }
};

struct SqliteOptions {
    std::string path;         ///< a file, or ":memory:" for a database that ends with the object
    std::size_t readers = 4;  ///< at most so many connections for reads, beside the one writer
    std::chrono::milliseconds write_wait_max{
        5000};           ///< a writer waits so long for its turn, then Unavailable
    bool create = true;  ///< make the file when it is missing
};

/// Opens (and on demand creates) a database file: WAL, foreign keys on, synchronous FULL, one
/// writer, many readers. Rule: domain T9. Throws Unusable (no database, damaged) or Unavailable
/// (missing, read-only), saying what would work.
std::unique_ptr<Database> open_sqlite(const SqliteOptions& options);

}  // namespace shopkeeper::storage
