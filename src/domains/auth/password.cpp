#include "domains/auth/password.hpp"

#include <sodium.h>

#include <array>
#include <new>
#include <semaphore>

#include "base/phone.hpp"
#include "base/text.hpp"

namespace shopkeeper::auth {
namespace {

constexpr unsigned long long kPasses = 2;
constexpr std::size_t kMemoryBytes = std::size_t{19456} * 1024;
constexpr std::size_t kCodePointsMin = 8;
constexpr std::size_t kCodePointsMax = 128;
constexpr int kHashesAtOnce = 4;

/// A hash of 32 random bytes that nobody kept, with today's parameters (a test holds them
/// together).
const std::string kNobody =
    "$argon2id$v=19$m=19456,t=2,p=1$2zbrpO0ulapWRVheqbJ8sQ$APiN9ybGJi+GMNyA6++J/"
    "9JKmeyh3VrWmHv3CqGcNfQ";

/// One of four places at the mill.
class Place {
public:
    Place() { places().acquire(); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() { places().release(); }

private:
    static std::counting_semaphore<kHashesAtOnce>& places() {
        static std::counting_semaphore<kHashesAtOnce> all(kHashesAtOnce);
        return all;
    }
};

bool is_own_phone(std::string_view password, std::string_view phone_e164) {
    const auto read = phone::normalize(password, "password");
    return password == phone_e164 || (read && read->e164 == phone_e164);
}

}  // namespace

Result<std::string> hash_password(std::string_view password, std::string_view phone_e164) {
    const std::size_t length = text::code_points(password);
    if (length < kCodePointsMin || length > kCodePointsMax) {
        return invalid_argument("password", "password must have 8 to 128 characters.");
    }
    if (is_own_phone(password, phone_e164)) {
        return invalid_argument("password",
                                "password must not be the phone number; choose another one.");
    }
    const Place place;
    std::array<char, crypto_pwhash_STRBYTES> hash;
    const int code = crypto_pwhash_str_alg(hash.data(), password.data(), password.size(), kPasses,
                                           kMemoryBytes, crypto_pwhash_ALG_ARGON2ID13);
    if (code != 0) throw std::bad_alloc();  // the one way in which libsodium says no
    return std::string(hash.data());
}

bool verify_password(const std::string& hash, std::string_view password) {
    const Place place;
    return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

void verify_nobody(std::string_view password) {
    verify_password(kNobody, password);
}

bool needs_rehash(const std::string& hash) {
    return crypto_pwhash_str_needs_rehash(hash.c_str(), kPasses, kMemoryBytes) != 0;
}

}  // namespace shopkeeper::auth
