#include "storage/copy/tables.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>

namespace shopkeeper::storage {
namespace {

constexpr std::string_view kSelectTables = R"sql(
SELECT name
FROM sqlite_schema
WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'schema_migration'
ORDER BY name)sql";

constexpr std::string_view kSelectColumns = R"sql(
SELECT name, type, pk
FROM pragma_table_info($1)
ORDER BY cid)sql";

constexpr std::string_view kSelectParents = R"sql(
SELECT DISTINCT "table"
FROM pragma_foreign_key_list($1)
WHERE "table" <> $1)sql";

Column::Kind kind_of(const std::string& table, std::string_view type) {
    if (type == "BIGINT" || type == "INTEGER") return Column::Kind::integer;
    if (type == "BOOLEAN") return Column::Kind::boolean;
    if (type == "TEXT") return Column::Kind::text;
    throw std::logic_error("a column of table " + table + " has the type " + std::string(type) +
                           ", which no copy knows how to carry");
}

Table read_table(Connection& connection, const std::string& name) {
    Table table{.name = name};
    std::map<std::int64_t, std::size_t> key;
    bool has_plain_integer = false;
    for (const Row row : connection.query(kSelectColumns, {name})) {
        const auto type = row.get<std::string_view>(1);
        const auto place_in_key = row.get<std::int64_t>(2);
        if (place_in_key > 0) key[place_in_key] = table.columns.size();
        has_plain_integer |= place_in_key > 0 && type == "INTEGER";
        table.columns.push_back({row.get<std::string>(0), kind_of(name, type)});
    }
    for (const auto& [place, column] : key) table.key.push_back(column);
    if (table.key.empty()) throw std::logic_error("table " + name + " has no primary key");
    // What {{identity}} is in this engine's words.
    table.has_identity = table.key.size() == 1 && has_plain_integer;
    return table;
}

std::set<std::string> read_parents(Connection& connection, const std::string& name) {
    std::set<std::string> parents;
    for (const Row row : connection.query(kSelectParents, {name}))
        parents.insert(row.get<std::string>(0));
    return parents;
}

}  // namespace

std::vector<Table> tables_of(const std::vector<Migration>& migrations) {
    const auto pattern = open_sqlite({.path = ":memory:"});
    migrate(*pattern, migrations, 0);
    return pattern->read([](Connection& connection) {
        std::vector<std::string> waiting;
        for (const Row row : connection.query(kSelectTables))
            waiting.push_back(row.get<std::string>(0));
        std::vector<Table> tables;
        std::set<std::string> placed;
        while (!waiting.empty()) {
            const auto next = std::find_if(waiting.begin(), waiting.end(), [&](const auto& name) {
                const auto parents = read_parents(connection, name);
                return std::includes(placed.begin(), placed.end(), parents.begin(), parents.end());
            });
            if (next == waiting.end())
                throw std::logic_error("tables refer to each other in a circle: " +
                                       waiting.front());
            tables.push_back(read_table(connection, *next));
            placed.insert(*next);
            waiting.erase(next);
        }
        return tables;
    });
}

}  // namespace shopkeeper::storage
