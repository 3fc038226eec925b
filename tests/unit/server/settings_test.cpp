#include "server/settings.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <set>

#include "server/exit_code.hpp"
#include "server/options.hpp"
#include "support/temp_folder.hpp"

namespace shopkeeper::server {
namespace {

using Flags = std::map<std::string, std::string, std::less<>>;

/// A home with a configuration file in it.
struct Configured {
    test::TempFolder folder;
    Flags flags;
    Environment environment{{"SHOPKEEPER_HOME", folder.path()}};

    void write(const std::string& toml) { std::ofstream(folder.file("shopkeeper.toml")) << toml; }
    Settings settings() const { return Settings(flags, environment); }
    ReadOptions read() const { return read_options(settings()); }
};

std::string all(const std::vector<Problem>& problems) {
    std::string text;
    for (const Problem& problem : problems) text += problem.where + " " + problem.what + "\n";
    return text;
}

TEST_CASE("C1: command line wins over environment, that over the file, that over the default",
          "[server]") {
    Configured shop;
    const auto port = [&] { return shop.settings().value("http.port"); };

    CHECK(port().text == "8000");
    CHECK(port().layer == Layer::fallback);
    shop.write("[http]\nport = 8001\n");
    CHECK(port().text == "8001");
    CHECK(port().origin.find("shopkeeper.toml") != std::string::npos);
    shop.environment["SHOPKEEPER_HTTP_PORT"] = "8002";
    CHECK(port().text == "8002");
    CHECK(port().origin == "SHOPKEEPER_HTTP_PORT");
    shop.flags["http.port"] = "8003";
    CHECK(port().text == "8003");
    CHECK(port().layer == Layer::command_line);
    CHECK(shop.read().problems.empty());
    CHECK(shop.read().options.http.port == 8003);
}

TEST_CASE("C1: variables and dotted names follow from each other", "[server]") {
    std::set<std::string_view> names;
    for (const Setting& setting : all_settings()) {
        CHECK(names.insert(setting.name).second);
        if (setting.name == "db.path") continue;  // SHOPKEEPER_DB: the one people type
        std::string variable = "SHOPKEEPER_" + std::string(setting.name);
        for (char& c : variable)
            c = c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        CHECK(setting.environment == variable);
        CHECK_FALSE(setting.meaning.empty());
    }
}

TEST_CASE("C2: every problem is listed at once, with where it stands and what is accepted",
          "[server]") {
    Configured shop;
    shop.write("[http]\nport = 99999\nprot = 1\n[db]\nmigrate = perhaps\n");
    shop.environment["SHOPKEEPER_HTTP_CALLS_MAX"] = "many";
    shop.environment["SHOPKEEPER_LOG_LEVEL"] = "loud";
    shop.environment["SHOPKEEPER_RATE_WRITE_PER_MINUTE"] = "5";
    shop.flags["http.keepalive_s"] = "-1";

    const auto problems = shop.read().problems;

    const std::string text = all(problems);
    INFO(text);
    CHECK(problems.size() == 7);
    CHECK(text.find("http.port must be a whole number 0..65535, not \"99999\"") !=
          std::string::npos);
    CHECK(text.find("http.prot is not a setting") != std::string::npos);
    CHECK(text.find("db.migrate must be 0 or 1") != std::string::npos);
    CHECK(text.find("SHOPKEEPER_HTTP_CALLS_MAX must be a whole number 1..1024") !=
          std::string::npos);
    CHECK(text.find("SHOPKEEPER_LOG_LEVEL must be debug, info, warning or error") !=
          std::string::npos);
    CHECK(text.find("SHOPKEEPER_RATE_WRITE_PER_MINUTE is not a setting") != std::string::npos);
    CHECK(text.find("--http.keepalive_s must be") != std::string::npos);
    try {
        refuse_if(problems);
        FAIL("a broken configuration was accepted");
    } catch (const CommandFailure& refused) {
        CHECK(refused.code() == ExitCode::configuration);
        CHECK(std::string(refused.what()).find("99999") != std::string::npos);
    }
}

TEST_CASE("C6: the names that other programs use count where ours are not set", "[server]") {
    Configured shop;
    shop.write("[http]\nport = 8001\n");
    shop.environment["PORT"] = "8005";
    shop.environment["LOG_LEVEL"] = "WARNING";
    shop.environment["CORS_ORIGINS"] = "https://a.example,http://localhost:*";
    shop.environment["DEFAULT_SHOP_ID"] = "12";
    shop.environment["DATABASE_URL"] = shop.folder.file("elsewhere.db");
    shop.environment["RATE_LIMIT_RPM"] = "77";

    const ReadOptions read = shop.read();
    INFO(all(read.problems));
    CHECK(read.problems.empty());
    CHECK(read.options.http.port == 8005);
    CHECK(shop.settings().value("http.port").origin == "PORT");
    CHECK(read.options.log_level == log::Level::warning);
    CHECK(read.options.http.allowed_origins.size() == 2);
    CHECK(read.options.shop.shop_id == 12);
    CHECK(read.options.database.file == shop.folder.file("elsewhere.db"));
    CHECK(read.options.rates.account.per_period == 77);

    shop.environment["SHOPKEEPER_HTTP_PORT"] = "8006";
    CHECK(shop.read().options.http.port == 8006);
    CHECK(shop.settings().value("http.port").origin == "SHOPKEEPER_HTTP_PORT");
    shop.environment["PORT"] = "no port, and of no account";
    CHECK(shop.read().problems.empty());
    shop.environment["SHOPKEEPER_HTTP_PORT"] = "";
    CHECK(all(shop.read().problems).find("PORT must be a whole number") != std::string::npos);
}

TEST_CASE("the base URL is a scheme and a host, in the spelling that clients compare", "[server]") {
    Configured shop;
    CHECK(shop.read().options.http.base_url.empty());
    shop.environment["SHOPKEEPER_BASE_URL"] = "HTTPS://Shop.Example:8443/";
    CHECK(shop.read().options.http.base_url == "https://shop.example:8443");
    for (const char* wrong : {"shop.example", "ftp://shop.example", "https://shop.example/mcp",
                              "https://me@shop.example", "https://"}) {
        shop.environment["SHOPKEEPER_BASE_URL"] = wrong;
        INFO(wrong);
        CHECK(all(shop.read().problems).find("must be a scheme and a host") != std::string::npos);
    }
}

TEST_CASE("the database is a file's path or a server's URL, whose password is not shown",
          "[server]") {
    Configured shop;
    CHECK(shop.read().options.database.file == shop.folder.file("data/shop.db"));
    CHECK(shop.read().options.database.url.empty());

    shop.environment["SHOPKEEPER_DB"] =
        "postgresql://roses:secret@db.example/roses?sslmode=require";
    shop.environment["SHOPKEEPER_DB_POOL_SIZE"] = "7";
    shop.environment["SHOPKEEPER_DB_PREPARE"] = "off";
    const DatabasePlace place = shop.read().options.database;
    CHECK(place.file.empty());
    CHECK(place.url == shop.environment["SHOPKEEPER_DB"]);
    CHECK(place.shown() == "postgresql://roses@db.example/roses?sslmode=require");
    CHECK(place.connections_max == 7);
    CHECK_FALSE(place.prepares);
    CHECK(place.at("other.db").file == "other.db");
    CHECK(place.at("other.db").url.empty());

    shop.environment["SHOPKEEPER_DB_PREPARE"] = "sometimes";
    CHECK(all(shop.read().problems).find("auto or off") != std::string::npos);
}

TEST_CASE("C7: LOG_FORMAT and AUTH_MODE take their words in any case, and no others", "[server]") {
    Configured shop;
    CHECK(shop.read().options.log_format == Options::LogFormat::automatic);
    CHECK(shop.read().options.auth_mode == Options::AuthMode::automatic);

    shop.environment["SHOPKEEPER_LOG_FORMAT"] = "JSON";
    shop.environment["SHOPKEEPER_AUTH_MODE"] = "Required";
    CHECK(shop.read().options.log_format == Options::LogFormat::json);
    CHECK(shop.read().options.auth_mode == Options::AuthMode::required);

    shop.environment["SHOPKEEPER_LOG_FORMAT"] = "xml";
    shop.environment["SHOPKEEPER_AUTH_MODE"] = "none";
    CHECK(shop.read().problems.size() == 2);
}

TEST_CASE(
    "operations C11, C12: credentials are required off loopback, and cannot be switched off there",
    "[server]") {
    Configured shop;
    const auto required = [&] { return shop.read().options.requires_credentials(); };

    CHECK_FALSE(required());
    shop.flags["auth.mode"] = "required";
    CHECK(required());
    shop.flags["auth.mode"] = "off";
    CHECK_FALSE(required());
    CHECK(shop.read().problems.empty());

    shop.flags["http.host"] = "0.0.0.0";
    CHECK(all(shop.read().problems).find("--auth.mode may be off only") != std::string::npos);
    shop.flags["auth.mode"] = "auto";
    CHECK(required());
    CHECK(shop.read().problems.empty());
}

TEST_CASE("operations C13: what is no origin is refused, a star before all", "[server]") {
    Configured shop;
    const auto* origin =
        GENERATE("*", "shop.example", "https://shop.example/page", "ftp://shop.example");
    shop.environment["CORS_ORIGINS"] = std::string("https://ok.example,") + origin;

    const auto problems = shop.read().problems;

    REQUIRE(problems.size() == 1);
    CHECK(problems[0].where == "CORS_ORIGINS");
    CHECK(problems[0].what.find(origin) != std::string::npos);
}

TEST_CASE("C2: variables of other programs are none of our business", "[server]") {
    Configured shop;
    shop.environment["SHOPKEEPER_AGENT_PORT"] = "8002";
    shop.environment["SHOPKEEPER_BINARY"] = "x";
    shop.environment["SHOPKEEPER_HTTP_PORT"] = "";  // switched off

    CHECK(shop.read().problems.empty());
    CHECK(shop.read().options.http.port == 8000);
}

TEST_CASE("C1: a missing file is fine unless it was asked for", "[server]") {
    Configured shop;
    CHECK(shop.read().problems.empty());

    shop.environment["SHOPKEEPER_CONFIG"] = "elsewhere.toml";
    REQUIRE(shop.read().problems.size() == 1);
    CHECK(shop.read().problems[0].where == "SHOPKEEPER_CONFIG");
}

TEST_CASE("A4: the home follows XDG, and relative paths of the file start there", "[server]") {
    const auto home = [](Environment environment) {
        return Settings({}, environment).home().string();
    };

    CHECK(home({{"HOME", "/h"}}) == "/h/.local/share/shopkeeper");
    CHECK(home({{"HOME", "/h"}, {"XDG_DATA_HOME", "/x"}}) == "/x/shopkeeper");
    CHECK(home({{"XDG_DATA_HOME", "/x"}, {"STATE_DIRECTORY", "/s"}}) == "/s");
    CHECK(home({{"STATE_DIRECTORY", "/s"}, {"SHOPKEEPER_HOME", "/k"}}) == "/k");
    CHECK(Settings({{"home", "/cli"}}, {{"SHOPKEEPER_HOME", "/k"}}).home() == "/cli");

    Configured shop;
    CHECK(shop.settings().path("db.path") == shop.folder.file("data/shop.db"));
    shop.write("[db]\npath = \"mine.db\"\n");
    CHECK(shop.settings().path("db.path") == shop.folder.file("mine.db"));
    shop.environment["SHOPKEEPER_DB"] = "here.db";
    CHECK(shop.settings().path("db.path") == std::filesystem::current_path() / "here.db");
}

TEST_CASE(
    "C3: secrets come from the environment or a file it names, never from the configuration file",
    "[server]") {
    Configured shop;
    const std::string secret = "0123456789abcdefghijklmnopqrstuvwxyz";

    SECTION("the variable") {
        shop.environment["SHOPKEEPER_AUTH_JWT_SECRET"] = secret;
        CHECK(shop.read().options.jwt_secret == secret);
    }
    SECTION("a file, without its last line feed") {
        std::ofstream(shop.folder.file("s")) << secret << '\n';
        shop.environment["SHOPKEEPER_AUTH_JWT_SECRET_FILE"] = shop.folder.file("s");
        CHECK(shop.read().options.jwt_secret == secret);
        CHECK(shop.read().problems.empty());
    }
    SECTION("a credential of systemd, which the variable wins over") {
        std::ofstream(shop.folder.file("auth_jwt_secret")) << secret << '\n';
        shop.environment["CREDENTIALS_DIRECTORY"] = shop.folder.path();
        CHECK(shop.read().options.jwt_secret == secret);
        shop.environment["SHOPKEEPER_AUTH_JWT_SECRET"] = "another " + secret;
        CHECK(shop.read().options.jwt_secret == "another " + secret);
        CHECK(shop.read().problems.empty());
    }
    SECTION("both") {
        shop.environment["SHOPKEEPER_AUTH_JWT_SECRET"] = secret;
        shop.environment["SHOPKEEPER_AUTH_JWT_SECRET_FILE"] = shop.folder.file("s");
        CHECK(all(shop.read().problems).find("both set") != std::string::npos);
    }
    SECTION("a file that is not there, or too large") {
        shop.environment["SHOPKEEPER_AUTH_JWT_SECRET_FILE"] = shop.folder.file("s");
        CHECK(shop.read().problems.size() == 1);
        std::ofstream(shop.folder.file("s")) << std::string(64 * 1024 + 1, 'x');
        CHECK(shop.read().problems.size() == 1);
    }
    SECTION("the configuration file") {
        shop.write("[auth]\njwt_secret = \"" + secret + "\"\n");
        const std::string text = all(shop.read().problems);
        CHECK(text.find("is a secret") != std::string::npos);
        CHECK(text.find(secret) == std::string::npos);
    }
    SECTION("a weak one, unless in developer mode") {
        shop.environment["SHOPKEEPER_AUTH_JWT_SECRET"] = "changeme";
        CHECK(shop.read().problems.size() == 1);
        shop.flags["dev"] = "1";
        CHECK(shop.read().problems.empty());
    }
}

TEST_CASE("operations C10, C11: what may face the machine alone must not face the world",
          "[server]") {
    Configured shop;
    shop.flags["http.host"] = GENERATE("0.0.0.0", "192.168.1.5", "::");

    CHECK(shop.read().problems.empty());
    shop.environment["SHOPKEEPER_RATE_ENABLED"] = "0";
    shop.flags["dev"] = "1";
    CHECK(shop.read().problems.size() == 2);
    shop.flags["http.host"] = "127.0.0.1";
    CHECK(shop.read().problems.empty());
    CHECK_FALSE(shop.read().options.rates.enabled);
}

TEST_CASE("Values that only make sense together or in a form are checked", "[server]") {
    Configured shop;

    shop.environment["SHOPKEEPER_SHOP_TRACKING_URL"] = "https://shop.example/track";
    CHECK(shop.read().problems.size() == 1);
    shop.environment["SHOPKEEPER_SHOP_TRACKING_URL"] = "https://shop.example/track/{tracking_id}";
    CHECK(shop.read().problems.empty());
    shop.environment["SHOPKEEPER_AUTH_STAFF_PHONE"] = "somebody";
    CHECK(shop.read().problems.size() == 1);
    shop.environment["SHOPKEEPER_AUTH_STAFF_PHONE"] = "8 700 000 12 34";
    CHECK(shop.read().options.staff_phone == "+77000001234");
}

TEST_CASE("Lists are separated by commas or written as arrays", "[server]") {
    Configured shop;
    using List = std::vector<std::string>;

    shop.environment["SHOPKEEPER_HTTP_ALLOWED_HOSTS"] = "a.example, b.example ,";
    CHECK(shop.read().options.http.allowed_hosts == List{"a.example", "b.example"});
    shop.write("[http]\nallowed_origins = [\"https://a.example\", \"https://b.example\"]\n");
    CHECK(shop.read().options.http.allowed_origins ==
          List{"https://a.example", "https://b.example"});
}

TEST_CASE("C7: proxies that are believed are addresses and blocks of them", "[server]") {
    Configured shop;
    shop.environment["SHOPKEEPER_HTTP_TRUSTED_PROXIES"] = "10.0.0.0/8, 192.0.2.7";
    const ReadOptions read = shop.read();
    CHECK(read.problems.empty());
    const auto& proxies = read.options.http.trusted_proxies;
    REQUIRE(proxies.size() == 2);
    CHECK(proxies[0].contains("10.200.3.4"));
    CHECK_FALSE(proxies[0].contains("192.0.2.7"));
    CHECK(proxies[1].contains("192.0.2.7"));

    shop.environment["SHOPKEEPER_HTTP_TRUSTED_PROXIES"] = "10.0.0.0/8, balancer.example";
    const ReadOptions wrong = shop.read();
    REQUIRE(wrong.problems.size() == 1);
    CHECK(wrong.problems.front().what.find("balancer.example") != std::string::npos);
}

TEST_CASE("A22, C17: each rate follows its setting, and 0 switches one off", "[server]") {
    Configured shop;
    shop.environment["SHOPKEEPER_RATE_WRITE_PER_MIN"] = "7";
    shop.environment["SHOPKEEPER_RATE_TRACK_PER_MIN"] = "0";

    const auto rates = shop.read().options.rates;

    CHECK(rates.write.per_period == 7);
    CHECK(rates.write.burst == 7);
    CHECK(rates.track.per_period == 0);
    const tools::RateOptions defaults;
    CHECK(rates.login.per_period == defaults.login.per_period);
    CHECK(rates.login.burst == defaults.login.burst);
    CHECK(rates.order_hour.per_period == defaults.order_hour.per_period);
    CHECK(rates.unknown_tracking.period_s == defaults.unknown_tracking.period_s);
    CHECK(rates.review.period_s == defaults.review.period_s);
}

TEST_CASE("a login page and other issuers need a name that is known, and TLS", "[server]") {
    Configured shop;
    shop.flags["auth.login_page"] = "1";
    const auto problems = [&] { return all(shop.read().problems); };
    CHECK(problems().empty());  // on this machine the address is enough
    CHECK(shop.read().options.oauth.is_on());
    CHECK(shop.read().options.judges_credentials());
    CHECK_FALSE(shop.read().options.requires_credentials());

    shop.flags["http.port"] = "0";
    CHECK(problems().find("must be set where a login page") != std::string::npos);
    shop.flags["http.port"] = "8000";
    shop.flags["http.host"] = "0.0.0.0";
    CHECK(problems().find("must be set where a login page") != std::string::npos);
    shop.flags["base_url"] = "http://shop.example";
    CHECK(problems().find("must be https") != std::string::npos);
    shop.flags["base_url"] = "https://shop.example";
    CHECK(problems().empty());
    CHECK(shop.read().options.http.url(8000) == "https://shop.example");

    shop.flags["auth.issuers"] = "https://id.example/realms/shop,http://id.example";
    CHECK(problems().find("must list https URLs, not \"http://id.example\"") != std::string::npos);
    shop.flags["auth.issuers"] = "https://id.example/realms/shop";
    CHECK(problems().empty());
    shop.flags["auth.mode"] = "off";
    CHECK(problems().find("may not be off") != std::string::npos);
}

TEST_CASE("guests may be welcome beyond this machine, if their tokens are good", "[server]") {
    Configured shop;
    shop.flags["http.host"] = "0.0.0.0";
    shop.flags["auth.mode"] = "guests";
    CHECK(shop.read().problems.empty());
    CHECK(shop.read().options.judges_credentials());
    CHECK_FALSE(shop.read().options.requires_credentials());
    CHECK_FALSE(shop.read().options.oauth.is_on());
}

}  // namespace
}  // namespace shopkeeper::server
