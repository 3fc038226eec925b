#pragma once

#include <string>

namespace shopkeeper::bench {

struct PostgresqlPlan {
    std::string url;      ///< an empty database on PostgreSQL; stays filled afterwards
    std::string pgbench;  ///< PostgreSQL's own benchmark program
    int rounds;
    double seconds;
};

/// create_order of 1, 4 and 16 clients beside `pgbench -N` of as many, and list_products of 16
/// beside `pgbench -S`, by turns on one server. The JSON of RaceResults.
std::string measure_postgresql(const PostgresqlPlan& plan);

}  // namespace shopkeeper::bench
