#include "support/pgbouncer.hpp"

#include <exception>
#include <memory>

#include "support/postgres_cluster.hpp"

namespace shopkeeper::test {

PgBouncer& PgBouncer::shared() {
    static const std::unique_ptr<PgBouncer> pooler = [] {
        PostgresCluster::shared();  // says by itself that it is missing
        try {
            return std::make_unique<PgBouncer>();
        } catch (const std::exception& refused) {
            skip_all_tests("PgBouncer", refused.what());
        }
    }();
    return *pooler;
}

PgBouncer::PgBouncer() : script_("pgbouncer.sh", {PostgresCluster::shared().url()}) {}

std::string PgBouncer::url(std::string_view database) const {
    return script_.url().substr(0, script_.url().rfind('/') + 1).append(database);
}

}  // namespace shopkeeper::test
