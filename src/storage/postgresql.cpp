#include "storage/postgresql.hpp"

#include <atomic>
#include <mutex>
#include <vector>

#include "base/random.hpp"
#include "storage/asked_together.hpp"
#include "storage/lazy_read.hpp"
#include "storage/libpq.hpp"
#include "storage/memory.hpp"
#include "storage/postgresql_guards.hpp"
#include "storage/postgresql_session.hpp"
#include "storage/postgresql_texts.hpp"
#include "storage/postgresql_url.hpp"
#include "storage/postgresql_wall.hpp"
#include "storage/turnstile.hpp"

namespace shopkeeper::storage {
namespace {

using postgresql::Beginning;
using postgresql::NeverBegan;
using postgresql::Session;
using postgresql::set_local;

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

/// For a transaction that began with kForgettable and is not to be forgotten.
constexpr std::string_view kPatient = "SET LOCAL synchronous_commit TO DEFAULT";
/// The same on a server that would not wait for the disk by itself.
constexpr std::string_view kPatientAsked = "SET LOCAL synchronous_commit = on";

/// A transaction of nothing but a note in the server's log of changes. It ends when that log is on
/// the disk (and with the standbys that the server waits for) up to this note, and so is whatever
/// was committed before.
constexpr const char* kSettle = "SELECT pg_logical_emit_message(TRUE, 'shopkeeper', '')";
/// The same on a server that would not wait for the disk by itself.
constexpr const char* kSettleAsked =
    "SELECT set_config('synchronous_commit', 'on', TRUE), "
    "pg_logical_emit_message(TRUE, 'shopkeeper', '')";

class PostgresqlDatabase final : public Database {
public:
    explicit PostgresqlDatabase(const PostgresqlOptions& options)
        : options_(options),
          url_(with_defaults(options.url, kUrlDefaults)),
          prepares_(options.prepares),
          turnstile_(options.connections_max),
          writers_(options.writers_of_shop_max),
          alone_(terms_of_one()) {
        begin_read_ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" +
                      limits(options.statement_max, options.wait_max) + side_of_the_wall();
        begin_write_ = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE" +
                       limits(options.statement_max, options.wait_max) + side_of_the_wall();
        begin_schema_ = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE" +
                        limits(kSchemaChangeMax, kSchemaChangeMax) + side_of_the_wall();
    }

    /// Throws Unusable for a server that cannot keep our schema, and for a login to which most
    /// rows would not exist. To be called once, before anything else.
    void check() {
        check_server();
        if (options_.reach == Reach::all_shops) check_reach();
    }

    /// Decides, too, how writes come to be on the disk (T9). They are committed without waiting for
    /// it, which ends their locks, and then waited for together. A server that acknowledges
    /// commits before they are on disk is asked for better each time.
    void check_server() {
        bool may_settle = false;
        const bool is_relaxed = read([&](Connection& connection) {
            const Rows rows = connection.query(
                "SELECT CAST(current_setting('server_version_num') AS BIGINT), "
                "current_setting('server_encoding'), current_setting('synchronous_commit'), "
                "has_function_privilege(SESSION_USER, 'pg_logical_emit_message(boolean, text, "
                "text)', 'EXECUTE')");
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
            may_settle = server.get<bool>(3);
            return server.get<std::string_view>(2) == "off";
        });
        if (is_relaxed) begin_schema_ += kDurable;
        if (!options_.is_durable || may_settle)
            begin_write_ += kForgettable;
        else if (is_relaxed)
            begin_write_ += kDurable;
        if (!options_.is_durable || !may_settle) return;
        settle_ = is_relaxed ? kSettleAsked : kSettle;
        be_patient_ = is_relaxed ? kPatientAsked : kPatient;
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
        if (mode == Mode::read) return run_read(shop_id, work);
        const std::shared_ptr<Turnstile> writers = shop_id ? writers_.of(*shop_id) : nullptr;
        std::optional<Turnstile::Pass> turn;
        if (writers) turn.emplace(take_turn(*writers));
        const Turnstile::Pass pass = enter();
        std::unique_ptr<Session> session = begun(mode, shop_id);
        try {
            if (work(*session))
                session->commit(mode == Mode::write ? settle_ : "", [&turn] { turn.reset(); });
            else
                session->refuse(settle_);
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
    void run_read(std::optional<std::int64_t> shop_id,
                  const std::function<bool(Connection&)>& work) {
        try {
            run_read(shop_id, work, [this](auto... asked) { return ask_alone(asked...); });
        } catch (const LazyRead::NotAlone&) {
            run_read(shop_id, work, {});
        }
    }

    /// A connection is taken with the first statement that is not alone.
    void run_read(std::optional<std::int64_t> shop_id, const std::function<bool(Connection&)>& work,
                  const LazyRead::AskAlone& ask_alone) {
        std::optional<Turnstile::Pass> pass;
        std::unique_ptr<Session> session;
        const auto begin = [&](std::optional<std::int64_t> shop) -> Connection& {
            pass.emplace(enter());
            session = begun(Mode::read, shop);
            return *session;
        };
        LazyRead reading(memory_, shop_id, begin, ask_alone);
        try {
            const bool is_done = work(reading);
            if (!session) return;
            if (is_done)
                session->commit_read();
            else
                session->refuse(settle_);
        } catch (...) {
            if (session) session->rollback();
            if (session) give_back(std::move(session));
            throw;
        }
        give_back(std::move(session));
    }

    /// Those who ask the same of the same shop at the same moment wait for one answer together.
    Rows ask_alone(std::optional<std::int64_t> shop_id, std::string_view sql,
                   std::span<const Value> params) {
        std::string question = shop_id ? std::to_string(*shop_id) : "";
        const postgresql::Texts texts(params);
        for (const char* param : texts.pointers()) {
            const std::string_view text = param == nullptr ? "" : param;
            question += param == nullptr ? " null" : " " + std::to_string(text.size()) + ":";
            question += text;
        }
        question += ' ';
        question += sql;
        return *questions_.ask(question, [&] { return query_alone(shop_id, sql, params); });
    }

    Rows query_alone(std::optional<std::int64_t> shop_id, std::string_view sql,
                     std::span<const Value> params) {
        const Turnstile::Pass pass = enter();
        const Beginning terms{alone_, options_.reach != Reach::all_shops, shop_id, {}};
        const auto by = [&](std::unique_ptr<Session> session) {
            try {
                Rows rows = session->query_alone(terms, sql, params);
                give_back(std::move(session));
                return rows;
            } catch (...) {
                give_back(std::move(session));
                throw;
            }
        };
        if (std::unique_ptr<Session> session = idle()) {
            try {
                return by(std::move(session));
            } catch (const NeverBegan&) {
                forget_idle();  // as in begun()
            }
        }
        return by(connect());
    }

    Turnstile::Pass take_turn(Turnstile& writers) const {
        Turnstile::Pass turn = writers.enter(options_.wait_max);
        if (!turn) {
            throw Unavailable("others write to this shop: waited " +
                              std::to_string(options_.wait_max.count()) + " ms");
        }
        return turn;
    }

    Turnstile::Pass enter() {
        Turnstile::Pass pass = turnstile_.enter(options_.wait_max);
        if (!pass) {
            throw Unavailable("all " + std::to_string(options_.connections_max) +
                              " connections to the database are busy: waited " +
                              std::to_string(options_.wait_max.count()) + " ms");
        }
        return pass;
    }

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

    /// The same for a statement that is a transaction of its own, as one statement that can be
    /// prepared; $1 is the shop where there is a wall.
    std::string terms_of_one() const {
        const auto set = [](std::string_view name, const std::string& value) {
            return "set_config('" + std::string(name) + "', " + value + ", TRUE)";
        };
        std::string terms =
            "SELECT " + set("transaction_read_only", "'on'") + ", " +
            set("statement_timeout", "'" + std::to_string(options_.statement_max.count()) + "'") +
            ", " + set("lock_timeout", "'" + std::to_string(options_.wait_max.count()) + "'");
        if (options_.reach == Reach::all_shops)
            return terms + ", " + set(postgresql::kAllShopsSetting, "'on'");
        terms += ", " + set(postgresql::kShopSetting, "$1");
        if (options_.reach == Reach::one_shop_as_login)
            return terms + ", " + set(postgresql::kAllShopsSetting, "'off'");
        return terms + ", " + set("role", postgresql::quoted_text(options_.serving_role));
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
        const Beginning beginning{begin_sql(mode), options_.reach != Reach::all_shops, shop_id,
                                  mode == Mode::write ? be_patient_ : ""};
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
        } catch (const Unavailable& refused) {
            throw Unavailable("cannot connect to " + shown_url(options_.url) + ": " +
                              refused.what());
        }
    }

    const PostgresqlOptions options_;
    const std::string url_;
    std::atomic<bool> prepares_;
    Memory memory_;
    Turnstile turnstile_;
    Turnstiles writers_;  ///< by shop; whose shop is not known at the beginning waits in the server
    AskedTogether<Rows> questions_;
    const std::string alone_;
    std::string begin_read_;
    std::string begin_write_;
    std::string begin_schema_;
    std::string_view be_patient_;  ///< see Beginning
    std::string settle_;  ///< run behind each write; empty: COMMIT itself waits for the disk

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
