#include "storage/value.hpp"

#include <stdexcept>

namespace shopkeeper::storage {

void Rows::add_null() {
    Cell cell{};
    cell.kind = Kind::null;
    cells_.push_back(cell);
}

void Rows::add(std::int64_t number) {
    Cell cell{};
    cell.kind = Kind::integer;
    cell.integer = number;
    cells_.push_back(cell);
}

void Rows::add(double number) {
    Cell cell{};
    cell.kind = Kind::real;
    cell.real = number;
    cells_.push_back(cell);
}

void Rows::add(std::string_view text) {
    Cell cell{};
    cell.kind = Kind::text;
    cell.text.from = static_cast<std::uint32_t>(bytes_.size());
    cell.text.size = static_cast<std::uint32_t>(text.size());
    bytes_ += text;
    cells_.push_back(cell);
}

bool Rows::Row::is_null(std::size_t column) const {
    return rows_->cell(first_cell_, column).kind == Kind::null;
}

const Rows::Cell& Rows::cell(std::size_t first_cell, std::size_t column) const {
    if (column >= columns_ || first_cell + column >= cells_.size()) {
        throw std::logic_error("column " + std::to_string(column) + " of a result of " +
                               std::to_string(columns_));
    }
    return cells_[first_cell + column];
}

void Rows::wrong_type(std::size_t column, const char* wanted) {
    throw std::logic_error("column " + std::to_string(column) + " does not hold " + wanted);
}

}  // namespace shopkeeper::storage
