#include "domains/auth/password.hpp"

#include <catch2/catch.hpp>
#include <thread>
#include <vector>

namespace shopkeeper::auth {
namespace {

constexpr std::string_view kPhone = "+77000000001";

std::string repeated(std::string_view piece, int times) {
    std::string text;
    for (int i = 0; i < times; ++i) text += piece;
    return text;
}

TEST_CASE("K5: a password is stored as Argon2id with its parameters, salted", "[auth]") {
    const auto hash = hash_password("correct horse", kPhone);

    REQUIRE(hash);
    CHECK(hash->starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    CHECK(hash->size() <= 255);
    CHECK(*hash != hash_password("correct horse", kPhone).value());
    CHECK(verify_password(*hash, "correct horse"));
    CHECK_FALSE(verify_password(*hash, "Correct horse"));
    CHECK_FALSE(verify_password(*hash, ""));
    CHECK_FALSE(verify_password("not a hash", "correct horse"));
}

TEST_CASE("K5: passwords have 8 to 128 characters of any script", "[auth]") {
    CHECK(hash_password("12345678", kPhone));
    CHECK(hash_password(repeated("ы", 8), kPhone));
    CHECK(hash_password(repeated("ы", 128), kPhone));

    const auto refused =
        GENERATE(std::string(), std::string("1234567"), repeated("ы", 7), repeated("ы", 129));
    const auto hash = hash_password(refused, kPhone);
    REQUIRE_FALSE(hash);
    CHECK(hash.error().code == ErrorCode::invalid_argument);
    CHECK(hash.error().details.field == "password");
    CHECK_FALSE(hash.error().details.given);  // K10
}

TEST_CASE("K5: the phone itself is no password, however it is written", "[auth]") {
    const auto password = GENERATE("+77000000001", "87000000001", "7000000001", "+7 700 000 00 01");

    CHECK_FALSE(hash_password(password, kPhone));
    CHECK(hash_password(password, "+77000000002"));
}

TEST_CASE("K5: a hash with other parameters asks to be made anew", "[auth]") {
    CHECK_FALSE(needs_rehash(hash_password("correct horse", kPhone).value()));
    CHECK(
        needs_rehash("$argon2id$v=19$m=8192,t=2,p=1$2zbrpO0ulapWRVheqbJ8sQ$APiN9ybGJi+GMNyA6++J/"
                     "9JKmeyh3VrWmHv3CqGcNfQ"));
}

TEST_CASE("K5: more hashes than places wait for each other and all come out right", "[auth]") {
    const std::string hash = hash_password("correct horse", kPhone).value();
    std::vector<int> right(12, 0);
    {
        std::vector<std::jthread> people;
        for (std::size_t i = 0; i < right.size(); ++i) {
            people.emplace_back([&, i] {
                right[i] = verify_password(hash, i % 2 == 0 ? "correct horse" : "wrong") ? 1 : 0;
            });
        }
    }
    for (std::size_t i = 0; i < right.size(); ++i) CHECK(right[i] == (i % 2 == 0 ? 1 : 0));
}

}  // namespace
}  // namespace shopkeeper::auth
