#include "server/health.hpp"

#include <catch2/catch.hpp>
#include <latch>

#include "base/json.hpp"
#include "storage/errors.hpp"
#include "support/fakes.hpp"
#include "support/test_database.hpp"

namespace shopkeeper::server {
namespace {

/// A database that does what the test says, and counts.
class MoodyDatabase final : public storage::Database {
public:
    std::atomic<int> probes = 0;
    std::atomic<bool> is_away = false;
    std::latch* hold = nullptr;

    bool reads_wait_for_nobody() const override { return real_->reads_wait_for_nobody(); }
    std::string_view engine() const override { return "sqlite"; }
    bool writers_take_turns() const override { return real_->writers_take_turns(); }
    std::string identity_column() const override { return real_->identity_column(); }
    std::string column_type(std::string_view portable) const override {
        return real_->column_type(portable);
    }
    std::string append_only_guard(std::string_view table) const override {
        return real_->append_only_guard(table);
    }
    std::string maintainable_guard(std::string_view table) const override {
        return real_->maintainable_guard(table);
    }
    std::string lookup_policy(std::string_view table, std::string_view shop) const override {
        return real_->lookup_policy(table, shop);
    }
    std::string secret_policy(std::string_view table, std::string_view secret) const override {
        return real_->secret_policy(table, secret);
    }
    std::optional<storage::Wall> inspect_wall() override { return real_->inspect_wall(); }
    void raise_wall(storage::Connection& schema) override { real_->raise_wall(schema); }

    storage::Database& real() { return *real_; }

protected:
    void run(Mode mode, std::optional<std::int64_t>,
             const std::function<bool(storage::Connection&)>& work) override {
        ++probes;
        if (hold != nullptr) hold->wait();
        if (is_away) throw storage::Unavailable("secret/path/shop.db is away");
        if (mode == Mode::write)
            real_->write([&](storage::Connection& connection) { work(connection); });
        else
            real_->read([&](storage::Connection& connection) { work(connection); });
    }

private:
    std::shared_ptr<storage::Database> real_ = test::migrated_database(1);
};

struct Clinic {
    test::FakeClock clock{1795000000000};
    MoodyDatabase database;
    Health health{database,
                  clock,
                  {.database_file = "nowhere.db", .deadline = std::chrono::milliseconds(200)}};

    void later() { clock.set(clock.now_ms() + 2000); }
};

Json body(const HealthReply& reply) {
    return parse_json(reply.json).value();
}

TEST_CASE("H1: livez touches nothing", "[server]") {
    CHECK(Health::live().status == 200);
    CHECK(body(Health::live())["status"] == "ok");
}

TEST_CASE("H1: readyz is 200 when the database answers with the right schema", "[server]") {
    Clinic clinic;

    CHECK(clinic.health.ready().status == 200);
    CHECK(clinic.health.ready().json == R"({"ready":true})");
}

TEST_CASE("H1: readyz names what is missing", "[server]") {
    Clinic clinic;

    SECTION("a schema that is not ours") {
        clinic.database.real().write([](storage::Connection& connection) {
            connection.execute("DELETE FROM schema_migration WHERE version > 1");
        });
        CHECK(clinic.health.ready().status == 503);
        CHECK(clinic.health.ready().json == R"({"ready":false,"reasons":["migrations"]})");
    }
    SECTION("the database") {
        clinic.database.is_away = true;
        CHECK(clinic.health.ready().json ==
              R"({"ready":false,"reasons":["database","migrations"]})");
    }
    SECTION("time: the process is stopping") {
        clinic.health.stopping();
        CHECK(clinic.health.ready().status == 503);
        CHECK(clinic.health.ready().json == R"({"ready":false,"reasons":["stopping"]})");
    }
}

TEST_CASE("H2, H3, H5: health shows each component and their sum", "[server]") {
    Clinic clinic;

    const Json well = body(clinic.health.whole(true));
    CHECK(well["status"] == "healthy");
    CHECK(well["service"] == "server");
    CHECK(well["mode"] == "production");
    CHECK(well["summary"].dump() == R"({"degraded":0,"healthy":2,"total":2,"unhealthy":0})");
    CHECK(well["checks"]["database"]["detail"]["engine"] == "sqlite");
    CHECK(well["checks"]["migrations"]["detail"]["current"] ==
          well["checks"]["migrations"]["detail"]["expected"]);
    CHECK(well["checks"]["database"]["last_error"].is_null());
    CHECK(well["timestamp"] == "2026-11-18T11:06:40Z");

    clinic.database.is_away = true;
    clinic.later();
    CHECK(clinic.health.whole(true).status == 503);
    const Json ill = body(clinic.health.whole(true));
    CHECK(ill["status"] == "unhealthy");
    CHECK(ill["checks"]["database"]["last_error"]["class"] == "unavailable");
    CHECK(ill.dump().find("secret") == std::string::npos);

    clinic.database.is_away = false;
    clinic.later();
    const Json again = body(clinic.health.whole(true));
    CHECK(again["status"] == "healthy");
    CHECK(again["checks"]["database"]["last_error"]["class"] == "unavailable");  // remembered
}

TEST_CASE("H7: strangers learn the status and no more", "[server]") {
    Clinic clinic;

    const Json shown = body(clinic.health.whole(false));

    CHECK(shown.size() == 3);
    CHECK(shown.contains("status"));
    CHECK(shown.contains("app_name"));
    CHECK(shown.contains("version"));
    CHECK(clinic.health.component("database", false).json == R"({"status":"healthy"})");
}

TEST_CASE("H1: one component by name or alias", "[server]") {
    Clinic clinic;

    CHECK(clinic.health.component("database", true).status == 200);
    CHECK(body(clinic.health.component("db", true))["status"] == "healthy");
    CHECK(body(clinic.health.component("full", true)).contains("checks"));
    CHECK(clinic.health.component("telegram", true).status == 404);
    clinic.database.is_away = true;
    clinic.later();
    CHECK(clinic.health.component("db", true).status == 503);
}

TEST_CASE("H1, H8: however often it is asked, the database is asked every two seconds",
          "[server]") {
    Clinic clinic;
    clinic.health.ready();
    const int once = clinic.database.probes;

    for (int i = 0; i < 100; ++i) clinic.health.whole(true);
    CHECK(clinic.database.probes == once);
    clinic.later();
    clinic.health.whole(true);
    CHECK(clinic.database.probes == 2 * once);
}

TEST_CASE("H8: a database that hangs is reported within the deadline", "[server]") {
    std::latch hold(1);
    Clinic clinic;
    clinic.database.hold = &hold;

    const auto reply = clinic.health.component("database", true);

    CHECK(reply.status == 503);
    CHECK(body(reply)["last_error"]["class"] == "timeout");
    hold.count_down();
}

}  // namespace
}  // namespace shopkeeper::server
