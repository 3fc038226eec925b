#include "oauth_client/es256_key.hpp"

#include <array>
#include <stdexcept>

#include "oauth_client/libcrypto.hpp"
#include "oauth_client/refused.hpp"

namespace shopkeeper::oauth_client {
namespace {

constexpr int kNumberBytes = 32;
constexpr std::size_t kPemBytesMax = 16 * 1024;

/// A passphrase is never asked for on the terminal, which is what OpenSSL would do.
int no_passphrase(char*, int, int, void*) {
    return 0;
}

bool is_on_p256(EVP_PKEY* key) {
    const Libcrypto& crypto = libcrypto();
    std::array<char, 80> group{};
    std::size_t size = 0;
    return crypto.pkey_is_a(key, "EC") == 1 &&
           crypto.pkey_group_name(key, group.data(), group.size(), &size) == 1 &&
           std::string_view(group.data(), size) == "prime256v1";
}

[[noreturn]] void fail() {
    throw std::runtime_error("OpenSSL could not sign with the client's key");
}

}  // namespace

struct Es256Key::Handle {
    explicit Handle(EVP_PKEY* pkey) : key(pkey) {}
    ~Handle() { libcrypto().pkey_free(key); }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;

    EVP_PKEY* const key;
};

Result<std::shared_ptr<const Es256Key>> Es256Key::from_pem(std::string_view pem) {
    const Libcrypto& crypto = libcrypto();
    if (!crypto.why_not.empty()) return refuse(ErrorCode::unavailable, crypto.why_not);
    EVP_PKEY* key = nullptr;
    if (pem.size() <= kPemBytesMax) {
        BIO* const text = crypto.bio_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
        key = crypto.pem_read_private_key(text, nullptr, no_passphrase, nullptr);
        crypto.bio_free(text);
    }
    auto handle = std::make_unique<Handle>(key);
    if (!key || !is_on_p256(key)) {
        return refused("invalid_key",
                       "The client's key is no private key in PEM on the curve P-256 without a "
                       "passphrase; `openssl genpkey -algorithm EC -pkeyopt "
                       "ec_paramgen_curve:P-256` makes one.");
    }
    return std::shared_ptr<const Es256Key>(new Es256Key(std::move(handle)));
}

Es256Key::Es256Key(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {}
Es256Key::~Es256Key() = default;

std::string Es256Key::sign(std::string_view text) const {
    const Libcrypto& crypto = libcrypto();
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    const std::unique_ptr<EVP_MD_CTX, decltype(crypto.digest_free)> digest(crypto.digest_new(),
                                                                           crypto.digest_free);
    std::array<unsigned char, 80> der{};  // two numbers of 33 bytes and their heads are 72
    std::size_t size = der.size();
    if (!digest ||
        crypto.sign_init(digest.get(), nullptr, "SHA256", nullptr, nullptr, handle_->key,
                         nullptr) != 1 ||
        crypto.sign(digest.get(), der.data(), &size, bytes, text.size()) != 1) {
        fail();
    }

    const unsigned char* at = der.data();
    const std::unique_ptr<ECDSA_SIG, decltype(crypto.signature_free)> signature(
        crypto.read_signature(nullptr, &at, static_cast<long>(size)), crypto.signature_free);
    if (!signature) fail();
    const BIGNUM* r = nullptr;
    const BIGNUM* s = nullptr;
    crypto.signature_parts(signature.get(), &r, &s);
    std::array<unsigned char, 2 * kNumberBytes> raw{};
    if (crypto.number_bytes(r, raw.data(), kNumberBytes) != kNumberBytes ||
        crypto.number_bytes(s, raw.data() + kNumberBytes, kNumberBytes) != kNumberBytes) {
        fail();
    }
    return {reinterpret_cast<const char*>(raw.data()), raw.size()};
}

}  // namespace shopkeeper::oauth_client
