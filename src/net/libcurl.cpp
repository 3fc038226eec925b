#include "net/libcurl.hpp"

#include <dlfcn.h>

namespace shopkeeper::net {
namespace {

/// Debian's flavours; they differ in the TLS library only.
constexpr const char* kLibraries[] = {"libcurl.so.4", "libcurl-gnutls.so.4"};

Libcurl load() {
    Libcurl curl{};
    void* library = nullptr;
    for (const char* name : kLibraries) {
        if (!library) library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    }
    if (!library) {
        const char* reason = dlerror();
        curl.why_not = std::string("the HTTP client library cannot be loaded (") +
                       (reason ? reason : "unknown reason") +
                       "); install Debian's package libcurl4";
        return curl;
    }
    const auto find = [&](auto& function, const char* name) {
        function =
            reinterpret_cast<std::remove_reference_t<decltype(function)>>(dlsym(library, name));
        if (!function) curl.why_not = std::string("libcurl is too old: it has no ") + name;
    };
    decltype(&::curl_global_init) global_init = nullptr;
    find(global_init, "curl_global_init");
    find(curl.easy_init, "curl_easy_init");
    find(curl.easy_reset, "curl_easy_reset");
    find(curl.easy_cleanup, "curl_easy_cleanup");
    find(curl.easy_setopt, "curl_easy_setopt");
    find(curl.easy_getinfo, "curl_easy_getinfo");
    find(curl.easy_strerror, "curl_easy_strerror");
    find(curl.slist_append, "curl_slist_append");
    find(curl.slist_free_all, "curl_slist_free_all");
    find(curl.multi_init, "curl_multi_init");
    find(curl.multi_cleanup, "curl_multi_cleanup");
    find(curl.multi_add_handle, "curl_multi_add_handle");
    find(curl.multi_remove_handle, "curl_multi_remove_handle");
    find(curl.multi_perform, "curl_multi_perform");
    find(curl.multi_poll, "curl_multi_poll");
    find(curl.multi_wakeup, "curl_multi_wakeup");
    find(curl.multi_info_read, "curl_multi_info_read");
    if (curl.why_not.empty() && global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        curl.why_not = "libcurl cannot be initialised";
    }
    return curl;
}

}  // namespace

const Libcurl& libcurl() {
    static const Libcurl loaded = load();
    return loaded;
}

}  // namespace shopkeeper::net
