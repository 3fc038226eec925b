#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "storage/postgresql_texts.hpp"
#include "storage/value.hpp"

struct pg_conn;
struct pg_result;

/// Statements of a transaction that travel together: one message to the server, one wait.
namespace shopkeeper::storage::postgresql {

struct ClearReply {
    void operator()(pg_result* reply) const;
};
/// What the server answered to one statement; null: it has not run.
using Reply = std::unique_ptr<pg_result, ClearReply>;

/// The rows of a reply, each value read by the type of its column.
Rows rows_of(const pg_result& reply);
/// How many rows the statement changed.
std::int64_t touched_by(const pg_result& reply);

/// A text that a connection has run before, or will.
struct Statement {
    std::string sql;
    std::string name;            ///< empty: nothing is kept on the server
    std::size_t parameters = 0;  ///< `$1` to this
    bool is_known = false;       ///< to the server, under that name
};

/// A statement on its way.
struct Sending {
    Statement* statement;  ///< outlives the exchange, and may stand in one batch several times
    Texts parameters;
    std::shared_ptr<Reply> reply = std::make_shared<Reply>();
    /// Called as soon as the server has run the statement, while it runs those behind it. Empty:
    /// all answers come together.
    std::function<void()> when_done = {};
};

/// Why a batch did not run to its end.
struct Failure {
    std::size_t at;        ///< the statement that failed, counted from 0; none behind it has run
    std::string state;     ///< SQLSTATE; empty: the server said nothing, so `at` is a guess
    std::string message;   ///< the server's, or libpq's
    bool is_lost = false;  ///< the connection is of no more use
};

/// Sends all statements in one go and waits for their answers; the server runs one after the other,
/// each seeing what those before it changed, up to the first that fails.
/// REQUIRES: a connection that runs nothing else.
std::optional<Failure> exchange(pg_conn* connection, std::vector<Sending>& batch);

}  // namespace shopkeeper::storage::postgresql
