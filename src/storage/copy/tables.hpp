#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "storage/migrate.hpp"

namespace shopkeeper::storage {

struct Column {
    enum class Kind { integer, boolean, text };

    std::string name;
    Kind kind;
};

/// A table as the migrations make it.
struct Table {
    std::string name;
    std::vector<Column> columns;
    std::vector<std::size_t> key;  ///< positions of the primary key's columns, in its order
    bool has_identity = false;     ///< the key is a number that the database makes
};

/// Every table that holds rows of shops, each after those it refers to. Asked of an empty database
/// that the migrations made, so that no table can be forgotten; what migrations were applied
/// (`schema_migration`) is a database's own affair and not among them.
/// Throws std::logic_error for a table without a primary key, a type of column that has no Kind, or
/// tables that refer to each other in a circle.
std::vector<Table> tables_of(const std::vector<Migration>& migrations);

}  // namespace shopkeeper::storage
