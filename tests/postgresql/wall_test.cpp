// The wall between shops: what the database keeps apart when the program's own SQL forgets to.
#include <unistd.h>
#include <catch2/catch.hpp>

#include <atomic>
#include <map>
#include <set>
#include <thread>

#include "storage/migrate.hpp"
#include "storage/postgresql.hpp"
#include "support/postgres_cluster.hpp"
#include "support/postgres_login.hpp"
#include "support/test_database.hpp"

using namespace shopkeeper;
using storage::Connection;
using storage::Database;
using storage::Reach;
using storage::Wall;
using test::PostgresCluster;
using test::PostgresLogin;

namespace {

constexpr std::int64_t kOurs = 8;
constexpr std::int64_t kTheirs = 9;

constexpr std::string_view kInsertShop =
    "INSERT INTO shop (id, name, created_ms, updated_ms) VALUES ($1, 'S', 1, 1)";
constexpr std::string_view kInsertClient =
    "INSERT INTO client (shop_id, phone, name, created_ms, updated_ms) VALUES ($1, $2, 'C', 1, 1)";
constexpr std::string_view kInsertOrder =
    "INSERT INTO orders (id, shop_id, tracking_id, order_number, client_id, customer_name, phone, "
    "sender_phone, recipient_name, recipient_phone, delivery_type, time_precision, currency, "
    "subtotal_minor, delivery_cost_minor, total_minor, fingerprint, created_ms, updated_ms) "
    "SELECT shop_id, shop_id, $2, '#00001', id, 'A', 'p', 'p', 'B', 'p', 'pickup', 'asap', 'KZT', "
    "0, 0, 0, 'f', 1, 1 FROM client WHERE shop_id = $1";
constexpr std::string_view kInsertStaff =
    "INSERT INTO staff_user (shop_id, name, phone, password_hash, created_ms, updated_ms) "
    "VALUES ($1, 'P', $2, '!', 1, 1)";

std::string number_of(std::int64_t shop_id, std::string_view prefix) {
    return std::string(prefix) + std::to_string(shop_id);
}

std::int64_t count(Connection& connection, const std::string& table) {
    return connection.query("SELECT COUNT(*) FROM " + table).front().get<std::int64_t>(0);
}

std::set<std::string> texts(Connection& connection, std::string_view sql) {
    std::set<std::string> all;
    for (const storage::Row row : connection.query(sql)) all.insert(row.get<std::string>(0));
    return all;
}

std::set<std::string> texts_alone(Connection& connection, std::string_view sql) {
    std::set<std::string> all;
    for (const storage::Row row : connection.query_alone(sql)) all.insert(row.get<std::string>(0));
    return all;
}

/// Two shops with a client, an order, a member of staff and a kept answer each.
void settle(Database& database) {
    database.write([](Connection& c) {
        for (const std::int64_t shop_id : {kOurs, kTheirs}) {
            c.execute(kInsertShop, {shop_id});
            c.execute(kInsertClient, {shop_id, number_of(shop_id, "+770000000")});
            c.execute(kInsertOrder, {shop_id, number_of(shop_id, "10000000")});
            c.execute(kInsertStaff, {shop_id, number_of(shop_id, "+770000010")});
            c.execute(
                "INSERT INTO idempotency_keys (scope, key, request_hash, state, created_ms, "
                "expires_ms) VALUES ($1, 'k', 'h', 'done', 1, 2)",
                {std::to_string(shop_id) + ":staff:1:create_order"});
            c.execute(
                "INSERT INTO used_confirmation (shop_id, digest, expires_ms) VALUES ($1, $2, 2)",
                {shop_id, std::string(63, 'd') + std::to_string(shop_id)});
        }
    });
}

struct Shops : test::BothSides {
    Shops() : BothSides(test::both_sides(1)) { settle(*whole); }

    std::int64_t number(std::string_view sql) const {
        return whole->read(
            [&](Connection& c) { return c.query(sql).front().get<std::int64_t>(0); });
    }
};

std::vector<storage::Migration> all_migrations() {
    return storage::read_migrations(embedded::migrations());
}

struct Guard {
    bool is_forced;
    std::map<std::string, std::string> policies;  ///< their commands, roles and expressions
};

/// Every table of the database and what the catalogue says of its guards.
std::map<std::string, Guard> guards(Database& database) {
    return database.read([](Connection& c) {
        std::map<std::string, Guard> all;
        for (const storage::Row row :
             c.query("SELECT relname, relrowsecurity AND relforcerowsecurity FROM pg_class WHERE "
                     "relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"))
            all[row.get<std::string>(0)].is_forced = row.get<bool>(1);
        for (const storage::Row row :
             c.query("SELECT tablename, policyname, permissive || ' ' || cmd || ' TO ' || "
                     "array_to_string(roles, ',') || ' ' || qual || COALESCE(with_check, '') FROM "
                     "pg_policies"))
            all.at(row.get<std::string>(0)).policies[row.get<std::string>(1)] =
                row.get<std::string>(2);
        return all;
    });
}

}  // namespace

TEST_CASE("every table with rows of shops is behind the wall, and the exceptions are these",
          "[postgresql][wall]") {
    const Shops shops;
    const auto tables = guards(*shops.whole);
    const std::string shop =
        "( SELECT (NULLIF(current_setting('shopkeeper.shop_id'::text, true), ''::text))";
    const std::string walled =
        "PERMISSIVE ALL TO public (shop_id = " + shop + "::bigint AS \"nullif\"))";
    const std::string owners =
        "PERMISSIVE ALL TO tester ( SELECT (current_setting('shopkeeper.all_shops'::text, true) = "
        "'on'::text))";

    // No rows of shops: the program's own books; throttles, which count before anybody is known;
    // the names of sessions, which belong to a connection; programs that sign people in, and whom
    // their tokens stand for, which is asked before the shop is known.
    const std::set<std::string> outside = {"schema_migration", "maintenance",   "login_attempt",
                                           "rate_bucket",      "ended_session", "oauth_client",
                                           "oauth_grant",      "staff_identity"};
    // Read before the shop of a call is known.
    const std::set<std::string> looked_up = {"shop", "staff_user", "api_key", "idempotency_keys"};

    for (const auto& [name, guard] : tables) {
        INFO(name);
        CHECK(guard.is_forced == !outside.contains(name));
        if (outside.contains(name)) {
            CHECK(guard.policies.empty());
            continue;
        }
        std::map<std::string, std::string> others = guard.policies;
        CHECK(others["all_shops"] == owners);
        if (looked_up.contains(name))
            CHECK(others["one_shop"].find("IS NULL) OR (") != std::string::npos);
        else
            CHECK(others["one_shop"] == walled);
        CHECK(others.erase("all_shops") + others.erase("one_shop") == 2);
        CHECK(others.erase("secret") == (name == "orders" ? 1 : 0));
        CHECK(others.empty());
    }

    const auto with_shop_id = shops.whole->read([](Connection& c) {
        return texts(c,
                     "SELECT table_name FROM information_schema.columns WHERE column_name = "
                     "'shop_id' AND table_schema = 'public'");
    });
    CHECK(with_shop_id.size() > 25);
    for (const std::string& name : with_shop_id) {
        INFO(name);
        CHECK(tables.at(name).is_forced);
    }
}

TEST_CASE("a table of a later migration is behind the wall without a line of its own",
          "[postgresql][wall]") {
    const test::EmptyPlace place;
    const auto owner = storage::open_postgresql({.url = place.url()});
    auto migrations = all_migrations();
    migrations.push_back({static_cast<std::int64_t>(migrations.size()) + 1, "later", "sum",
                          "CREATE TABLE later (id {{identity}}, shop_id BIGINT NOT NULL)"});
    storage::migrate(*owner, migrations, 1);
    owner->write(
        [](Connection& c) { c.run_script("INSERT INTO later (shop_id) VALUES (8), (9)"); });

    const auto serving = storage::open_postgresql({.url = place.url(), .reach = Reach::one_shop});
    const auto seen = [&](std::optional<std::int64_t> shop_id) {
        return serving->read([](Connection& c) { return count(c, "later"); }, shop_id);
    };
    CHECK(seen(kOurs) == 1);
    CHECK(seen(std::nullopt) == 0);
    CHECK(owner->inspect_wall()->strength == Wall::Strength::whole);
    CHECK(owner->inspect_wall()->is_up_to_date);
}

TEST_CASE("SQL that forgets its shop sees and changes the rows of one shop", "[postgresql][wall]") {
    const Shops shops;
    for (const char* table : {"client", "orders", "staff_user", "shop", "idempotency_keys"}) {
        INFO(table);
        CHECK(shops.serving->read([&](Connection& c) { return count(c, table); }, kOurs) == 1);
        CHECK(shops.whole->read([&](Connection& c) { return count(c, table); }) == 2);
    }

    const auto updated = shops.serving->write(
        [](Connection& c) { return c.execute("UPDATE client SET name = 'changed'"); }, kOurs);
    CHECK(updated == 1);
    CHECK(shops.number("SELECT shop_id FROM client WHERE name = 'changed'") == kOurs);

    const auto deleted = shops.serving->write(
        [](Connection& c) { return c.execute("DELETE FROM orders"); }, kTheirs);
    CHECK(deleted == 1);
    CHECK(shops.number("SELECT shop_id FROM orders") == kOurs);

    // Naming the other shop does not help.
    CHECK(shops.serving->write(
              [](Connection& c) { return c.execute("DELETE FROM client WHERE shop_id = 9"); },
              kOurs) == 0);
    CHECK(shops.number("SELECT COUNT(*) FROM client") == 2);
}

TEST_CASE("a statement that is alone sees the rows of the shop that was entered",
          "[postgresql][wall]") {
    const Shops shops;
    const auto alone = [&](auto&& prepare, std::optional<std::int64_t> shop_id) {
        return shops.serving->read(
            [&](Connection& c) {
                prepare(c);
                return texts_alone(c, "SELECT phone FROM client");
            },
            shop_id);
    };
    const auto nothing = [](Connection&) {};
    const std::set<std::string> ours = {number_of(kOurs, "+770000000")};
    const std::set<std::string> theirs = {number_of(kTheirs, "+770000000")};
    CHECK(alone(nothing, kOurs) == ours);
    CHECK(alone(nothing, kTheirs) == theirs);
    CHECK(alone(nothing, std::nullopt).empty());
    CHECK(alone([](Connection& c) { c.enter_shop(kTheirs); }, kOurs) == theirs);

    // Many at once, who are answered together, and not across the wall.
    std::atomic<int> wrong = 0;
    std::vector<std::thread> guests;
    for (int i = 0; i < 8; ++i) {
        guests.emplace_back([&, is_ours = i % 2 == 0] {
            for (int asked = 0; asked < 50; ++asked) {
                if (alone(nothing, is_ours ? kOurs : kTheirs) != (is_ours ? ours : theirs)) ++wrong;
            }
        });
    }
    for (std::thread& guest : guests) guest.join();
    CHECK(wrong == 0);
}

TEST_CASE("no row can be put into another shop", "[postgresql][wall]") {
    const Shops shops;
    const auto refused = [&](std::string_view sql) {
        INFO(sql);
        CHECK_THROWS_WITH(shops.serving->write([&](Connection& c) { c.execute(sql); }, kOurs),
                          Catch::Matchers::Contains("row-level security"));
    };
    refused(
        "INSERT INTO client (shop_id, phone, name, created_ms, updated_ms) VALUES (9, 'p', 'C', 1, "
        "1)");
    refused("UPDATE client SET shop_id = 9");
    refused("UPDATE staff_user SET shop_id = 9");
    refused("UPDATE staff_user SET shop_id = NULL, is_superadmin = TRUE");
    refused(
        "INSERT INTO idempotency_keys (scope, key, request_hash, state, created_ms, expires_ms) "
        "VALUES ('9:staff:1:x', 'k', 'h', 'done', 1, 2)");
    CHECK(shops.number("SELECT COUNT(*) FROM client WHERE shop_id = 9") == 1);
    CHECK(shops.number("SELECT COUNT(*) FROM staff_user WHERE shop_id = 9") == 1);
    CHECK(shops.number("SELECT COUNT(*) FROM staff_user WHERE is_superadmin") == 0);
    CHECK(shops.number("SELECT COUNT(*) FROM idempotency_keys") == 2);
}

TEST_CASE("before a shop is entered nothing of shops is there but what identifies a caller",
          "[postgresql][wall]") {
    const Shops shops;
    shops.serving->read([](Connection& c) {
        CHECK(count(c, "client") == 0);
        CHECK(count(c, "orders") == 0);
        CHECK(count(c, "staff_user") == 2);
        c.enter_shop(kTheirs);
        CHECK(count(c, "client") == 1);
        CHECK(count(c, "staff_user") == 1);
        c.enter_shop(kOurs);
        CHECK(texts(c, "SELECT phone FROM client") == std::set<std::string>{"+7700000008"});
    });
    CHECK(shops.serving->write([](Connection& c) {
        return c.execute("UPDATE client SET name = 'changed'") + c.execute("DELETE FROM orders");
    }) == 0);
    CHECK_THROWS_AS(shops.serving->write([](Connection& c) {
        c.execute(kInsertClient, {kOurs, "p"});
    }),
                    storage::Error);
    CHECK(shops.number("SELECT COUNT(*) FROM client WHERE name = 'C'") == 2);
    CHECK(shops.number("SELECT COUNT(*) FROM orders") == 2);
}

TEST_CASE("A12: a secret opens the one row that holds it, for reading, until a shop is entered",
          "[postgresql][wall]") {
    const Shops shops;
    shops.serving->write(
        [](Connection& c) {
            const auto tracked = [&] { return texts(c, "SELECT tracking_id FROM orders"); };
            c.present("000000000");
            CHECK(tracked() == std::set<std::string>{"100000008"});
            c.present("100000009");
            CHECK(tracked() == std::set<std::string>{"100000008", "100000009"});
            CHECK(count(c, "client") == 1);
            CHECK(c.execute("UPDATE orders SET notes = 'x' WHERE shop_id = 9") == 0);
            CHECK(c.execute("DELETE FROM orders WHERE shop_id = 9") == 0);
            c.enter_shop(kOurs);
            CHECK(tracked() == std::set<std::string>{"100000008"});
        },
        kOurs);
    CHECK(shops.number("SELECT COUNT(*) FROM orders WHERE notes IS NULL") == 2);
}

TEST_CASE("a shop is entered for one transaction, however that ends", "[postgresql][wall]") {
    const test::EmptyPlace place;
    const auto owner = storage::open_postgresql({.url = place.url()});
    storage::migrate(*owner, all_migrations(), 1);
    settle(*owner);
    const auto serving = storage::open_postgresql(
        {.url = place.url(), .connections_max = 1, .reach = Reach::one_shop});
    const auto clients = [&] {
        return serving->read([](Connection& c) { return count(c, "client"); });
    };
    const auto session = [&] {
        return serving->read([](Connection& c) {
            return c.query("SELECT pg_backend_pid()").front().get<std::int64_t>(0);
        });
    };
    const auto first = session();

    serving->read([](Connection& c) { CHECK(count(c, "client") == 1); }, kOurs);
    CHECK(clients() == 0);
    serving->write([](Connection& c) {
        c.enter_shop(kTheirs);
        c.present("100000008");
        c.execute("UPDATE client SET name = 'x'");
    });
    CHECK(clients() == 0);
    CHECK_THROWS(serving->write(
        [](Connection& c) {
            c.enter_shop(kTheirs);
            c.execute("SELECT 1 / 0");
        },
        kOurs));
    CHECK(clients() == 0);
    CHECK(serving->read([](Connection& c) { return count(c, "orders"); }) == 0);
    CHECK(session() == first);
}

TEST_CASE("two shops served side by side see nothing of each other", "[postgresql][wall]") {
    const Shops shops;
    std::atomic<int> strangers = 0;
    const auto serve = [&](std::int64_t shop_id) {
        const auto ours = std::to_string(shop_id);
        for (int round = 0; round < 100; ++round) {
            shops.serving->write(
                [&](Connection& c) {
                    c.execute(kInsertClient, {shop_id, ours + "-" + std::to_string(round)});
                    strangers += c.execute("UPDATE client SET notes = $1", {ours}) != round + 2;
                },
                shop_id);
            strangers += shops.serving->read(
                [&](Connection& c) {
                    return texts(c, "SELECT notes FROM client") != std::set<std::string>{ours};
                },
                shop_id);
        }
    };
    {
        const std::jthread one(serve, kOurs);
        const std::jthread other(serve, kTheirs);
    }
    CHECK(strangers == 0);
    CHECK(shops.number("SELECT COUNT(*) FROM client WHERE notes = CAST(shop_id AS TEXT)") == 202);
}

TEST_CASE("who serves can take nothing down, and reads the list of migrations only",
          "[postgresql][wall]") {
    const Shops shops;
    const auto refused = [&](std::string_view sql) {
        INFO(sql);
        CHECK_THROWS_WITH(shops.serving->write([&](Connection& c) { c.run_script(sql); }, kOurs),
                          Catch::Matchers::Contains("permission denied") ||
                              Catch::Matchers::Contains("must be owner"));
    };
    for (const char* sql :
         {"ALTER TABLE client DISABLE ROW LEVEL SECURITY",
          "ALTER TABLE client NO FORCE ROW LEVEL SECURITY",
          "ALTER TABLE client ADD COLUMN more BIGINT", "DROP POLICY one_shop ON client",
          "CREATE POLICY more ON client USING (TRUE)", "DROP TABLE client", "TRUNCATE client",
          "DROP TRIGGER audit_log_refuses_change ON audit_log",
          "INSERT INTO schema_migration (version, name, checksum, applied_ms) VALUES (99, '', '', "
          "1)",
          "UPDATE schema_migration SET checksum = ''", "DELETE FROM schema_migration"})
        refused(sql);
    CHECK(shops.serving->read([](Connection& c) { return count(c, "schema_migration"); }) ==
          static_cast<std::int64_t>(all_migrations().size()));
    // The setting that opens all shops is the owner's.
    CHECK(shops.serving->read(
              [](Connection& c) {
                  c.run_script("SET LOCAL shopkeeper.all_shops = 'on'");
                  return count(c, "client");
              },
              kOurs) == 1);
}

TEST_CASE("a login of its own for serving can become nobody else", "[postgresql][wall]") {
    const PostgresLogin web("IN ROLE " + std::string(storage::kServingRole));
    const test::EmptyPlace place;
    const auto owner = storage::open_postgresql({.url = place.url()});
    storage::migrate(*owner, all_migrations(), 1);
    settle(*owner);
    const std::string url = web.at(place.url());

    const auto serving = storage::open_postgresql({.url = url, .reach = Reach::one_shop});
    CHECK(serving->read([](Connection& c) { return count(c, "client"); }, kOurs) == 1);
    const Wall wall = serving->inspect_wall().value();
    CHECK(wall.strength == Wall::Strength::whole);
    CHECK_FALSE(wall.sees_all);
    for (const char* sql : {"SET ROLE tester", "RESET ROLE; SET ROLE tester"}) {
        CHECK_THROWS_AS(serving->write([&](Connection& c) { c.run_script(sql); }, kOurs),
                        storage::Error);
    }
    CHECK(serving->read(
              [](Connection& c) {
                  c.run_script("RESET ROLE; SET LOCAL shopkeeper.all_shops = 'on'");
                  return count(c, "client");
              },
              kOurs) == 1);

    // What needs all shops is told so, instead of finding a database without rows.
    CHECK_THROWS_WITH(
        storage::open_postgresql({.url = url}),
        Catch::Matchers::Contains(web.name()) && Catch::Matchers::Contains("owns the tables"));
}

/// A role and what rights it has, gone with the object.
struct ServingRole {
    const std::string name = PostgresLogin::unused_role();
    ServingRole() = default;
    ServingRole(const ServingRole&) = delete;
    ServingRole& operator=(const ServingRole&) = delete;
    ~ServingRole() { PostgresCluster::shared().execute("DROP ROLE IF EXISTS " + name); }
};

TEST_CASE("an owner who may make no roles has the policies, and is told what is missing",
          "[postgresql][wall]") {
    const PostgresLogin login;
    const ServingRole role;
    const test::EmptyPlace place;
    login.own(place.url());
    const std::string url = login.at(place.url());
    const auto owner = storage::open_postgresql({.url = url, .serving_role = role.name});
    storage::migrate(*owner, all_migrations(), 1);
    settle(*owner);
    const Wall wall = owner->inspect_wall().value();
    CHECK(wall.strength == Wall::Strength::rows);
    CHECK(wall.is_up_to_date);
    CHECK_THAT(wall.missing, Catch::Matchers::Contains("CREATE ROLE \"" + role.name + "\""));
    CHECK(owner->read([](Connection& c) { return count(c, "client"); }) == 2);

    const auto as_owner = storage::open_postgresql(
        {.url = url, .reach = Reach::one_shop_as_login, .serving_role = role.name});
    CHECK(as_owner->read([](Connection& c) { return count(c, "client"); }) == 0);
    CHECK(as_owner->read([](Connection& c) { return count(c, "client"); }, kOurs) == 1);
    CHECK(as_owner->write([](Connection& c) { return c.execute("UPDATE client SET name = 'x'"); },
                          kOurs) == 1);

    // The administrator's two statements, then the owner once more.
    PostgresCluster::shared().execute("CREATE ROLE " + role.name + " NOLOGIN");
    CHECK_THAT(owner->inspect_wall()->missing, Catch::Matchers::Contains("GRANT"));
    PostgresCluster::shared().execute("GRANT " + role.name + " TO " + login.name());
    CHECK(owner->inspect_wall()->strength == Wall::Strength::rows);
    CHECK_FALSE(owner->inspect_wall()->is_up_to_date);
    storage::migrate(*owner, all_migrations(), 1);
    CHECK(owner->inspect_wall()->strength == Wall::Strength::whole);
    const auto serving =
        storage::open_postgresql({.url = url, .reach = Reach::one_shop, .serving_role = role.name});
    CHECK(serving->read([](Connection& c) { return count(c, "client"); }, kTheirs) == 1);
    CHECK_THROWS_AS(serving->write([](Connection& c) { c.run_script("TRUNCATE client"); }, kOurs),
                    storage::Error);
}

TEST_CASE("a wall with a hole is not called one", "[postgresql][wall]") {
    const PostgresLogin login;
    const ServingRole role;
    const test::EmptyPlace place;
    login.own(place.url());
    PostgresCluster& cluster = PostgresCluster::shared();
    cluster.execute("CREATE ROLE " + role.name + " NOLOGIN ROLE " + login.name());
    const auto owner =
        storage::open_postgresql({.url = login.at(place.url()), .serving_role = role.name});
    storage::migrate(*owner, all_migrations(), 1);
    REQUIRE(owner->inspect_wall()->strength == Wall::Strength::whole);

    cluster.execute("ALTER ROLE " + role.name + " BYPASSRLS");
    CHECK(owner->inspect_wall()->strength == Wall::Strength::rows);
    CHECK_THAT(owner->inspect_wall()->missing, Catch::Matchers::Contains("BYPASSRLS"));
    cluster.execute("ALTER ROLE " + login.name() + " BYPASSRLS");
    CHECK(owner->inspect_wall()->strength == Wall::Strength::none);
    cluster.execute("ALTER ROLE " + login.name() + " NOBYPASSRLS");
    cluster.execute("ALTER ROLE " + role.name + " NOBYPASSRLS");

    for (const char* hole :
         {"ALTER TABLE client NO FORCE ROW LEVEL SECURITY",
          "ALTER TABLE client DISABLE ROW LEVEL SECURITY", "DROP POLICY one_shop ON client"}) {
        INFO(hole);
        owner->write([&](Connection& c) { c.run_script(hole); });
        const Wall wall = owner->inspect_wall().value();
        CHECK(wall.strength == Wall::Strength::none);
        CHECK(wall.unguarded == std::vector<std::string>{"client"});
        CHECK_FALSE(wall.is_up_to_date);
        storage::migrate(*owner, all_migrations(), 1);
        CHECK(owner->inspect_wall()->strength == Wall::Strength::whole);
    }
    owner->write([&](Connection& c) { c.run_script("REVOKE INSERT ON client FROM " + role.name); });
    CHECK(owner->inspect_wall()->strength == Wall::Strength::rows);
    storage::migrate(*owner, all_migrations(), 1);
    CHECK(owner->inspect_wall()->strength == Wall::Strength::whole);
}
