#pragma once

#include <string>
#include <string_view>

#include "support/server_script.hpp"

namespace shopkeeper::test {

/// A PgBouncer in transaction mode before the tests' PostgreSQL server: tests/support/pgbouncer.sh.
/// It gives a client's next transaction to another server connection whenever it has another.
class PgBouncer {
public:
    /// Where there is none, the process ends as skipped, with CI=true as failed.
    static PgBouncer& shared();

    PgBouncer();

    /// To this database of the server.
    std::string url(std::string_view database) const;

private:
    ServerScript script_;
};

}  // namespace shopkeeper::test
