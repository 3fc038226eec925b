#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "storage/database.hpp"

namespace shopkeeper::storage {

struct PostgresqlOptions {
    /// "postgresql://user@host:5432/shop?sslmode=require": whatever libpq reads, and its
    /// environment (PGPASSWORD, PGSSLMODE, ~/.pgpass) for what the URL leaves out.
    std::string url;
    std::size_t connections_max = 20;          ///< opened when they are first needed
    std::chrono::milliseconds wait_max{5000};  ///< for a free connection, and for a row's lock
    std::chrono::milliseconds statement_max{30'000};  ///< the server ends what takes longer
    /// Prepared statements on the server. Where a pooler hands each transaction to another server
    /// connection they cannot work; the first one that fails switches them off by itself.
    bool prepares = true;
    /// A write that returned is on disk. False, for what may be forgotten: it is there for
    /// everybody, but a crash of the server may lose the last moments.
    bool is_durable = true;
};

/// Connects to a PostgreSQL server (12 or newer, encoding UTF8). Writes run READ COMMITTED, reads
/// REPEATABLE READ READ ONLY; nothing is kept in a session, so a pooler in transaction mode may
/// stand between. A connection that was lost while it lay idle is replaced without a word; one that
/// breaks inside a transaction is Unavailable, during COMMIT InDoubt, and the next call connects
/// anew. Rule: domain T9, W5, W20. Throws Unavailable (no server, no such database, wrong password)
/// or Unusable (too old, other encoding, no libpq on this machine), never showing the password.
std::unique_ptr<Database> open_postgresql(const PostgresqlOptions& options);

}  // namespace shopkeeper::storage
