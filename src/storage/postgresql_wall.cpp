#include "storage/postgresql_wall.hpp"

#include <algorithm>
#include <iterator>

namespace shopkeeper::storage::postgresql {
namespace {

/// What the transaction has said of itself. In a subquery: read once a statement, not once a row.
/// A setting that an earlier transaction of the session has made is empty, not NULL.
constexpr std::string_view kShop =
    "(SELECT NULLIF(current_setting('shopkeeper.shop_id', TRUE), ''))";
constexpr std::string_view kShopNumber =
    "(SELECT CAST(NULLIF(current_setting('shopkeeper.shop_id', TRUE), '') AS BIGINT))";
constexpr std::string_view kSecret =
    "(SELECT NULLIF(current_setting('shopkeeper.secret', TRUE), ''))";
constexpr std::string_view kAllShops =
    "(SELECT current_setting('shopkeeper.all_shops', TRUE) = 'on')";

/// The program's own books and its guards: who serves may read them.
constexpr std::string_view kReadOnlyTables[] = {"schema_migration", "unfinished_copy",
                                                "maintenance"};

/// The tables of whoever made schema_migration, in its schema. $1: the serving role.
constexpr std::string_view kSelectTables = R"sql(
SELECT c.relname,
       EXISTS (SELECT 1 FROM pg_attribute a
               WHERE a.attrelid = c.oid AND a.attname = 'shop_id' AND NOT a.attisdropped),
       EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'one_shop'),
       EXISTS (SELECT 1 FROM pg_policy p
               WHERE p.polrelid = c.oid AND p.polname = 'all_shops'
                 AND p.polroles = ARRAY[c.relowner]),
       c.relrowsecurity AND c.relforcerowsecurity,
       COALESCE(has_table_privilege(r.oid, c.oid, 'SELECT'), FALSE),
       COALESCE(has_table_privilege(r.oid, c.oid, 'INSERT')
                AND has_table_privilege(r.oid, c.oid, 'UPDATE')
                AND has_table_privilege(r.oid, c.oid, 'DELETE'), FALSE)
FROM pg_class books
JOIN pg_class c ON c.relnamespace = books.relnamespace AND c.relowner = books.relowner
LEFT JOIN pg_roles r ON r.rolname = $1
WHERE books.oid = to_regclass('schema_migration') AND c.relkind IN ('r', 'p')
ORDER BY c.relname)sql";

constexpr std::string_view kSelectLogin = R"sql(
SELECT current_user, me.rolsuper OR me.rolbypassrls, me.rolsuper OR me.rolcreaterole,
       COALESCE(me.rolsuper OR me.rolbypassrls OR pg_has_role(me.oid, books.relowner, 'MEMBER'),
                TRUE),
       COALESCE(pg_has_role(me.oid, books.relowner, 'MEMBER'), TRUE)
FROM pg_roles me
LEFT JOIN pg_class books ON books.oid = to_regclass('schema_migration')
WHERE me.rolname = current_user)sql";

/// Since PostgreSQL 16 a member may be one without the right to act as the role.
constexpr std::string_view kSelectServing = R"sql(
SELECT pg_has_role(current_user, r.oid,
                   CASE WHEN CAST(current_setting('server_version_num') AS BIGINT) >= 160000
                        THEN 'SET' ELSE 'MEMBER' END),
       r.rolsuper OR r.rolbypassrls OR COALESCE(pg_has_role(r.oid, books.relowner, 'MEMBER'), FALSE)
FROM pg_roles r
LEFT JOIN pg_class books ON books.oid = to_regclass('schema_migration')
WHERE r.rolname = $1)sql";

struct Table {
    std::string name;
    bool has_shop_id;
    bool has_policy;
    bool has_owners_policy;
    bool is_forced;
    bool serving_reads;
    bool serving_writes;

    /// A table with a policy is one with rows of shops, whatever its columns are called.
    bool is_of_shops() const { return has_shop_id || has_policy; }
    bool is_guarded() const {
        return !is_of_shops() || (has_policy && has_owners_policy && is_forced);
    }
    bool is_read_only() const {
        return std::ranges::find(kReadOnlyTables, name) != std::end(kReadOnlyTables);
    }
    bool serves() const { return serving_reads && (serving_writes || is_read_only()); }
};

struct Login {
    std::string name;
    bool is_above_policies;
    bool may_make_roles;
    bool sees_all;
    bool is_owner;
};

struct Serving {
    bool exists = false;
    bool is_ours = false;  ///< this login may act as it
    bool is_safe = false;  ///< owns nothing of ours, stands above no policy
    bool is_usable() const { return exists && is_ours && is_safe; }
};

std::vector<Table> tables_of(Connection& connection, std::string_view serving_role) {
    std::vector<Table> tables;
    for (const Row row : connection.query(kSelectTables, {serving_role})) {
        tables.push_back({row.get<std::string>(0), row.get<bool>(1), row.get<bool>(2),
                          row.get<bool>(3), row.get<bool>(4), row.get<bool>(5), row.get<bool>(6)});
    }
    return tables;
}

Login login_of(Connection& connection) {
    const Rows rows = connection.query(kSelectLogin);
    const Row row = rows.front();
    return {row.get<std::string>(0), row.get<bool>(1), row.get<bool>(2), row.get<bool>(3),
            row.get<bool>(4)};
}

Serving serving_of(Connection& connection, std::string_view role) {
    if (role.empty()) return {};
    const Rows rows = connection.query(kSelectServing, {role});
    if (rows.empty()) return {};
    return {true, rows.front().get<bool>(0), !rows.front().get<bool>(1)};
}

/// In the place of one that has the same name.
std::string policy(std::string_view name, std::string_view table, std::string_view rest) {
    const std::string on = std::string(name) + " ON " + quoted_name(table);
    return "DROP POLICY IF EXISTS " + on + ";\nCREATE POLICY " + on + " " + std::string(rest) +
           ";\n";
}

std::string guard(const Table& table) {
    const std::string name = quoted_name(table.name);
    std::string ddl;
    if (!table.has_policy) {
        ddl += policy("one_shop", table.name, "USING (shop_id = " + std::string(kShopNumber) + ")");
    }
    if (!table.has_owners_policy) {
        ddl += policy("all_shops", table.name,
                      "TO CURRENT_USER USING (" + std::string(kAllShops) + ")");
    }
    return ddl + "ALTER TABLE " + name + " ENABLE ROW LEVEL SECURITY;\nALTER TABLE " + name +
           " FORCE ROW LEVEL SECURITY;\n";
}

/// Two shops of one server may be set up at the same moment: the second finds the role made.
std::string make_role(std::string_view role) {
    return "DO $make$ BEGIN CREATE ROLE " + quoted_name(role) +
           " NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $make$";
}

std::string let_through(const Table& table, std::string_view role) {
    return std::string("GRANT SELECT") + (table.is_read_only() ? "" : ", INSERT, UPDATE, DELETE") +
           " ON " + quoted_name(table.name) + " TO " + quoted_name(role) + ";\n";
}

Serving make_serving_role(Connection& connection, std::string_view role, const Login& login) {
    Serving serving = serving_of(connection, role);
    if (role.empty() || !login.may_make_roles) return serving;
    if (!serving.exists) {
        connection.run_script(make_role(role));
        serving = serving_of(connection, role);
        if (!serving.is_ours) {
            connection.run_script("GRANT " + quoted_name(role) + " TO CURRENT_USER");
            serving = serving_of(connection, role);
        }
    }
    return serving;
}

std::string missing_of(const Wall& wall, const Login& login, const Serving& serving,
                       std::string_view role, bool serves_everywhere) {
    if (!wall.unguarded.empty()) {
        std::string names;
        for (const std::string& table : wall.unguarded)
            names += (names.empty() ? "" : ", ") + table;
        return "tables without a policy: " + names +
               "; `shopkeeper db migrate` as their owner makes it";
    }
    if (role.empty()) return "no role to serve under is configured";
    const std::string name = quoted_name(role);
    if (!serving.exists) {
        return "there is no role " + name + " and " + login.name +
               " may not make one; an administrator runs: CREATE ROLE " + name +
               " NOLOGIN; GRANT " + name + " TO " + quoted_name(login.name) +
               "; then `shopkeeper db migrate` gives it its rights";
    }
    if (!serving.is_ours) {
        return login.name + " may not act as the role " + name + "; an administrator runs: GRANT " +
               name + " TO " + quoted_name(login.name);
    }
    if (!serving.is_safe) {
        return "the role " + name +
               " is above the policies: it is a superuser, has BYPASSRLS or owns the tables";
    }
    if (!serves_everywhere) {
        return "the role " + name +
               " lacks rights on tables; `shopkeeper db migrate` as their owner gives them";
    }
    return {};
}

std::string quoted(std::string_view text, char quote) {
    std::string quoted(1, quote);
    for (const char c : text) quoted.append(c == quote ? 2 : 1, c);
    return quoted + quote;
}

}  // namespace

std::string quoted_name(std::string_view name) {
    return quoted(name, '"');
}

std::string quoted_text(std::string_view text) {
    return quoted(text, '\'');
}

std::string lookup_policy(std::string_view table, std::string_view shop) {
    const std::string is_of_shop =
        "CAST(" + std::string(shop) + " AS TEXT) = " + std::string(kShop);
    return policy("one_shop", table,
                  "USING (" + std::string(kShop) + " IS NULL OR " + is_of_shop + ")");
}

std::string secret_policy(std::string_view table, std::string_view secret) {
    return policy("secret", table,
                  "FOR SELECT USING (" + std::string(secret) + " = " + std::string(kSecret) + ")");
}

void raise_wall(Connection& connection, std::string_view serving_role) {
    const Login login = login_of(connection);
    const Serving serving = make_serving_role(connection, serving_role, login);
    std::string ddl;
    for (const Table& table : tables_of(connection, serving_role)) {
        if (!table.is_guarded()) ddl += guard(table);
        if (serving.exists && serving.is_safe && !table.serves())
            ddl += let_through(table, serving_role);
    }
    if (!ddl.empty()) connection.run_script(ddl);
}

Wall inspect_wall(Connection& connection, std::string_view serving_role) {
    const Login login = login_of(connection);
    const Serving serving = serving_of(connection, serving_role);
    Wall wall;
    wall.login = login.name;
    wall.sees_all = login.sees_all;
    bool serves_everywhere = true;
    for (const Table& table : tables_of(connection, serving_role)) {
        if (!table.is_guarded()) wall.unguarded.push_back(table.name);
        serves_everywhere = serves_everywhere && table.serves();
    }
    wall.missing = missing_of(wall, login, serving, serving_role, serves_everywhere);
    const bool is_for_raising =
        !serving_role.empty() &&
        (serving.exists ? serving.is_safe && !serves_everywhere : login.may_make_roles);
    wall.is_up_to_date = wall.unguarded.empty() && !is_for_raising;
    if (wall.missing.empty())
        wall.strength = Wall::Strength::whole;
    else if (wall.unguarded.empty() && !login.is_above_policies)
        wall.strength = Wall::Strength::rows;
    return wall;
}

}  // namespace shopkeeper::storage::postgresql
