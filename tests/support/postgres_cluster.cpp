#include "support/postgres_cluster.hpp"

#include <libpq-fe.h>

#include <cstdlib>
#include <stdexcept>

#include "storage/libpq.hpp"

namespace shopkeeper::test {
PostgresCluster& PostgresCluster::shared() {
    static const std::unique_ptr<PostgresCluster> cluster = [] {
        const char* given = std::getenv("SHOPKEEPER_TEST_POSTGRES_URL");
        try {
            return given != nullptr && *given != '\0' ? std::make_unique<PostgresCluster>(given)
                                                      : std::make_unique<PostgresCluster>();
        } catch (const std::exception& refused) {
            skip_all_tests("PostgreSQL", refused.what());
        }
    }();
    return *cluster;
}

PostgresCluster::PostgresCluster()
    : script_(std::make_unique<ServerScript>("postgres_cluster.sh")), url_(script_->url()) {}

PostgresCluster::PostgresCluster(std::string url) : url_(std::move(url)) {}

PostgresCluster::~PostgresCluster() = default;

std::string PostgresCluster::url(std::string_view database) const {
    return url_.substr(0, url_.rfind('/') + 1).append(database);
}

void PostgresCluster::obey(std::string_view word) {
    connection_.reset();
    if (!script_) throw std::runtime_error("the PostgreSQL server is somebody else's");
    script_->obey(word);
}

void PostgresCluster::CloseConnection::operator()(pg_conn* connection) const {
    PQfinish(connection);
}

pg_conn* PostgresCluster::connection() {
    storage::load_libpq();
    if (!connection_) connection_.reset(PQconnectdb(url_.c_str()));
    if (PQstatus(connection_.get()) != CONNECTION_OK)
        throw std::runtime_error(PQerrorMessage(connection_.get()));
    return connection_.get();
}

void PostgresCluster::execute(const std::string& sql) {
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(connection(), sql.c_str()),
                                                               &PQclear);
    const auto status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        throw std::runtime_error(sql + ": " + PQerrorMessage(connection()));
}

bool PostgresCluster::has_row(const std::string& sql) {
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(connection(), sql.c_str()),
                                                               &PQclear);
    if (PQresultStatus(result.get()) != PGRES_TUPLES_OK)
        throw std::runtime_error(sql + ": " + PQerrorMessage(connection()));
    return PQntuples(result.get()) > 0;
}

}  // namespace shopkeeper::test
