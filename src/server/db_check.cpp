#include "server/db_check.hpp"

#include "journal/audit.hpp"
#include "server/checks/checks.hpp"
#include "server/checks/folded_names.hpp"

namespace shopkeeper::server {
namespace {

/// An id is a number in most tables and text in some.
std::string id_of(const storage::Row& row) {
    try {
        return std::to_string(row.get<std::int64_t>(0));
    } catch (const std::logic_error&) {
        return row.get<std::string>(0);
    }
}

class Checker {
public:
    Checker(storage::Connection& connection, UnixMs now_ms)
        : connection_(connection), now_ms_(now_ms) {}

    CheckReport run(std::string_view engine) {
        if (engine == "sqlite") check_file();
        for (const Invariant& invariant : invariants()) check(invariant);
        check_audit();
        found("names.folded", "(several)", "what is searched by is what is shown, folded (F1)",
              checks::badly_folded(connection_));
        return std::move(report_);
    }

private:
    void found(std::string_view check, std::string_view table, std::string_view says,
               std::vector<std::string> ids) {
        ++report_.checks;
        if (ids.empty()) return;
        report_.findings.push_back(
            {std::string(check), std::string(table), std::string(says), std::move(ids)});
    }

    /// The engine's own opinion of its file; includes every CHECK and NOT NULL of the schema.
    void check_file() {
        std::vector<std::string> damage;
        for (const storage::Row row : connection_.query("PRAGMA integrity_check")) {
            if (auto text = row.get<std::string>(0); text != "ok")
                damage.push_back(std::move(text));
        }
        found("file.integrity", "(file)", "the file is sound and every row keeps its constraints",
              std::move(damage));

        std::vector<std::string> orphans;
        for (const storage::Row row : connection_.query("PRAGMA foreign_key_check")) {
            orphans.push_back(row.get<std::string>(0) + ":" +
                              std::to_string(row.get<std::optional<std::int64_t>>(1).value_or(0)));
        }
        found("file.foreign_keys", "(file)", "every reference finds its row (T2)",
              std::move(orphans));
    }

    void check(const Invariant& invariant) {
        const auto rows = invariant.asks_now ? connection_.query(invariant.sql, {now_ms_})
                                             : connection_.query(invariant.sql);
        std::vector<std::string> ids;
        for (const storage::Row row : rows) ids.push_back(id_of(row));
        found(invariant.name, invariant.table, invariant.says, std::move(ids));
    }

    void check_audit() {
        std::vector<std::string> broken;
        for (const storage::Row row :
             connection_.query("SELECT DISTINCT shop_id FROM audit_log ORDER BY shop_id")) {
            const std::int64_t first =
                journal::first_broken_audit_row(connection_, row.get<std::int64_t>(0));
            if (first != 0) broken.push_back(std::to_string(first));
        }
        found("audit.chain", "audit_log", "each audit row fits the one before it (B7)",
              std::move(broken));
    }

    storage::Connection& connection_;
    const UnixMs now_ms_;
    CheckReport report_;
};

}  // namespace

std::span<const Invariant> invariants() {
    static const auto all = [] {
        std::vector<Invariant> joined;
        for (const auto& group : {checks::stock(), checks::orders(), checks::order_histories(),
                                  checks::catalogue(), checks::people(), checks::journal()})
            joined.insert(joined.end(), group.begin(), group.end());
        return joined;
    }();
    return all;
}

CheckReport check_database(storage::Database& database, UnixMs now_ms) {
    const std::string_view engine = database.engine();
    return database.read([&](storage::Connection& connection) {
        return check_database(connection, engine, now_ms);
    });
}

CheckReport check_database(storage::Connection& connection, std::string_view engine,
                           UnixMs now_ms) {
    return Checker(connection, now_ms).run(engine);
}

}  // namespace shopkeeper::server
