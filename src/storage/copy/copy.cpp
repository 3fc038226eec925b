#include "storage/copy/copy.hpp"

#include <algorithm>
#include <ranges>

#include "storage/copy/row_stream.hpp"

namespace shopkeeper::storage {
namespace {

/// Stays far below what either engine takes in one statement.
constexpr std::size_t kParametersMax = 1000;

/// The mark of a copy under way, and of which shop: a table of its own that lives as long as the
/// copy does, so that a finished one has nothing that its source has not.
constexpr std::string_view kCreateMark =
    "CREATE TABLE unfinished_copy (source TEXT NOT NULL, started_ms BIGINT NOT NULL)";
constexpr std::string_view kInsertMark =
    "INSERT INTO unfinished_copy (source, started_ms) VALUES ($1, $2)";
constexpr std::string_view kSelectMark = "SELECT source FROM unfinished_copy";
constexpr std::string_view kDropMark = "DROP TABLE unfinished_copy";

constexpr std::string_view kFirstShop = "SELECT id, created_ms FROM shop ORDER BY id LIMIT 1";

constexpr auto kSourceWentOn =
    "; either the shop went on selling between two runs, or another copy runs at the same time. "
    "Stop the shop, then run the same command again with --restart";

/// Whose copy it is. Two shops with the same answer are still told apart by the comparison.
std::string fingerprint_of(Connection& source) {
    const Rows rows = source.query(kFirstShop);
    if (rows.empty()) return "no shop";
    return "shop " + std::to_string(rows.front().get<std::int64_t>(0)) + " of " +
           std::to_string(rows.front().get<std::int64_t>(1));
}

/// The source named in the mark of an unfinished copy; nullopt: there is no mark.
std::optional<std::string> marked_source(Database& database) {
    // As with the list of migrations: asking is the portable way to learn whether it is there.
    try {
        return database.read([](Connection& connection) -> std::optional<std::string> {
            const Rows rows = connection.query(kSelectMark);
            if (rows.empty()) return std::string("nothing");
            return rows.front().get<std::string>(0);
        });
    } catch (const Unavailable&) {
        throw;
    } catch (const Unusable&) {
        throw;
    } catch (const Error&) {
        return std::nullopt;
    }
}

std::string insert_rows(const Table& table, std::size_t rows) {
    std::string sql = "INSERT INTO " + quoted(table.name) + " (" + column_list(table) + ") VALUES ";
    std::size_t parameter = 0;
    for (std::size_t row = 0; row < rows; ++row) {
        sql += row > 0 ? ", (" : "(";
        for (std::size_t column = 0; column < table.columns.size(); ++column)
            sql += (column > 0 ? ", $" : "$") + std::to_string(++parameter);
        sql += ")";
    }
    return sql;
}

/// Writes rows with as few statements as there may be, of few different sizes: the largest, its
/// half, and so on, so that both engines find nearly all of them prepared.
void insert(Connection& target, const Table& table, const Rows& rows) {
    std::size_t size = std::max<std::size_t>(1, kParametersMax / table.columns.size());
    for (std::size_t from = 0; from < rows.size();) {
        while (size > rows.size() - from) size = std::max<std::size_t>(1, size / 2);
        std::vector<Value> values;
        values.reserve(size * table.columns.size());
        for (std::size_t row = from; row < from + size; ++row) {
            for (std::size_t column = 0; column < table.columns.size(); ++column)
                values.push_back(value_of(rows[row], table, column));
        }
        target.execute(insert_rows(table, size), values);
        from += size;
    }
}

class Copier {
public:
    Copier(Connection& source, Database& target, const std::vector<Migration>& migrations,
           UnixMs now_ms, const CopyOptions& options)
        : source_(source),
          target_(target),
          migrations_(migrations),
          tables_(tables_of(migrations)),
          now_ms_(now_ms),
          options_(options) {}

    CopyReport run() {
        if (!prepare()) {
            compare_with_foreign();
            return std::move(report_);
        }
        for (const Table& table : tables_) copy(table);
        compare();
        target_.change_schema([&](Connection& target) {
            for (const Table& table : tables_) {
                if (table.has_identity) target.continue_ids(table.name);
            }
            target.run_script(kDropMark);
        });
        return std::move(report_);
    }

private:
    /// Makes the target ready for rows; false: it has rows already and no mark of ours.
    bool prepare() {
        const std::string fingerprint = fingerprint_of(source_);
        if (const auto marked = marked_source(target_)) {
            if (*marked == fingerprint && !options_.restart) {
                report_.resumed = true;
                return true;
            }
            if (!options_.restart) {
                throw CopyRefused("the target holds an unfinished copy of another shop (" +
                                  *marked + "); --restart throws it away");
            }
            drop_all_tables(target_, migrations_);
        }
        const SchemaState schema = schema_state(target_, migrations_);
        if (schema.current > 0 && schema.current < schema.expected && holds_shop()) {
            throw CopyRefused(
                "the target already holds a shop, with an older schema; choose an empty one");
        }
        if (schema.current == schema.expected && holds_rows(target_, migrations_)) return false;
        migrate(target_, migrations_, now_ms_);
        target_.change_schema([&](Connection& target) {
            target.run_script(kCreateMark);
            target.execute(kInsertMark, {fingerprint, now_ms_});
            target_.raise_wall(target);  // who serves must see that it is not to be served
        });
        return true;
    }

    bool holds_shop() {
        return target_.read([](Connection& target) {
            return !target.query("SELECT id FROM shop LIMIT 1").empty();
        });
    }

    void copy(const Table& table) {
        // What the target has of a table is a beginning of it: every batch was one transaction.
        RowStream rows(source_, table, options_.rows_per_batch,
                       target_.read([&](Connection& target) { return last_key(target, table); }));
        std::int64_t copied = 0;
        for (Rows batch = rows.next_batch(); !batch.empty(); batch = rows.next_batch()) {
            write(table, batch);
            copied += static_cast<std::int64_t>(batch.size());
            options_.on_step({"copying", table.name, copied});
        }
        report_.rows_copied += copied;
    }

    void write(const Table& table, const Rows& batch) {
        try {
            target_.write([&](Connection& target) { insert(target, table, batch); });
        } catch (const UniqueViolation&) {
            refuse_rows(table);
        } catch (const ForeignKeyViolation&) {
            refuse_rows(table);
        }
    }

    [[noreturn]] static void refuse_rows(const Table& table) {
        throw CopyRefused("rows of table " + table.name +
                          " do not fit those that were copied before" + kSourceWentOn);
    }

    void compare() {
        try {
            compare_tables();
        } catch (const Differs& difference) {
            throw CopyRefused(std::string("source and target differ: ") + difference.what() +
                              kSourceWentOn);
        }
    }

    /// A target with rows of its own is in order only when they are the source's: the last run
    /// finished, and nobody was told.
    void compare_with_foreign() {
        try {
            compare_tables();
        } catch (const Differs& difference) {
            throw CopyRefused(
                "the target already holds other data, and nothing of it was touched; choose an "
                "empty one. The first difference: " +
                std::string(difference.what()));
        }
    }

    void compare_tables() {
        target_.read([&](Connection& target) {
            report_.tables.clear();
            for (const Table& table : tables_) {
                options_.on_step({"comparing", table.name, 0});
                report_.tables.push_back(
                    compare_table(source_, target, table, options_.rows_per_batch));
            }
        });
        report_.digest = digest_of(report_.tables);
    }

    Connection& source_;
    Database& target_;
    const std::vector<Migration>& migrations_;
    const std::vector<Table> tables_;
    const UnixMs now_ms_;
    const CopyOptions& options_;
    CopyReport report_;
};

}  // namespace

CopyReport copy_database(Database& source, Database& target,
                         const std::vector<Migration>& migrations, UnixMs now_ms,
                         const CopyOptions& options) {
    const SchemaState schema = schema_state(source, migrations);
    if (schema.current != schema.expected) {
        throw CopyRefused("the source has schema version " + std::to_string(schema.current) +
                          ", this program needs " + std::to_string(schema.expected) +
                          "; bring it up to date with `shopkeeper db migrate` first");
    }
    if (is_unfinished_copy(source))
        throw CopyRefused("the source is itself an unfinished copy; finish that one first");
    return source.read([&](Connection& snapshot) {
        return Copier(snapshot, target, migrations, now_ms, options).run();
    });
}

bool is_unfinished_copy(Database& database) {
    return marked_source(database).has_value();
}

bool holds_rows(Database& database, const std::vector<Migration>& migrations) {
    return database.read([&](Connection& connection) {
        return std::ranges::any_of(tables_of(migrations), [&](const Table& table) {
            return last_key(connection, table).has_value();
        });
    });
}

void drop_all_tables(Database& database, const std::vector<Migration>& migrations) {
    const std::vector<Table> tables = tables_of(migrations);
    database.change_schema([&](Connection& connection) {
        for (const Table& table : std::views::reverse(tables))
            connection.run_script("DROP TABLE IF EXISTS " + quoted(table.name));
        connection.run_script("DROP TABLE IF EXISTS unfinished_copy");
        connection.run_script("DROP TABLE IF EXISTS schema_migration");
    });
}

}  // namespace shopkeeper::storage
