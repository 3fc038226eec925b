#include "storage/ddl.hpp"

#include <catch2/catch.hpp>

#include "storage/parameters.hpp"
#include "support/test_database.hpp"

using namespace shopkeeper;

TEST_CASE("a migration is put into the engine's words, and nothing else is touched", "[storage]") {
    const auto database = test::empty_database();
    const std::string text = database->column_type("TEXT");
    const std::string number = database->column_type("INTEGER");

    CHECK(storage::in_words_of(*database,
                               "-- TEXT {{identity}} isn't\n"
                               "a TEXT, text INTEGER, TEXT_2 BIGINT DEFAULT 'TEXT {{identity}}'") ==
          "-- TEXT {{identity}} isn't\n"
          "a " +
              text + ", text " + number + ", TEXT_2 BIGINT DEFAULT 'TEXT {{identity}}'");
    CHECK(storage::in_words_of(*database, "id {{identity}}, {{append_only t}};") ==
          "id " + database->identity_column() + ", " + database->append_only_guard("t") + ";");
    CHECK(storage::in_words_of(*database, "{{maintainable t}};") ==
          database->maintainable_guard("t") + ";");
}

TEST_CASE("the parameters of a statement are counted, and must have no gaps", "[storage]") {
    CHECK(storage::count_parameters("SELECT 1") == 0);
    CHECK(storage::count_parameters("SELECT $2, $1, $2") == 2);
    CHECK(storage::count_parameters("SELECT $12, $1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11") == 12);
    CHECK(storage::count_parameters("SELECT '$5', $1 || '''$7'") == 1);
    CHECK_THROWS_AS(storage::count_parameters("SELECT $1, $3"), std::logic_error);
}
