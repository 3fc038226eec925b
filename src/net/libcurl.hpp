#pragma once

#include <curl/curl.h>

#include <string>

namespace shopkeeper::net {

/// The functions of libcurl that the client calls, out of a library that is loaded on first use: as
/// a dependency of the binary it would bring OpenSSL, Kerberos, LDAP and some twenty others into
/// every start and into the idle memory of every shop.
struct Libcurl {
    decltype(&::curl_easy_init) easy_init;
    decltype(&::curl_easy_reset) easy_reset;
    decltype(&::curl_easy_cleanup) easy_cleanup;
    decltype(&::curl_easy_setopt) easy_setopt;
    decltype(&::curl_easy_getinfo) easy_getinfo;
    decltype(&::curl_easy_strerror) easy_strerror;
    decltype(&::curl_slist_append) slist_append;
    decltype(&::curl_slist_free_all) slist_free_all;
    decltype(&::curl_multi_init) multi_init;
    decltype(&::curl_multi_cleanup) multi_cleanup;
    decltype(&::curl_multi_add_handle) multi_add_handle;
    decltype(&::curl_multi_remove_handle) multi_remove_handle;
    decltype(&::curl_multi_perform) multi_perform;
    decltype(&::curl_multi_poll) multi_poll;
    decltype(&::curl_multi_wakeup) multi_wakeup;
    decltype(&::curl_multi_info_read) multi_info_read;

    std::string why_not;  ///< not empty: the library cannot be used, and no function be called
};

/// Loads it once; never unloaded. Thread-safe.
const Libcurl& libcurl();

}  // namespace shopkeeper::net
