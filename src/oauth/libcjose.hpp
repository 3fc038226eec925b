#pragma once

#include <cjose/cjose.h>

#include <string>

namespace shopkeeper::oauth {

/// The functions of the JOSE library, which is loaded into the process with the first foreign
/// token: it brings OpenSSL, and a shop without other authorization servers needs neither.
struct Libcjose {
    decltype(&::cjose_jwk_import) jwk_import = nullptr;
    decltype(&::cjose_jwk_release) jwk_release = nullptr;
    decltype(&::cjose_jws_import) jws_import = nullptr;
    decltype(&::cjose_jws_release) jws_release = nullptr;
    decltype(&::cjose_jws_verify) jws_verify = nullptr;
    decltype(&::cjose_jws_get_plaintext) jws_get_plaintext = nullptr;
    std::string why_not;  ///< empty: all of them are there
};

/// Loaded by the first call, never unloaded. Thread-safe.
const Libcjose& libcjose();

}  // namespace shopkeeper::oauth
