#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "storage/database.hpp"

namespace shopkeeper::storage {

/// Whose rows the transactions of one connection pool are for.
enum class Reach {
    all_shops,  ///< migrations, checks, copies, operators: as the login, which owns the tables
    one_shop,   ///< serving: of the shop that a transaction enters, as the serving role
    one_shop_as_login,  ///< the same where the serving role cannot be had
};

/// Made by `raise_wall` where nobody has made it.
inline constexpr const char* kServingRole = "shopkeeper_serving";

struct PostgresqlOptions {
    /// "postgresql://user@host:5432/shop?sslmode=require": whatever libpq reads, and its
    /// environment (PGPASSWORD, PGSSLMODE, ~/.pgpass) for what the URL leaves out.
    std::string url;
    std::size_t connections_max = 20;          ///< opened when they are first needed
    std::chrono::milliseconds wait_max{5000};  ///< for a free connection, and for a row's lock
    /// So many writes of one shop hold its locks at once at most; the others wait here, by their
    /// order of arrival. They meet at the shop's counter and its popular flowers anyway, and a
    /// place in a line here costs less than one in the server's. More than one, since each of them
    /// also works where it meets nobody. For those whose shop is known when they begin.
    std::size_t writers_of_shop_max = 4;
    std::chrono::milliseconds statement_max{30'000};  ///< the server ends what takes longer
    /// Prepared statements on the server. Where a pooler hands each transaction to another server
    /// connection they cannot work; the first one that fails switches them off by itself.
    bool prepares = true;
    /// A write that returned is on disk. False, for what may be forgotten: it is there for
    /// everybody, but a crash of the server may lose the last moments.
    bool is_durable = true;
    Reach reach = Reach::all_shops;
    /// Whom transactions that reach one shop run as, so that the login may own the tables. Empty:
    /// the wall is raised without such a role.
    std::string serving_role = kServingRole;
};

/// Connects to a PostgreSQL server (12 or newer, encoding UTF8). Writes run READ COMMITTED, reads
/// REPEATABLE READ READ ONLY; nothing is kept in a session, so a pooler in transaction mode may
/// stand between. A connection that was lost while it lay idle is replaced without a word; one that
/// breaks inside a transaction is Unavailable, during COMMIT InDoubt, and the next call connects
/// anew. Rule: domain T9, W5, W20. Throws Unavailable (no server, no such database, wrong password)
/// or Unusable (too old, other encoding, a login that does not reach so far, no libpq on this
/// machine), never showing the password.
std::unique_ptr<Database> open_postgresql(const PostgresqlOptions& options);

}  // namespace shopkeeper::storage
