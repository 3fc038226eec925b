#include "prove/shop_state.hpp"

#include <string_view>

#include "storage/migrate.hpp"

namespace shopkeeper::prove {
namespace {

/// Columns that change with their row, the first of them that a table has. Time passes between two
/// calls, so `updated_ms` never comes out the same.
struct Moving {
    std::string_view name;
    std::string_view type;
};
constexpr Moving kMoving[] = {{"updated_ms", "BIGINT"},
                              {"products", "BIGINT"},
                              {"value", "BIGINT"},
                              {"df", "INTEGER"},
                              {"booked", "INTEGER"}};

std::string query_of(std::string_view table, std::string_view columns) {
    std::string sum = "0";
    for (const auto& [name, type] : kMoving) {
        const std::string declared = "\n    " + std::string(name) + " " + std::string(type) + " ";
        if (columns.find(declared) == columns.npos) continue;
        sum = "CAST(COALESCE(SUM(" + std::string(name) + "), 0) AS BIGINT)";
        break;
    }
    return "SELECT COUNT(*), " + sum + " FROM " + std::string(table);
}

}  // namespace

ShopState::ShopState() {
    constexpr std::string_view kCreate = "CREATE TABLE ";
    for (const auto& migration : storage::read_migrations(embedded::migrations())) {
        const std::string_view sql = migration.sql;
        for (auto at = sql.find(kCreate); at != sql.npos; at = sql.find(kCreate, at + 1)) {
            const auto name_at = at + kCreate.size();
            const std::string_view table = sql.substr(name_at, sql.find(' ', name_at) - name_at);
            const std::string_view columns = sql.substr(at, sql.find("\n);", at) - at);
            if (table != "idempotency_keys") queries_.push_back(query_of(table, columns));
        }
    }
}

std::vector<std::int64_t> ShopState::of(storage::Database& database) const {
    return database.read([&](storage::Connection& connection) {
        std::vector<std::int64_t> figures;
        for (const std::string& sql : queries_) {
            const auto rows = connection.query(sql);
            figures.push_back(rows.front().get<std::int64_t>(0));
            figures.push_back(rows.front().get<std::int64_t>(1));
        }
        return figures;
    });
}

std::int64_t ShopState::audit_rows(storage::Database& database) {
    return database.read([](storage::Connection& connection) {
        return connection.query("SELECT COUNT(*) FROM audit_log").front().get<std::int64_t>(0);
    });
}

}  // namespace shopkeeper::prove
