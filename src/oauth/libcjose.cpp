#include "oauth/libcjose.hpp"

#include <dlfcn.h>

#include <type_traits>

namespace shopkeeper::oauth {
namespace {

constexpr const char* kLibrary = "libcjose.so.0";

Libcjose load() {
    Libcjose jose;
    void* library = dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        const char* reason = dlerror();
        jose.why_not = std::string("the JOSE library cannot be loaded (") +
                       (reason ? reason : "unknown reason") +
                       "); install Debian's package libcjose0";
        return jose;
    }
    const auto find = [&](auto& function, const char* name) {
        function =
            reinterpret_cast<std::remove_reference_t<decltype(function)>>(dlsym(library, name));
        if (!function) jose.why_not = std::string("libcjose has no ") + name;
    };
    find(jose.jwk_import, "cjose_jwk_import");
    find(jose.jwk_release, "cjose_jwk_release");
    find(jose.jws_import, "cjose_jws_import");
    find(jose.jws_release, "cjose_jws_release");
    find(jose.jws_verify, "cjose_jws_verify");
    find(jose.jws_get_plaintext, "cjose_jws_get_plaintext");
    return jose;
}

}  // namespace

const Libcjose& libcjose() {
    static const Libcjose loaded = load();
    return loaded;
}

}  // namespace shopkeeper::oauth
