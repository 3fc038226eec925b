// The verbs of `shopkeeper db`, as a person at the shop's machine meets them.
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "base/json.hpp"
#include "process/served.hpp"
#include "storage/database.hpp"

namespace shopkeeper::test {
namespace {

namespace fs = std::filesystem;
using Catch::Contains;

void run(const std::string& database, std::string_view sql) {
    storage::open_sqlite({.path = database, .create = false})
        ->write([&](storage::Connection& connection) { connection.run_script(sql); });
}

std::int64_t number(const std::string& database, std::string_view sql) {
    return storage::open_sqlite({.path = database, .create = false})
        ->read([&](storage::Connection& connection) {
            return connection.query(sql).front().get<std::int64_t>(0);
        });
}

Finished order_a_bouquet(const CommandLine& shop) {
    return shop.run(
        {"call", "create_order",
         R"({"customer_name": "A", "customer_phone": "+77000001001", "delivery_type": "pickup",
             "items": [{"product_id": 1, "quantity": 1}], "ask_delivery_time": true,
             "allow_duplicate": true})"});
}

TEST_CASE("B1, B2: a backup of a served shop, and the shop back from it", "[process]") {
    const CommandLine shop;
    REQUIRE(shop.run({"init", "--demo"}).code == 0);
    Json backup;
    {
        Served server(shop);
        backup = json_of(shop.run({"db", "backup", "--json"}));
        REQUIRE(order_a_bouquet(shop).code == 0);

        const Finished refused =
            shop.run({"db", "restore", backup.at("file").get<std::string>(), "--force"});
        CHECK(refused.code == 69);
        CHECK_THAT(refused.err, Contains("stop the server"));
        CHECK(server.end(SIGTERM) == 0);
    }
    const auto file = backup.at("file").get<std::string>();
    CHECK_THAT(file, Contains(shop.home() + "/backups/shop-"));
    struct stat facts {};
    REQUIRE(::stat(file.c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777) == 0600);
    CHECK(number(shop.database(), "SELECT COUNT(*) FROM orders") == 40);

    const Finished careful = shop.run({"db", "restore", file});
    CHECK(careful.code == 1);
    CHECK_THAT(careful.err, Contains("--force"));
    const Json restored = json_of(shop.run({"db", "restore", file, "--force", "--json"}));

    CHECK(number(shop.database(), "SELECT COUNT(*) FROM orders") == 39);
    CHECK(number(restored.at("put_aside").get<std::string>(), "SELECT COUNT(*) FROM orders") == 40);
    CHECK(shop.run({"db", "check"}).code == 0);
    CHECK(order_a_bouquet(shop).code == 0);
}

TEST_CASE("B4: status names what is missing, migrate adds it and says so", "[process]") {
    const CommandLine shop;
    REQUIRE(shop.run({"init"}).code == 0);
    const Json before = json_of(shop.run({"db", "status", "--json"}));
    CHECK(before.at("engine") == "sqlite");
    CHECK(before.at("pending").empty());
    CHECK(json_of(shop.run({"db", "migrate", "--json"})).at("applied").empty());
    // Back to the schema before the last migration of the journal.
    const auto versions = before.at("schema").get<std::int64_t>();
    run(shop.database(), "DELETE FROM schema_migration WHERE version > 5");
    for (const char* table : {"idempotency_keys", "audit_log", "events", "outbox"})
        run(shop.database(), "DROP TABLE " + std::string(table));

    const Finished old = shop.run({"db", "status", "--json"});
    CHECK(old.code == 1);
    CHECK(parse_json(old.out)->at("pending").size() == static_cast<std::size_t>(versions - 5));
    CHECK_THAT(old.err, Contains("db migrate"));
    CHECK_THAT(shop.run({"db", "migrate", "--dry-run"}).out, Contains("pending  0006_journal.sql"));
    CHECK(parse_json(shop.run({"db", "status", "--json"}).out)->at("schema") == 5);
    CHECK(shop.run({"db", "check"}).code == 78);
}

TEST_CASE("B10: a shop moves into another file and is served from there", "[process]") {
    const CommandLine shop;
    REQUIRE(shop.run({"init", "--demo"}).code == 0);
    const std::string target = shop.file("moved/shop.db");

    const Finished moved = shop.run({"db", "copy", "--from", shop.database(), "--to", target});

    INFO(moved.out << moved.err);
    CHECK(moved.code == 0);
    CHECK_THAT(moved.out, Contains("order_history") && Contains("hold the same"));
    CHECK(shop.run({"db", "check", "--db", target}).code == 0);
    CHECK(shop.run({"call", "list_products", "--db", target}).code == 0);
    run(target, "UPDATE orders SET notes = 'x' WHERE id = 7");
    const Finished other = shop.run({"db", "copy", "--from", shop.database(), "--to", target});
    CHECK(other.code == 1);
    CHECK_THAT(other.err, Contains("orders, row id=7") && Contains("notes"));
    CHECK(shop.run({"db", "copy", "--from", shop.file("none.db"), "--to", target}).code == 69);
    CHECK(shop.run({"db", "copy", "--from", target}).code == 2);
}

/// Bytes of the database and of what waits in its log.
std::uintmax_t size_of(const std::string& database) {
    std::uintmax_t bytes = 0;
    for (const char* side : {"", "-wal"}) {
        std::error_code missing;
        const auto size = fs::file_size(database + side, missing);
        if (!missing) bytes += size;
    }
    return bytes;
}

/// Kills a copy when its target has grown to so many bytes; false: it was finished before.
bool kill_copy_at(const CommandLine& shop, const std::string& target, std::uintmax_t bytes) {
    Pipe said;
    const pid_t id =
        shop.start({"db", "copy", "--from", shop.database(), "--to", target}, said.write_end());
    int status = 0;
    while (size_of(target) < bytes) {
        if (::waitpid(id, &status, WNOHANG) == id) return false;
    }
    ::kill(id, SIGKILL);
    ::waitpid(id, &status, 0);
    return WIFSIGNALED(status);
}

TEST_CASE("B10: a copy that was killed at any moment is finished by running it again",
          "[process]") {
    const CommandLine shop;
    REQUIRE(shop.run({"init", "--demo"}).code == 0);
    const auto copy_to = [&](const std::string& target) {
        return json_of(
            shop.run({"db", "copy", "--from", shop.database(), "--to", target, "--json"}));
    };
    const std::string whole = shop.file("whole.db");
    const std::string digest = copy_to(whole).at("digest");
    const std::uintmax_t all = fs::file_size(whole);
    int killed = 0;
    int unfinished = 0;

    for (int part = 0; part < 24; ++part) {
        const std::string target = shop.file("copy" + std::to_string(part) + ".db");
        // The log grows to more than the file has in the end: the schema alone fills half of it.
        if (kill_copy_at(shop, target, all * 3 * part / 24)) ++killed;
        const Finished served = shop.run({"db", "check", "--db", target});
        if (served.code == 78) ++unfinished;
        INFO(part << ": " << served.err);

        CHECK(copy_to(target).at("digest") == digest);
        CHECK(shop.run({"db", "check", "--db", target}).code == 0);
    }

    CHECK(killed > 8);
    CHECK(unfinished > 2);
}

TEST_CASE("C13: a disk that is full refuses the order and keeps what was acknowledged",
          "[process]") {
    CommandLine shop;
    REQUIRE(shop.run({"init", "--demo"}).code == 0);
    REQUIRE(order_a_bouquet(shop).code == 0);
    const auto orders = number(shop.database(), "SELECT COUNT(*) FROM orders");
    // No file may grow beyond so many blocks of 512 bytes: the log of changes fills up first.
    const int blocks = GENERATE(0, 8, 40, 80);
    shop.run_through({"/bin/sh", "-c",
                      "trap '' XFSZ; ulimit -f " + std::to_string(blocks) + "; exec \"$@\"", "sh"});

    const Finished refused = order_a_bouquet(shop);

    INFO(refused.out << refused.err);
    CHECK(refused.code != 0);
    shop.run_through({});
    CHECK(number(shop.database(), "SELECT COUNT(*) FROM orders") == orders);
    CHECK(shop.run({"db", "check"}).code == 0);
    CHECK(order_a_bouquet(shop).code == 0);
    CHECK(number(shop.database(), "SELECT COUNT(*) FROM orders") == orders + 1);
}

TEST_CASE("B1: a backup that does not fit on the disk leaves nothing of itself", "[process]") {
    CommandLine shop;
    REQUIRE(shop.run({"init", "--demo"}).code == 0);
    const auto bytes = fs::file_size(shop.database());
    shop.run_through({"/bin/sh", "-c", "trap '' XFSZ; ulimit -f 512; exec \"$@\"", "sh"});
    REQUIRE(bytes > 512 * 512);

    const Finished failed = shop.run({"db", "backup"});

    INFO(failed.err);
    CHECK(failed.code == 69);
    CHECK(fs::is_empty(shop.home() + "/backups"));
}

}  // namespace
}  // namespace shopkeeper::test
