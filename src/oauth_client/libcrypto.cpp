#include "oauth_client/libcrypto.hpp"

#include <dlfcn.h>

#include <type_traits>

namespace shopkeeper::oauth_client {
namespace {

Libcrypto load() {
    Libcrypto crypto{};
    void* const library = dlopen("libcrypto.so.3", RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        const char* reason = dlerror();
        crypto.why_not = std::string("OpenSSL cannot be loaded (") +
                         (reason ? reason : "unknown reason") +
                         "); install Debian's package libssl3";
        return crypto;
    }
    const auto find = [&](auto& function, const char* name) {
        function =
            reinterpret_cast<std::remove_reference_t<decltype(function)>>(dlsym(library, name));
        if (!function) crypto.why_not = std::string("OpenSSL has no ") + name;
    };
    find(crypto.bio_new_mem_buf, "BIO_new_mem_buf");
    find(crypto.bio_free, "BIO_free");
    find(crypto.pem_read_private_key, "PEM_read_bio_PrivateKey");
    find(crypto.pkey_free, "EVP_PKEY_free");
    find(crypto.pkey_is_a, "EVP_PKEY_is_a");
    find(crypto.pkey_group_name, "EVP_PKEY_get_group_name");
    find(crypto.digest_new, "EVP_MD_CTX_new");
    find(crypto.digest_free, "EVP_MD_CTX_free");
    find(crypto.sign_init, "EVP_DigestSignInit_ex");
    find(crypto.sign, "EVP_DigestSign");
    find(crypto.read_signature, "d2i_ECDSA_SIG");
    find(crypto.signature_parts, "ECDSA_SIG_get0");
    find(crypto.signature_free, "ECDSA_SIG_free");
    find(crypto.number_bytes, "BN_bn2binpad");
    return crypto;
}

}  // namespace

const Libcrypto& libcrypto() {
    static const Libcrypto loaded = load();
    return loaded;
}

}  // namespace shopkeeper::oauth_client
