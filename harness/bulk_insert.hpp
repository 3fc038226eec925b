#pragma once

#include <deque>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "storage/database.hpp"

namespace shopkeeper::harness {

/// Rows for one table, sent many at a time in one INSERT. Texts are copied. `flush` sends the last
/// of them; what was not sent when the object goes is lost.
class BulkInsert {
public:
    /// `columns`: "id, shop_id, name".
    BulkInsert(storage::Connection& connection, std::string_view table, std::string_view columns);

    void add(std::initializer_list<storage::Value> row);
    void flush();

private:
    std::string statement(std::size_t rows) const;

    storage::Connection& connection_;
    std::string head_;
    std::size_t columns_;
    std::string full_;  ///< the statement for kRowsAtOnce rows
    std::vector<storage::Value> values_;
    std::deque<std::string> texts_;
};

}  // namespace shopkeeper::harness
