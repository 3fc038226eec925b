#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "support/server_script.hpp"

struct pg_conn;

namespace shopkeeper::test {

/// A throw-away PostgreSQL server: tests/support/postgres_cluster.sh, which removes it also when
/// this process dies.
class PostgresCluster {
public:
    /// The server of this run: that of SHOPKEEPER_TEST_POSTGRES_URL, else one that is started with
    /// the first use. Where there is no PostgreSQL, the process ends as skipped (77); with CI=true
    /// it ends as failed.
    static PostgresCluster& shared();

    /// A server of the test's own, which it may stop.
    PostgresCluster();
    explicit PostgresCluster(std::string url);
    PostgresCluster(const PostgresCluster&) = delete;
    PostgresCluster& operator=(const PostgresCluster&) = delete;
    ~PostgresCluster();

    /// "postgresql://tester:secret@127.0.0.1:23456/<database>".
    std::string url(std::string_view database = "postgres") const;

    /// Statements outside of any transaction, on the server's own database.
    void execute(const std::string& sql);
    bool has_row(const std::string& sql);

    // REQUIRES: the server is this object's own.
    void stop() { obey("stop"); }
    void crash() { obey("kill"); }
    void start() { obey("start"); }

private:
    struct CloseConnection {
        void operator()(pg_conn* connection) const;
    };
    void obey(std::string_view word);
    pg_conn* connection();

    std::unique_ptr<ServerScript> script_;  ///< absent: somebody else started the server
    std::string url_;
    std::unique_ptr<pg_conn, CloseConnection> connection_;
};

}  // namespace shopkeeper::test
