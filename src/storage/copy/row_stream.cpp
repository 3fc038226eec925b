#include "storage/copy/row_stream.hpp"

namespace shopkeeper::storage {
namespace {

std::string key_list(const Table& table, std::string_view after_each = "") {
    std::string list;
    for (const std::size_t column : table.key) {
        if (!list.empty()) list += ", ";
        list += quoted(table.columns[column].name);
        list += after_each;
    }
    return list;
}

std::string parameter_list(std::size_t count) {
    std::string list;
    for (std::size_t n = 1; n <= count; ++n) list += (n > 1 ? ", $" : "$") + std::to_string(n);
    return list;
}

std::string select_rows(const Table& table, std::size_t rows_max, std::string_view where) {
    return "SELECT " + column_list(table) + " FROM " + quoted(table.name) + std::string(where) +
           " ORDER BY " + key_list(table) + " LIMIT " + std::to_string(rows_max);
}

std::vector<Value> values_of(const Key& key) {
    std::vector<Value> values;
    for (const auto& part : key)
        std::visit([&](const auto& content) { values.emplace_back(content); }, part);
    return values;
}

}  // namespace

std::string quoted(std::string_view name) {
    return '"' + std::string(name) + '"';
}

std::string column_list(const Table& table) {
    std::string list;
    for (const Column& column : table.columns)
        list += (list.empty() ? "" : ", ") + quoted(column.name);
    return list;
}

std::string to_text(const Table& table, const Key& key) {
    std::string text;
    for (std::size_t i = 0; i < key.size(); ++i) {
        text += (i > 0 ? " " : "") + table.columns[table.key[i]].name + "=";
        if (const auto* number = std::get_if<std::int64_t>(&key[i]))
            text += std::to_string(*number);
        else if (const bool* flag = std::get_if<bool>(&key[i]))
            text += *flag ? "true" : "false";
        else
            text += std::get<std::string>(key[i]);
    }
    return text;
}

Value value_of(const Row& row, const Table& table, std::size_t column) {
    if (row.is_null(column)) return nullptr;
    switch (table.columns[column].kind) {
        case Column::Kind::integer:
            return row.get<std::int64_t>(column);
        case Column::Kind::boolean:
            return row.get<bool>(column);
        case Column::Kind::text:
            break;
    }
    return row.get<std::string_view>(column);
}

Key key_of(const Row& row, const Table& table) {
    Key key;
    for (const std::size_t column : table.key) {
        switch (table.columns[column].kind) {
            case Column::Kind::integer:
                key.emplace_back(row.get<std::int64_t>(column));
                break;
            case Column::Kind::boolean:
                key.emplace_back(row.get<bool>(column));
                break;
            case Column::Kind::text:
                key.emplace_back(row.get<std::string>(column));
                break;
        }
    }
    return key;
}

std::optional<Key> last_key(Connection& connection, const Table& table) {
    const Rows rows =
        connection.query("SELECT " + column_list(table) + " FROM " + quoted(table.name) +
                         " ORDER BY " + key_list(table, " DESC") + " LIMIT 1");
    if (rows.empty()) return std::nullopt;
    return key_of(rows.front(), table);
}

RowStream::RowStream(Connection& connection, const Table& table, std::size_t rows_per_batch,
                     std::optional<Key> after)
    : connection_(connection),
      table_(table),
      rows_per_batch_(rows_per_batch),
      after_(std::move(after)),
      from_start_(select_rows(table, rows_per_batch, "")),
      behind_key_(select_rows(
          table, rows_per_batch,
          " WHERE (" + key_list(table) + ") > (" + parameter_list(table.key.size()) + ")")) {}

Rows RowStream::next_batch() {
    Rows rows = after_ ? connection_.query(behind_key_, values_of(*after_))
                       : connection_.query(from_start_);
    if (!rows.empty()) after_ = key_of(rows[rows.size() - 1], table_);
    return rows;
}

}  // namespace shopkeeper::storage
