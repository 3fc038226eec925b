#include "support/postgres_cluster.hpp"

#include <libpq-fe.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <stdexcept>

#include "storage/libpq.hpp"
#include "support/child_process.hpp"

namespace shopkeeper::test {
namespace {

constexpr int kSkipped = 77;

std::vector<std::string> whole_environment() {
    std::vector<std::string> all;
    for (char** entry = environ; *entry != nullptr; ++entry) all.emplace_back(*entry);
    return all;
}

[[noreturn]] void skip(const char* why) {
    const char* ci = std::getenv("CI");
    const bool must_run = ci != nullptr && std::string_view(ci) == "true";
    std::fprintf(stderr, "%s: the tests on PostgreSQL do not run: %s\n",
                 must_run ? "FAILED" : "SKIPPED", why);
    std::exit(must_run ? EXIT_FAILURE : kSkipped);
}

}  // namespace

struct PostgresCluster::Script {
    Script()
        : process({SHOPKEEPER_SOURCE_DIR "/tests/support/postgres_cluster.sh"},
                  whole_environment()),
          input(process.release_input()) {}
    ~Script() {
        close(input);
        process.wait();
    }

    std::optional<std::string> line() const {
        std::string text;
        for (char c = 0; read(process.output(), &c, 1) == 1;) {
            if (c == '\n') return text;
            text += c;
        }
        return std::nullopt;
    }

    ChildProcess process;
    int input;
};

PostgresCluster& PostgresCluster::shared() {
    static const std::unique_ptr<PostgresCluster> cluster = [] {
        const char* given = std::getenv("SHOPKEEPER_TEST_POSTGRES_URL");
        try {
            return given != nullptr && *given != '\0' ? std::make_unique<PostgresCluster>(given)
                                                      : std::make_unique<PostgresCluster>();
        } catch (const std::exception& refused) {
            skip(refused.what());
        }
    }();
    return *cluster;
}

PostgresCluster::PostgresCluster() : script_(std::make_unique<Script>()) {
    auto url = script_->line();
    if (!url) throw std::runtime_error("no PostgreSQL server was started; see above");
    url_ = std::move(*url);
}

PostgresCluster::PostgresCluster(std::string url) : url_(std::move(url)) {}

PostgresCluster::~PostgresCluster() = default;

std::string PostgresCluster::url(std::string_view database) const {
    return url_.substr(0, url_.rfind('/') + 1).append(database);
}

void PostgresCluster::obey(std::string_view word) {
    connection_.reset();
    const std::string line = std::string(word) + "\n";
    const bool is_sent = script_ && write(script_->input, line.data(), line.size()) ==
                                        static_cast<ssize_t>(line.size());
    if (!is_sent || script_->line() != "done")
        throw std::runtime_error("the PostgreSQL cluster does not " + std::string(word));
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
