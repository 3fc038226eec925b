#include "harness/bulk_insert.hpp"

#include <algorithm>
#include <stdexcept>

namespace shopkeeper::harness {
namespace {

/// Enough that a row costs little more than its bytes, and few enough that the widest table stays
/// below the parameters that either engine takes (32,766).
constexpr std::size_t kRowsAtOnce = 100;

}  // namespace

BulkInsert::BulkInsert(storage::Connection& connection, std::string_view table,
                       std::string_view columns)
    : connection_(connection),
      head_("INSERT INTO " + std::string(table) + " (" + std::string(columns) + ") VALUES "),
      columns_(static_cast<std::size_t>(std::count(columns.begin(), columns.end(), ',')) + 1),
      full_(statement(kRowsAtOnce)) {}

void BulkInsert::add(std::initializer_list<storage::Value> row) {
    if (row.size() != columns_) throw std::logic_error(head_ + "takes other columns");
    for (const storage::Value& value : row) {
        if (const auto* text = std::get_if<std::string_view>(&value.content()))
            values_.emplace_back(std::string_view(texts_.emplace_back(*text)));
        else
            values_.push_back(value);
    }
    if (values_.size() == kRowsAtOnce * columns_) flush();
}

void BulkInsert::flush() {
    if (values_.empty()) return;
    const std::size_t rows = values_.size() / columns_;
    connection_.execute(rows == kRowsAtOnce ? full_ : statement(rows),
                        std::span<const storage::Value>(values_));
    values_.clear();
    texts_.clear();
}

std::string BulkInsert::statement(std::size_t rows) const {
    std::string sql = head_;
    std::size_t number = 0;
    for (std::size_t row = 0; row < rows; ++row) {
        sql += row == 0 ? "(" : ", (";
        for (std::size_t column = 0; column < columns_; ++column)
            sql += (column == 0 ? "$" : ", $") + std::to_string(++number);
        sql += ')';
    }
    return sql;
}

}  // namespace shopkeeper::harness
