// The only file that knows pqxx.
#include "storage/postgresql.hpp"

#include <atomic>
#include <charconv>
#include <map>
#include <mutex>
#include <pqxx/pqxx>
#include <span>
#include <vector>

#include "base/log.hpp"
#include "base/random.hpp"
#include "storage/digest.hpp"
#include "storage/libpq.hpp"
#include "storage/memory.hpp"
#include "storage/parameters.hpp"
#include "storage/postgresql_guards.hpp"
#include "storage/postgresql_texts.hpp"
#include "storage/postgresql_url.hpp"
#include "storage/postgresql_wall.hpp"
#include "storage/turnstile.hpp"

namespace shopkeeper::storage {
namespace {

/// What the URL and the environment may say better.
constexpr UrlParameter kUrlDefaults[] = {
    {"application_name", "shopkeeper"},
    {"client_encoding", "UTF8"},
    {"connect_timeout", "5"},
    // A server that vanished without a word is noticed within half a minute.
    {"keepalives_idle", "10"},
    {"keepalives_interval", "5"},
    {"keepalives_count", "3"},
    {"tcp_user_timeout", "20000"},
};

constexpr int kServerVersionMin = 120000;

/// A transaction in which nothing happens for so long has lost its owner.
constexpr std::chrono::milliseconds kIdleInTransactionMax{60'000};
/// For change_schema(): a migration may rewrite a large table, and another program may be at it.
constexpr std::chrono::milliseconds kSchemaChangeMax{30 * 60'000};
/// The first pause between two attempts is at most this, the next twice as long, and so on.
constexpr std::chrono::milliseconds kRetryPauseMax{8};

constexpr std::string_view kDurable = "; SET LOCAL synchronous_commit = on";
constexpr std::string_view kForgettable = "; SET LOCAL synchronous_commit = off";

/// The connection broke before any statement of the transaction ran.
class NeverBegan : public Unavailable {
public:
    using Unavailable::Unavailable;
};

/// What the server said about a statement, by SQLSTATE, as the kind that somebody reacts to.
[[noreturn]] void fail(const pqxx::sql_error& error, std::string_view attempted) {
    const std::string& state = error.sqlstate();
    const std::string message = std::string(attempted) + ": " + error.what();
    if (state == "23505") throw UniqueViolation(message);
    if (state == "23503") throw ForeignKeyViolation(message);
    // Not-null, check, exclusion, our append-only guards; and a number that its column cannot hold.
    if (state.starts_with("23") || state == "22003") throw CheckViolation(message);
    // 0A000: a statement was planned before another process changed its table.
    if (state == "0A000") throw Retryable(message);
    if (state == "55P03") throw LockTimeout(message);
    if (state == "08P01") throw Error(message);  // our own mistake, not the network's
    // Operator intervention (the statement limit included), lost connection, out of resources,
    // system error, read-only standby, transaction left idle.
    for (const std::string_view away : {"57", "08", "53", "58", "25006", "25P03"}) {
        if (state.starts_with(away)) throw Unavailable(message);
    }
    if (state.starts_with("XX")) throw Unusable(message);
    throw Error(message);
}

/// Statements of a pooler in transaction mode meet a server connection that never prepared them, or
/// one on which another client did.
bool is_pooler_trouble(const pqxx::sql_error& error) {
    return error.sqlstate() == "26000" || error.sqlstate() == "42P05";
}

/// How the text that the server sends is to be read.
enum class Reading { boolean, integer, numeric, real, text };

Reading reading_of(pqxx::oid type) {
    switch (type) {
        case 16:
            return Reading::boolean;
        case 20:  // int8
        case 21:  // int2
        case 23:  // int4
            return Reading::integer;
        case 1700:
            return Reading::numeric;
        case 700:  // float4
        case 701:  // float8
            return Reading::real;
        default:
            return Reading::text;
    }
}

template <class Number>
Number parse(std::string_view text) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size())
        throw Error("the server sent a number that cannot be held: " + std::string(text));
    return number;
}

void add_cell(Rows& rows, Reading reading, std::string_view text) {
    switch (reading) {
        case Reading::boolean:
            rows.add(std::int64_t{text == "t"});
            break;
        case Reading::integer:
            rows.add(parse<std::int64_t>(text));
            break;
        case Reading::numeric:  // the sum of whole numbers is one, as in SQLite
            if (text.find_first_of(".eN") == std::string_view::npos) {
                rows.add(parse<std::int64_t>(text));
                break;
            }
            [[fallthrough]];
        case Reading::real:
            rows.add(parse<double>(text));
            break;
        case Reading::text:
            rows.add(text);
            break;
    }
}

Rows copy(const pqxx::result& result) {
    Rows rows(result.columns());
    std::vector<Reading> readings;
    for (pqxx::row::size_type column = 0; column < result.columns(); ++column)
        readings.push_back(reading_of(result.column_type(column)));
    for (const pqxx::row& row : result) {
        for (pqxx::row::size_type column = 0; column < row.size(); ++column) {
            const pqxx::field field = row[column];
            if (field.is_null())
                rows.add_null();
            else
                add_cell(rows, readings[column], {field.c_str(), field.size()});
        }
    }
    return rows;
}

std::string set_local(std::string_view name, std::chrono::milliseconds value) {
    return "; SET LOCAL " + std::string(name) + " = " + std::to_string(value.count());
}

std::string set_local(std::string_view name, std::string_view value) {
    return "; SET LOCAL " + std::string(name) + " = '" + std::string(value) + "'";
}

/// How a transaction begins, and for which shop it is.
struct Beginning {
    std::string_view sql;
    bool is_walled;  ///< it sees the rows of the shop that it enters, and of no other
    std::optional<std::int64_t> shop_id;
};

/// One connection to the server. After a failed statement nothing more runs until rollback(): on
/// the server because the transaction is void, here so that nothing slips through after a
/// reconnection inside pqxx, outside of any transaction.
class Session final : public Connection {
public:
    Session(const std::string& url, std::atomic<bool>& prepares)
        : connection_(url), quiet_(connection_), transaction_(connection_), prepares_(prepares) {
        // Details of a violation quote the row: names and phones do not belong into logs (I10).
        connection_.set_verbosity(pqxx::connection_base::terse);
    }

    bool is_usable() const { return !is_broken_; }

    /// A transaction that only reads is given `memory`; one that may write, null.
    void begin(const Beginning& beginning, Memory* memory) {
        lend(memory);
        has_failed_ = false;
        is_walled_ = beginning.is_walled;
        shop_id_ = beginning.shop_id;
        has_presented_ = false;
        std::string sql(beginning.sql);
        if (is_walled_) {
            sql += set_local(postgresql::kShopSetting, shop_id_ ? std::to_string(*shop_id_) : "");
        }
        try {
            attempt("beginning a transaction", [&] { return transaction_.exec(sql); });
        } catch (const Unavailable& lost) {
            if (is_broken_) throw NeverBegan(lost.what());
            throw;
        }
    }

    void commit_read() noexcept {
        try {
            attempt("ending a read", [&] { return transaction_.exec("COMMIT"); });
        } catch (const std::exception&) {
            is_broken_ = true;  // what was read has been read; only the connection is of no use
        }
    }

    void commit() {
        if (has_failed_) {
            throw Error(
                "a statement of this transaction failed and the failure was not passed on; "
                "nothing of it is kept");
        }
        try {
            attempt("committing", [&] { return transaction_.exec("COMMIT"); });
        } catch (const Error& refused) {
            if (!is_broken_) throw;
            throw InDoubt(std::string("the connection broke during COMMIT (") + refused.what() +
                          "): the change may be there or not");
        }
    }

    void rollback() noexcept {
        if (is_broken_) return;
        has_failed_ = false;
        try {
            attempt("rolling back", [&] { return transaction_.exec("ROLLBACK"); });
        } catch (const std::exception&) {
            is_broken_ = true;
        }
    }

    void run_script(std::string_view sql) override {
        attempt("running a script", [&] { return transaction_.exec(std::string(sql)); });
    }

    void lock(std::string_view name) override {
        // A number stands for the name; two names with one number would only wait for each other.
        const std::string key =
            digest_of("shopkeeper lock " + std::string(name), DigestLength::name).substr(0, 15);
        run("SELECT pg_advisory_xact_lock($1)",
            std::vector<Value>{static_cast<std::int64_t>(std::stoull(key, nullptr, 16))});
    }

    void enter_shop(std::int64_t shop_id) override {
        if (!is_walled_ || (shop_id_ == shop_id && !has_presented_)) return;
        std::string sql = "SET LOCAL " + std::string(postgresql::kShopSetting) + " = '" +
                          std::to_string(shop_id) + "'";
        if (has_presented_) sql += set_local(postgresql::kSecretSetting, "");
        run_script(sql);
        shop_id_ = shop_id;
        has_presented_ = false;
    }

    void present(std::string_view secret) override {
        if (!is_walled_) return;
        run("SELECT set_config($1, $2, TRUE)",
            std::vector<Value>{postgresql::kSecretSetting, secret});
        has_presented_ = true;
    }

    void continue_ids(std::string_view table) override {
        const std::string name(table);
        run_script("SELECT setval(pg_get_serial_sequence('" + name + "', 'id'), MAX(id)) FROM " +
                   name + " HAVING MAX(id) IS NOT NULL");
    }

protected:
    Rows do_query(std::string_view sql, std::span<const Value> params) override {
        return copy(run(sql, params));
    }
    std::int64_t do_execute(std::string_view sql, std::span<const Value> params) override {
        return static_cast<std::int64_t>(run(sql, params).affected_rows());
    }

private:
    struct Statement {
        std::string name;
        std::size_t parameters;
    };

    pqxx::result run(std::string_view sql, std::span<const Value> params) {
        const Statement& statement = known(sql);
        if (params.size() != statement.parameters) {
            throw std::logic_error(std::to_string(params.size()) + " parameters given, " +
                                   std::to_string(statement.parameters) +
                                   " expected: " + std::string(sql));
        }
        const postgresql::Texts texts(params);
        const auto arguments = pqxx::prepare::make_dynamic_params(texts.pointers());
        return attempt(sql, [&] {
            if (!prepares_) return transaction_.exec_params(std::string(sql), arguments);
            return transaction_.exec_prepared(statement.name, arguments);
        });
    }

    /// The name comes from the text: should two clients of a pooler share a server connection, the
    /// same name means the same statement.
    const Statement& known(std::string_view sql) {
        const auto found = statements_.find(sql);
        if (found != statements_.end()) return found->second;
        Statement statement{"sk_" + digest_of(sql, DigestLength::name), count_parameters(sql)};
        connection_.prepare(statement.name, std::string(sql));  // noted; sent with its first use
        return statements_.emplace(std::string(sql), std::move(statement)).first->second;
    }

    template <class Work>
    pqxx::result attempt(std::string_view what, Work&& work) {
        if (has_failed_ || is_broken_)
            throw Error("a statement after the failure of its transaction: " + std::string(what));
        try {
            return work();
        } catch (const pqxx::sql_error& refused) {
            has_failed_ = true;
            is_broken_ = !connection_.is_open() || refused.sqlstate().starts_with("57P0") ||
                         refused.sqlstate() == "0A000";
            if (prepares_ && is_pooler_trouble(refused)) switch_prepares_off();
            fail(refused, what);
        } catch (const pqxx::transaction_rollback& conflict) {
            // Deadlock, serialization failure: no sql_error to pqxx.
            has_failed_ = true;
            is_broken_ = !connection_.is_open();
            throw Retryable(std::string(what) + ": " + conflict.what());
        } catch (const pqxx::failure& lost) {
            has_failed_ = is_broken_ = true;
            throw Unavailable(std::string("the connection to the database broke: ") + lost.what());
        }
    }

    [[noreturn]] void switch_prepares_off() {
        prepares_ = false;
        log::info("storage", "a pooler in transaction mode: prepared statements are off from now");
        throw Retryable("a prepared statement met another server connection");
    }

    pqxx::connection connection_;
    pqxx::quiet_errorhandler quiet_;
    pqxx::nontransaction transaction_;  ///< BEGIN and COMMIT are ours
    std::map<std::string, Statement, std::less<>> statements_;
    std::atomic<bool>& prepares_;
    bool has_failed_ = false;
    bool is_broken_ = false;
    // Of the transaction under way.
    bool is_walled_ = false;
    std::optional<std::int64_t> shop_id_;  ///< the one that was entered
    bool has_presented_ = false;
};

class PostgresqlDatabase final : public Database {
public:
    explicit PostgresqlDatabase(const PostgresqlOptions& options)
        : options_(options),
          url_(with_defaults(options.url, kUrlDefaults)),
          prepares_(options.prepares),
          turnstile_(options.connections_max) {
        begin_read_ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" +
                      limits(options.statement_max, options.wait_max) + side_of_the_wall();
        begin_write_ = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE" +
                       limits(options.statement_max, options.wait_max) + side_of_the_wall();
        if (!options.is_durable) begin_write_ += kForgettable;
        begin_schema_ = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE" +
                        limits(kSchemaChangeMax, kSchemaChangeMax) + side_of_the_wall();
    }

    /// Throws Unusable for a server that cannot keep our schema, and for a login to which most
    /// rows would not exist. To be called once, before anything else.
    void check() {
        check_server();
        if (options_.reach == Reach::all_shops) check_reach();
    }

    /// A server that acknowledges commits before they are on disk is asked for better with each
    /// transaction (T9).
    void check_server() {
        const bool is_relaxed = read([&](Connection& connection) {
            const Rows rows = connection.query(
                "SELECT CAST(current_setting('server_version_num') AS BIGINT), "
                "current_setting('server_encoding'), current_setting('synchronous_commit')");
            const Row server = rows.front();
            if (server.get<std::int64_t>(0) < kServerVersionMin) {
                throw Unusable(shown_url(options_.url) + " is a PostgreSQL older than " +
                               std::to_string(kServerVersionMin / 10000) + "; use a newer server");
            }
            if (server.get<std::string_view>(1) != "UTF8") {
                throw Unusable(shown_url(options_.url) + " has the encoding " +
                               server.get<std::string>(1) +
                               "; make the database with ENCODING 'UTF8' TEMPLATE template0");
            }
            return server.get<std::string_view>(2) == "off";
        });
        if (!is_relaxed || !options_.is_durable) return;
        begin_write_ += kDurable;
        begin_schema_ += kDurable;
    }

    void check_reach() {
        const std::optional<Wall> wall = inspect_wall();
        if (wall->sees_all) return;
        throw Unusable(shown_url(options_.url) + ": " + wall->login +
                       " may serve one shop at a time, and this needs all of them; use the login "
                       "that owns the tables");
    }

    bool reads_wait_for_nobody() const override { return false; }
    std::string_view engine() const override { return "postgresql"; }
    bool writers_take_turns() const override { return false; }
    std::optional<PoolFigures> pool() const override {
        const Turnstile::Figures figures = turnstile_.figures();
        return PoolFigures{figures.inside, options_.connections_max, figures.waiting};
    }

    std::string identity_column() const override {
        return "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY";
    }
    std::string column_type(std::string_view portable) const override {
        if (portable == "TEXT") return R"(TEXT COLLATE "C")";
        if (portable == "INTEGER") return "BIGINT";
        return std::string(portable);
    }
    std::string append_only_guard(std::string_view table) const override {
        return postgresql::append_only_guard(table);
    }
    std::string maintainable_guard(std::string_view table) const override {
        return postgresql::maintainable_guard(table);
    }
    std::string lookup_policy(std::string_view table, std::string_view shop) const override {
        return postgresql::lookup_policy(table, shop);
    }
    std::string secret_policy(std::string_view table, std::string_view secret) const override {
        return postgresql::secret_policy(table, secret);
    }
    std::optional<Wall> inspect_wall() override {
        return read([&](Connection& connection) {
            return postgresql::inspect_wall(connection, options_.serving_role);
        });
    }
    void raise_wall(Connection& schema) override {
        postgresql::raise_wall(schema, options_.serving_role);
    }

protected:
    void run(Mode mode, std::optional<std::int64_t> shop_id,
             const std::function<bool(Connection&)>& work) override {
        const Turnstile::Pass pass = turnstile_.enter(options_.wait_max);
        if (!pass) {
            throw Unavailable("all " + std::to_string(options_.connections_max) +
                              " connections to the database are busy: waited " +
                              std::to_string(options_.wait_max.count()) + " ms");
        }
        std::unique_ptr<Session> session = begun(mode, shop_id);
        try {
            if (!work(*session))
                session->rollback();
            else if (mode == Mode::read)
                session->commit_read();
            else
                session->commit();
        } catch (...) {
            session->rollback();
            give_back(std::move(session));
            throw;
        }
        give_back(std::move(session));
    }

    /// Who is in the way leaves with the end of a transaction of this process, or is another
    /// process: then the pause is what keeps the two from meeting again at once.
    void before_retry(int attempt) override {
        SystemRandom random;
        const auto longest = static_cast<std::uint64_t>(kRetryPauseMax.count()) << (attempt - 1);
        turnstile_.wait_for_a_leaver(std::chrono::milliseconds(random.below(longest + 1)));
    }

private:
    static std::string limits(std::chrono::milliseconds statement, std::chrono::milliseconds wait) {
        // For this transaction only: a pooler may give the session to somebody else afterwards.
        return set_local("statement_timeout", statement) + set_local("lock_timeout", wait) +
               set_local("idle_in_transaction_session_timeout", kIdleInTransactionMax);
    }

    /// Who the transaction is, said in the same round trip: the session keeps nothing of it.
    std::string side_of_the_wall() const {
        if (options_.reach == Reach::all_shops)
            return set_local(postgresql::kAllShopsSetting, "on");
        if (options_.reach == Reach::one_shop_as_login)
            return set_local(postgresql::kAllShopsSetting, "off");
        return "; SET LOCAL ROLE " + postgresql::quoted_name(options_.serving_role);
    }

    const std::string& begin_sql(Mode mode) const {
        switch (mode) {
            case Mode::read:
                return begin_read_;
            case Mode::write:
                return begin_write_;
            case Mode::schema:
                break;
        }
        return begin_schema_;
    }

    Memory* memory_of(Mode mode) { return mode == Mode::read ? &memory_ : nullptr; }

    /// A session inside a new transaction. What lay idle while the server went away and came back
    /// is replaced: nothing of this transaction has run yet.
    std::unique_ptr<Session> begun(Mode mode, std::optional<std::int64_t> shop_id) {
        const Beginning beginning{begin_sql(mode), options_.reach != Reach::all_shops, shop_id};
        std::unique_ptr<Session> session = idle();
        const bool is_fresh = session == nullptr;
        if (is_fresh) session = connect();
        try {
            session->begin(beginning, memory_of(mode));
        } catch (const NeverBegan&) {
            if (is_fresh) throw;
            forget_idle();  // they were lost together
            session = connect();
            session->begin(beginning, memory_of(mode));
        }
        return session;
    }

    std::unique_ptr<Session> idle() {
        const std::lock_guard lock(mutex_);
        if (idle_.empty()) return nullptr;
        std::unique_ptr<Session> session = std::move(idle_.back());
        idle_.pop_back();
        return session;
    }

    void give_back(std::unique_ptr<Session> session) {
        if (!session->is_usable()) return;
        const std::lock_guard lock(mutex_);
        idle_.push_back(std::move(session));
    }

    void forget_idle() {
        std::vector<std::unique_ptr<Session>> lost;
        const std::lock_guard lock(mutex_);
        lost.swap(idle_);
    }

    std::unique_ptr<Session> connect() {
        try {
            return std::make_unique<Session>(url_, prepares_);
        } catch (const pqxx::failure& refused) {
            throw Unavailable("cannot connect to " + shown_url(options_.url) + ": " +
                              refused.what());
        }
    }

    const PostgresqlOptions options_;
    const std::string url_;
    std::atomic<bool> prepares_;
    Memory memory_;
    Turnstile turnstile_;
    std::string begin_read_;
    std::string begin_write_;
    std::string begin_schema_;

    std::mutex mutex_;
    std::vector<std::unique_ptr<Session>> idle_;  // guarded by mutex_
};

}  // namespace

std::unique_ptr<Database> open_postgresql(const PostgresqlOptions& options) {
    load_libpq();
    auto database = std::make_unique<PostgresqlDatabase>(options);
    database->check();
    return database;
}

}  // namespace shopkeeper::storage
