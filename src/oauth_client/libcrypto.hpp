#pragma once

#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <string>

namespace shopkeeper::oauth_client {

/// The functions of OpenSSL that signing takes, out of a library that is loaded on first use.
struct Libcrypto {
    decltype(&::BIO_new_mem_buf) bio_new_mem_buf;
    decltype(&::BIO_free) bio_free;
    decltype(&::PEM_read_bio_PrivateKey) pem_read_private_key;
    decltype(&::EVP_PKEY_free) pkey_free;
    decltype(&::EVP_PKEY_is_a) pkey_is_a;
    decltype(&::EVP_PKEY_get_group_name) pkey_group_name;
    decltype(&::EVP_MD_CTX_new) digest_new;
    decltype(&::EVP_MD_CTX_free) digest_free;
    decltype(&::EVP_DigestSignInit_ex) sign_init;
    decltype(&::EVP_DigestSign) sign;
    decltype(&::d2i_ECDSA_SIG) read_signature;
    decltype(&::ECDSA_SIG_get0) signature_parts;
    decltype(&::ECDSA_SIG_free) signature_free;
    decltype(&::BN_bn2binpad) number_bytes;

    std::string why_not;  ///< not empty: the library cannot be used, and no function be called
};

/// Loads it once; never unloaded. Thread-safe.
const Libcrypto& libcrypto();

}  // namespace shopkeeper::oauth_client
