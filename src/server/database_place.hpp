#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>

#include "storage/database.hpp"
#include "storage/postgresql.hpp"

namespace shopkeeper::server {

/// Where the shop is kept, and how it is talked to: a file of SQLite or a PostgreSQL server.
struct DatabasePlace {
    std::filesystem::path file;                 ///< empty: a server
    std::string url;                            ///< empty: a file
    std::chrono::milliseconds busy_timeout{};   ///< for a turn, a lock, a free connection
    std::size_t connections_max = 1;            ///< to a server
    std::chrono::milliseconds statement_max{};  ///< on a server
    bool prepares = true;                       ///< on a server
    bool is_durable = true;                     ///< on a server: false for what may be forgotten
    bool has_wall = true;  ///< on a server: calls are held to their shop's rows
    std::string serving_role = storage::kServingRole;  ///< on a server
    storage::Reach reach = storage::Reach::all_shops;  ///< on a server

    /// The same limits for another file or server.
    DatabasePlace at(const std::string& file_or_url) const;
    /// The path or the URL, without its password: for people, logs and snippets.
    std::string shown() const;
};

/// `text` is a file's path or a URL.
bool is_server_url(std::string_view text);
/// A URL without its password.
std::string without_password(std::string_view url);

/// Connects; whether the schema fits is not asked. `create`: a missing file is made; a server's
/// database never is. Throws storage::Unavailable, storage::Unusable.
std::unique_ptr<storage::Database> open_place(const DatabasePlace& place, bool create);

}  // namespace shopkeeper::server
