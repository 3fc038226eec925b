#pragma once

#include <span>
#include <string>
#include <string_view>

namespace shopkeeper::storage {

/// True for "postgresql://..." and "postgres://...": everything else names a file.
bool is_postgresql_url(std::string_view text);

/// A connection parameter of libpq, as in "?sslmode=require".
struct UrlParameter {
    std::string_view name;
    std::string_view value;  ///< needs no percent-encoding
};

/// The URL with those parameters added that it does not have yet.
std::string with_defaults(std::string_view url, std::span<const UrlParameter> defaults);

/// The URL for logs, messages and snippets: without any password. Rule: domain K10.
std::string shown_url(std::string_view url);

}  // namespace shopkeeper::storage
