#include "storage/postgresql_url.hpp"

#include <catch2/catch.hpp>

using namespace shopkeeper::storage;

TEST_CASE("a URL is told from a file's path", "[storage]") {
    CHECK(is_postgresql_url("postgresql://shop@db.example/shop"));
    CHECK(is_postgresql_url("postgres:///shop"));
    CHECK_FALSE(is_postgresql_url("data/shop.db"));
    CHECK_FALSE(is_postgresql_url("/var/postgresql/shop.db"));
    CHECK_FALSE(is_postgresql_url(""));
}

TEST_CASE("K10: a shown URL has no password, wherever it stood", "[storage]") {
    CHECK(shown_url("postgresql://shop:secret@db.example:5433/roses") ==
          "postgresql://shop@db.example:5433/roses");
    CHECK(shown_url("postgresql://shop:se:c@r/et@db.example/roses") ==
          "postgresql://shop@db.example/roses");
    CHECK(shown_url("postgresql://db.example/roses?password=secret&sslmode=require&user=shop") ==
          "postgresql://db.example/roses?sslmode=require&user=shop");
    CHECK(shown_url("postgresql:///roses?sslkey=a&sslpassword=secret") ==
          "postgresql:///roses?sslkey=a");
    CHECK(shown_url("postgresql://db.example/roses") == "postgresql://db.example/roses");
}

TEST_CASE("what a URL says wins over the defaults", "[storage]") {
    constexpr UrlParameter kDefaults[] = {{"connect_timeout", "5"}, {"application_name", "shop"}};
    CHECK(with_defaults("postgresql:///roses", kDefaults) ==
          "postgresql:///roses?connect_timeout=5&application_name=shop");
    CHECK(with_defaults("postgresql:///roses?connect_timeout=9", kDefaults) ==
          "postgresql:///roses?connect_timeout=9&application_name=shop");
    CHECK(with_defaults("postgresql:///roses?a=connect_timeout=1", kDefaults) ==
          "postgresql:///roses?a=connect_timeout=1&connect_timeout=5&application_name=shop");
}
