#include "server/secrets.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "base/crypto.hpp"
#include "server/exit_code.hpp"
#include "server/weak_secret.hpp"
#include "support/temp_folder.hpp"

namespace shopkeeper::server {
namespace {

const std::string kGood = "0123456789abcdefghijklmnopqrstuvwxyz";

mode_t mode_of(const std::filesystem::path& path) {
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    return status.st_mode & 0777;
}

TEST_CASE("C9: secrets that anybody would try are refused", "[server]") {
    CHECK_FALSE(why_weak(kGood, kSigningSecretMin));

    const auto weak = GENERATE(
        as<std::string>(), "", "   ", "changeme", "ChangeMe-0123456789abcdefghijklmnopqrstuv",
        "your_secret_0123456789abcdefghijklmnopqrs", "<insert a secret here, at least 32 chars>",
        "secret", "password", "123456", "0123456789abcdef", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "abcabcabcabcabcabcabcabcabcabcabcabc");
    INFO(weak);
    CHECK(why_weak(weak, kSigningSecretMin));
}

TEST_CASE("C8, K8: a missing secret is made once, for its owner's eyes", "[server]") {
    test::TempFolder folder;
    const Home home{folder.path()};

    CHECK(kept_secret(home, "one", kGood) == kGood);
    CHECK(kept_secret(home, "one", "another 0123456789abcdefghijklmnopqrstuvwxyz") == kGood);
    CHECK(mode_of(home.secrets() / "one") == 0600);
    CHECK(mode_of(home.secrets()) == 0700);
    CHECK(std::distance(std::filesystem::directory_iterator(home.secrets()), {}) == 1);
}

TEST_CASE("K8: a secret that is spoilt or cannot be made stops the start", "[server]") {
    test::TempFolder folder;
    const Home home{folder.path()};
    std::filesystem::create_directories(home.secrets());

    SECTION("spoilt") {
        std::ofstream(home.secrets() / "one") << "short\n";
        CHECK_THROWS_WITH(kept_secret(home, "one", kGood), Catch::Contains("delete the file"));
    }
    SECTION("no folder can be made there") {
        const Home blocked{folder.file("file")};
        std::ofstream(folder.file("file")) << "in the way";
        try {
            kept_secret(blocked, "one", kGood);
            FAIL("a secret was made out of nothing");
        } catch (const CommandFailure& refused) {
            CHECK(refused.code() == ExitCode::configuration);
            CHECK(std::string(refused.what()).find("--home") != std::string::npos);
        }
    }
}

TEST_CASE(
    "K8, K9: the authority's secrets are given ones, else kept ones, and differ from each other",
    "[server]") {
    test::TempFolder folder;
    SystemRandom random;
    Options options;
    options.home.root = folder.path();
    options.token_ttl_s = 600;

    const auth::Authority made = make_authority(options, random);
    const auth::Authority again = make_authority(options, random);
    CHECK(made.token_secret.size() >= 32);
    CHECK(made.token_secret == again.token_secret);
    CHECK(made.address_key == again.address_key);
    CHECK(made.internal_key_hash == again.internal_key_hash);
    CHECK(made.token_secret != made.address_key);
    CHECK(made.token_ttl_s == 600);
    CHECK_FALSE(made.configured_phone);

    options.jwt_secret = kGood;
    options.service_key = "service key 0123456789abcdefghijklmnop";
    options.pseudonym_key = "pseudonym key 0123456789abcdefghijklmn";
    const auth::Authority given = make_authority(options, random);
    CHECK(given.token_secret == kGood);
    CHECK(given.address_key == options.pseudonym_key);
    CHECK(given.internal_key_hash == sha256_hex(options.service_key));
}

}  // namespace
}  // namespace shopkeeper::server
