// The only file that knows pqxx.
#include "storage/postgresql_session.hpp"

#include <pqxx/pqxx>
#include <stdexcept>
#include <utility>

#include "base/log.hpp"
#include "storage/digest.hpp"
#include "storage/parameters.hpp"
#include "storage/postgresql_wall.hpp"

namespace shopkeeper::storage::postgresql {
namespace {

/// So many statements are handed over at most before they are sent: what the server answers
/// meanwhile has room in the socket.
constexpr std::size_t kHandedOverMax = 64;

/// What the server said about a statement, by SQLSTATE, as the kind that somebody reacts to.
[[noreturn]] void fail(std::string_view state, const std::string& message) {
    if (state == "23505") throw UniqueViolation(message);
    if (state == "23503") throw ForeignKeyViolation(message);
    // Not-null, check, exclusion, our append-only guards; and a number that its column cannot hold.
    if (state.starts_with("23") || state == "22003") throw CheckViolation(message);
    // 0A000: a statement was planned before another process changed its table. 40: deadlock,
    // serialization failure.
    if (state == "0A000" || state.starts_with("40")) throw Retryable(message);
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
bool is_pooler_trouble(std::string_view state) {
    return state == "26000" || state == "42P05";
}

/// The server ends the connection, or keeps a plan that no longer fits.
bool is_last_word(std::string_view state) {
    return state.starts_with("57P0") || state == "0A000";
}

/// libpqxx's connection, with the libpq connection inside it: libpqxx 6 does not know how to send
/// statements without waiting for each (storage/postgresql_pipeline.hpp).
class OpenLine final : public pqxx::connection_base {
public:
    explicit OpenLine(const std::string& url) : connection_base(policy_), policy_(url) { init(); }
    OpenLine(const OpenLine&) = delete;
    OpenLine& operator=(const OpenLine&) = delete;
    ~OpenLine() noexcept { close(); }

    pg_conn* libpq() const { return policy_.connected; }

private:
    struct Policy final : pqxx::connect_direct {
        using connect_direct::connect_direct;
        handle do_startconnect(handle before) override {
            return connected = connect_direct::do_startconnect(before);
        }
        handle connected = nullptr;
    };

    Policy policy_;
};

}  // namespace

std::string set_local(std::string_view name, std::chrono::milliseconds value) {
    return "; SET LOCAL " + std::string(name) + " = " + std::to_string(value.count());
}

std::string set_local(std::string_view name, std::string_view value) {
    return "; SET LOCAL " + std::string(name) + " = '" + std::string(value) + "'";
}

struct Session::Line {
    explicit Line(const std::string& url) : open(url), quiet(open), plain(open) {
        // Details of a violation quote the row: names and phones do not belong into logs (I10).
        open.set_verbosity(pqxx::connection_base::terse);
    }
    OpenLine open;
    pqxx::quiet_errorhandler quiet;
    pqxx::nontransaction plain;  ///< BEGIN and COMMIT are ours
};

Session::Session(const std::string& url, std::atomic<bool>& prepares) : prepares_(prepares) {
    try {
        line_ = std::make_unique<Line>(url);
    } catch (const pqxx::failure& refused) {
        throw Unavailable(refused.what());
    }
}

Session::~Session() = default;

void Session::begin(const Beginning& beginning, Memory* memory) {
    lend(memory);
    has_failed_ = false;
    has_vouched_ = false;
    is_patient_ = false;
    be_patient_.sql = beginning.be_patient;
    is_walled_ = beginning.is_walled;
    shop_id_ = beginning.shop_id;
    has_presented_ = false;
    std::string sql(beginning.sql);
    if (is_walled_) {
        sql += set_local(kShopSetting, shop_id_ ? std::to_string(*shop_id_) : "");
    }
    try {
        run_plain("beginning a transaction", sql);
    } catch (const Unavailable& lost) {
        if (is_broken_) throw NeverBegan(lost.what());
        throw;
    }
}

Rows Session::query_alone(const Beginning& terms, std::string_view sql,
                          std::span<const Value> params) {
    has_failed_ = false;
    try {
        if (terms.is_walled) {
            const std::string shop = terms.shop_id ? std::to_string(*terms.shop_id) : "";
            hand_over(known(terms.sql), std::vector<Value>{shop});
        } else {
            hand_over(known(terms.sql));
        }
        return rows_of(*run(sql, params));
    } catch (const Unavailable& lost) {
        if (is_broken_) throw NeverBegan(lost.what());
        throw;
    } catch (...) {
        handed_over_.clear();  // the terms, if the statement was not handed over behind them
        throw;
    }
}

void Session::commit_read() noexcept {
    try {
        hand_over(commit_);
        catch_up();
    } catch (const std::exception&) {
        is_broken_ = true;  // what was read has been read; only the connection is of no use
    }
}

void Session::commit(const std::string& settle, const std::function<void()>& let_go) {
    if (has_failed_) {
        throw Error(
            "a statement of this transaction failed and the failure was not passed on; "
            "nothing of it is kept");
    }
    const std::size_t commit = handed_over_.size();
    hand_over(commit_);
    if (!settle.empty() && !is_patient_) {
        handed_over_.back().when_done = let_go;
        hand_over(settling(settle));
    }
    const auto failure = send();
    if (!failure) return;
    const bool is_refused = failure->at <= commit && !failure->state.empty();
    if (is_refused && (!is_broken_ || failure->at < commit)) complain(*failure);
    throw InDoubt("the end of COMMIT was not heard (" + failure->message +
                  "): the change may be there or not");
}

void Session::rollback() noexcept {
    end_in_vain(nullptr);
}

void Session::refuse(const std::string& settle) {
    const bool has_to_settle = has_vouched_ && !settle.empty();
    if (end_in_vain(has_to_settle ? &settle : nullptr) || !has_to_settle) return;
    throw Unavailable("the connection to the database broke behind a refusal");
}

void Session::show_only_durable() {
    if (is_patient_ || be_patient_.sql.empty()) return;
    hand_over(be_patient_);
    is_patient_ = true;
}

void Session::catch_up() {
    if (handed_over_.empty()) return;
    if (const auto failure = send()) complain(*failure);
}

void Session::run_script(std::string_view sql) {
    catch_up();
    run_plain("running a script", std::string(sql));
}

void Session::lock(std::string_view name) {
    // A number stands for the name; two names with one number would only wait for each other.
    const std::string key =
        digest_of("shopkeeper lock " + std::string(name), DigestLength::name).substr(0, 15);
    execute_later("SELECT pg_advisory_xact_lock($1)",
                  {static_cast<std::int64_t>(std::stoull(key, nullptr, 16))});
}

void Session::enter_shop(std::int64_t shop_id) {
    if (!is_walled_ || (shop_id_ == shop_id && !has_presented_)) return;
    const std::string shop = std::to_string(shop_id);
    set_later(kShopSetting, shop);
    if (has_presented_) set_later(kSecretSetting, "");
    shop_id_ = shop_id;
    has_presented_ = false;
}

void Session::present(std::string_view secret) {
    if (!is_walled_) return;
    set_later(kSecretSetting, secret);
    has_presented_ = true;
}

void Session::continue_ids(std::string_view table) {
    const std::string name(table);
    run_script("SELECT setval(pg_get_serial_sequence('" + name + "', 'id'), MAX(id)) FROM " + name +
               " HAVING MAX(id) IS NOT NULL");
}

Rows Session::do_query(std::string_view sql, std::span<const Value> params) {
    return rows_of(*run(sql, params));
}
std::int64_t Session::do_execute(std::string_view sql, std::span<const Value> params) {
    return touched_by(*run(sql, params));
}
Later<Rows> Session::do_query_later(std::string_view sql, std::span<const Value> params) {
    return later<Rows>(sql, params, &rows_of);
}
Later<std::int64_t> Session::do_execute_later(std::string_view sql, std::span<const Value> params) {
    return later<std::int64_t>(sql, params, &touched_by);
}

Reply Session::run(std::string_view sql, std::span<const Value> params) {
    const Arrival arrival = hand_over(known(sql), params);
    catch_up();
    return std::move(*arrival);
}

template <class T>
Later<T> Session::later(std::string_view sql, std::span<const Value> params,
                        T (*read)(const pg_result&)) {
    if (handed_over_.size() >= kHandedOverMax) catch_up();
    const Arrival arrival = hand_over(known(sql), params);
    return Later<T>(std::function<T()>([this, arrival, read] {
        if (!*arrival) catch_up();
        if (!*arrival) throw std::logic_error("an answer is asked for after its transaction");
        return read(**arrival);
    }));
}

void Session::set_later(std::string_view setting, std::string_view value) {
    execute_later("SELECT set_config($1, $2, TRUE)", {setting, value});
}

Session::Arrival Session::hand_over(Statement& statement, std::span<const Value> params) {
    if (params.size() != statement.parameters) {
        throw std::logic_error(std::to_string(params.size()) + " parameters given, " +
                               std::to_string(statement.parameters) +
                               " expected: " + statement.sql);
    }
    check_is_whole(statement.sql);
    handed_over_.push_back({&statement, Texts(params)});
    return handed_over_.back().reply;
}

/// The name comes from the text: should two clients of a pooler share a server connection, the
/// same name means the same statement.
Statement& Session::known(std::string_view sql) {
    auto found = statements_.find(sql);
    if (found == statements_.end()) {
        const std::string text(sql);
        Statement statement{text, "sk_" + digest_of(sql, DigestLength::name),
                            count_parameters(sql)};
        found = statements_.emplace(text, std::move(statement)).first;
    }
    if (!prepares_) found->second.name.clear();
    return found->second;
}

Statement& Session::settling(const std::string& sql) {
    settle_.sql = sql;
    return settle_;
}

/// Sends what was handed over and waits for all of it.
std::optional<Failure> Session::send() {
    std::vector<Sending> batch = std::exchange(handed_over_, {});
    auto failure = exchange(line_->open.libpq(), batch);
    if (!failure) return failure;
    has_failed_ = true;
    is_broken_ = failure->is_lost || is_last_word(failure->state);
    const bool has_name = failure->at < batch.size() && !failure->state.empty();
    if (has_name) failure->message = batch[failure->at].statement->sql + ": " + failure->message;
    return failure;
}

void Session::complain(const Failure& failure) {
    if (failure.state.empty())
        throw Unavailable("the connection to the database broke: " + failure.message);
    if (prepares_ && is_pooler_trouble(failure.state)) switch_prepares_off();
    fail(failure.state, failure.message);
}

/// Several statements at once, which take no parameters; nothing else waits to be sent.
void Session::run_plain(std::string_view what, const std::string& sql) {
    check_is_whole(what);
    try {
        line_->plain.exec(sql);
    } catch (const pqxx::sql_error& refused) {
        has_failed_ = true;
        is_broken_ = !line_->open.is_open() || is_last_word(refused.sqlstate());
        fail(refused.sqlstate(), std::string(what) + ": " + refused.what());
    } catch (const pqxx::transaction_rollback& conflict) {
        // Deadlock, serialization failure: no sql_error to pqxx.
        has_failed_ = true;
        is_broken_ = !line_->open.is_open();
        throw Retryable(std::string(what) + ": " + conflict.what());
    } catch (const pqxx::failure& lost) {
        has_failed_ = is_broken_ = true;
        throw Unavailable(std::string("the connection to the database broke: ") + lost.what());
    }
}

void Session::check_is_whole(std::string_view what) const {
    if (has_failed_ || is_broken_)
        throw Error("a statement after the failure of its transaction: " + std::string(what));
}

/// ROLLBACK, and behind it `settle` if there is one. What was handed over and not sent has
/// never been. False: the connection is lost.
bool Session::end_in_vain(const std::string* settle) noexcept {
    if (is_broken_) return false;
    has_failed_ = false;
    handed_over_.clear();
    try {
        hand_over(rollback_);
        if (settle != nullptr) hand_over(settling(*settle));
        if (send()) is_broken_ = true;
    } catch (const std::exception&) {
        is_broken_ = true;
    }
    return !is_broken_;
}

void Session::switch_prepares_off() {
    prepares_ = false;
    log::info("storage", "a pooler in transaction mode: prepared statements are off from now");
    throw Retryable("a prepared statement met another server connection");
}

}  // namespace shopkeeper::storage::postgresql
