#include "oauth_client/client_assertion.hpp"

#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <catch2/catch.hpp>

#include "base/crypto.hpp"
#include "base/json.hpp"
#include "support/fakes.hpp"

namespace shopkeeper::oauth_client {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

Key own(EVP_PKEY* key) {
    REQUIRE(key != nullptr);
    return {key, EVP_PKEY_free};
}

std::string pem_of(const Key& key, const EVP_CIPHER* cipher = nullptr) {
    BIO* const bio = BIO_new(BIO_s_mem());
    unsigned char passphrase[] = "pass";
    PEM_write_bio_PKCS8PrivateKey(bio, key.get(), cipher,
                                  cipher ? reinterpret_cast<char*>(passphrase) : nullptr,
                                  cipher ? 4 : 0, nullptr, nullptr);
    char* text = nullptr;
    const long size = BIO_get_mem_data(bio, &text);
    std::string pem(text, static_cast<std::size_t>(size));
    BIO_free(bio);
    return pem;
}

/// Whether `raw`, as JWS has it, is a signature of `text`.
bool verifies(const Key& key, std::string_view text, std::string_view raw) {
    REQUIRE(raw.size() == 64);
    const auto* bytes = reinterpret_cast<const unsigned char*>(raw.data());
    ECDSA_SIG* const parts = ECDSA_SIG_new();
    ECDSA_SIG_set0(parts, BN_bin2bn(bytes, 32, nullptr), BN_bin2bn(bytes + 32, 32, nullptr));
    unsigned char* der = nullptr;
    const int size = i2d_ECDSA_SIG(parts, &der);
    EVP_MD_CTX* const context = EVP_MD_CTX_new();
    EVP_DigestVerifyInit(context, nullptr, EVP_sha256(), nullptr, key.get());
    const int verdict =
        EVP_DigestVerify(context, der, static_cast<std::size_t>(size),
                         reinterpret_cast<const unsigned char*>(text.data()), text.size());
    EVP_MD_CTX_free(context);
    OPENSSL_free(der);
    ECDSA_SIG_free(parts);
    return verdict == 1;
}

}  // namespace

TEST_CASE("an assertion is signed by the key and good for one server, one minute and one use",
          "[assertion]") {
    const Key key = own(EVP_EC_gen("P-256"));
    const auto signer = Es256Key::from_pem(pem_of(key));
    REQUIRE(signer);
    test::SeededRandom random;

    const std::string jwt =
        client_assertion(**signer, "client", "https://auth.example", 1'700'000'000'999, random);

    const auto first = jwt.find('.'), last = jwt.rfind('.');
    CHECK(parse_json(*from_base64url(jwt.substr(0, first))) ==
          Json{{"alg", "ES256"}, {"typ", "JWT"}});
    Json claims = *parse_json(*from_base64url(jwt.substr(first + 1, last - first - 1)));
    CHECK(claims["jti"].get<std::string>().size() == 32);
    claims.erase("jti");
    CHECK(claims == Json{{"iss", "client"},
                         {"sub", "client"},
                         {"aud", "https://auth.example"},
                         {"iat", 1'700'000'000},
                         {"exp", 1'700'000'060}});
    CHECK(verifies(key, jwt.substr(0, last), *from_base64url(jwt.substr(last + 1))));
    CHECK(jwt !=
          client_assertion(**signer, "client", "https://auth.example", 1'700'000'000'999, random));
}

TEST_CASE("every signature has 64 bytes, also when its numbers are small", "[assertion]") {
    const Key key = own(EVP_EC_gen("P-256"));
    const auto signer = Es256Key::from_pem(pem_of(key));
    REQUIRE(signer);

    // One in 256 of the numbers has a leading zero byte: 300 signatures have 600 of them.
    for (int i = 0; i < 300; ++i) {
        const std::string text = std::to_string(i);
        CHECK(verifies(key, text, (*signer)->sign(text)));
    }
}

TEST_CASE("only a key on P-256 without a passphrase is one", "[assertion]") {
    const std::string p384 = pem_of(own(EVP_EC_gen("P-384")));
    const std::string rsa = pem_of(own(EVP_RSA_gen(2048)));
    const std::string locked = pem_of(own(EVP_EC_gen("P-256")), EVP_aes_128_cbc());
    REQUIRE(locked.find("ENCRYPTED") != std::string::npos);

    for (const std::string& pem :
         {p384, rsa, locked, std::string(), std::string("no key"), std::string(20'000, 'x')}) {
        const auto key = Es256Key::from_pem(pem);
        REQUIRE(!key);
        CHECK(key.error().details.reason == "invalid_key");
    }
}

}  // namespace shopkeeper::oauth_client
