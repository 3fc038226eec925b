#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/embedded.hpp"
#include "storage/database.hpp"

namespace shopkeeper::storage {

/// One numbered file of migrations/, "0001_shop.sql".
struct Migration {
    std::int64_t version;
    std::string name;
    std::string checksum;  ///< BLAKE2b-256 of the text, hexadecimal
    std::string_view sql;
};

/// The files in order of their numbers. Throws std::logic_error for a gap, a repeat or a bad name.
std::vector<Migration> read_migrations(std::span<const EmbeddedFile> files);

struct SchemaState {
    std::int64_t current = 0;   ///< highest version applied
    std::int64_t expected = 0;  ///< highest version this binary knows
};

SchemaState schema_state(Database& database, const std::vector<Migration>& migrations);

/// Applies what is missing, each file in one transaction, and raises the wall between shops where
/// the engine has one (storage/wall.hpp). Safe to repeat and to interrupt.
/// Throws Unusable when the database is newer than the binary or an applied file has changed since.
void migrate(Database& database, const std::vector<Migration>& migrations, UnixMs now_ms);

}  // namespace shopkeeper::storage
