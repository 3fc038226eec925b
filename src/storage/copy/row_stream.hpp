#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "storage/copy/tables.hpp"
#include "storage/database.hpp"

namespace shopkeeper::storage {

/// The values of a row's primary key, owned. Compares as both engines order them.
using Key = std::vector<std::variant<bool, std::int64_t, std::string>>;

/// "id=5", "shop_id=8 word=rose": how a message names a row.
std::string to_text(const Table& table, const Key& key);

/// A cell as a parameter, borrowed from its rows.
/// Throws std::logic_error when the cell does not hold what its column says.
Value value_of(const Row& row, const Table& table, std::size_t column);

Key key_of(const Row& row, const Table& table);

/// The highest key of a table; nullopt: it has no rows.
std::optional<Key> last_key(Connection& connection, const Table& table);

/// The rows of a table in the order of their keys, a batch at a time, so that a table of any length
/// passes through little memory.
class RowStream {
public:
    /// Begins behind `after`. Borrows the connection and the table.
    RowStream(Connection& connection, const Table& table, std::size_t rows_per_batch,
              std::optional<Key> after = std::nullopt);

    /// The next rows, at most `rows_per_batch`; none: the table is at its end.
    Rows next_batch();

private:
    Connection& connection_;
    const Table& table_;
    const std::size_t rows_per_batch_;
    std::optional<Key> after_;
    const std::string from_start_;
    const std::string behind_key_;
};

/// A table or column by its name, between quotes, since some names are words of SQL too.
std::string quoted(std::string_view name);
/// All columns, quoted, with commas between.
std::string column_list(const Table& table);

}  // namespace shopkeeper::storage
