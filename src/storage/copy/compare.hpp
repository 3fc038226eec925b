#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "storage/copy/tables.hpp"
#include "storage/database.hpp"

namespace shopkeeper::storage {

/// What one table was found to be on both sides.
struct TableDigest {
    std::string table;
    std::int64_t rows = 0;
    std::string digest;  ///< BLAKE2b-256 over the values of all rows in key order, hexadecimal
};

/// Two databases do not hold the same; the message names the first row that differs, by its key and
/// without its values, which may be a person's.
class Differs : public Error {
public:
    using Error::Error;
};

/// Reads both sides in key order and compares each row, value by value. Throws Differs.
TableDigest compare_table(Connection& source, Connection& target, const Table& table,
                          std::size_t rows_per_batch);

/// One digest for all tables, to be compared by eye between two machines.
std::string digest_of(const std::vector<TableDigest>& tables);

}  // namespace shopkeeper::storage
