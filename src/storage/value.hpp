#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace shopkeeper::storage {

/// A parameter of a statement. Text is borrowed: it must live until the statement has run.
class Value {
public:
    using Variant = std::variant<std::nullptr_t, bool, std::int64_t, double, std::string_view>;

    Value(std::nullptr_t) : content_(nullptr) {}
    Value(bool flag) : content_(flag) {}
    Value(double number) : content_(number) {}
    template <
        class Integer,
        std::enable_if_t<std::is_integral_v<Integer> && !std::is_same_v<Integer, bool>, int> = 0>
    Value(Integer number) : content_(static_cast<std::int64_t>(number)) {}
    Value(const char* text) : content_(std::string_view(text)) {}
    Value(std::string_view text) : content_(text) {}
    Value(const std::string& text) : content_(std::string_view(text)) {}
    /// An absent optional is NULL.
    template <class T>
    Value(const std::optional<T>& maybe)
        : content_(maybe ? Value(*maybe).content_ : Variant(nullptr)) {}

    const Variant& content() const { return content_; }

private:
    Variant content_;
};

/// What a statement returned, copied out in one buffer. Values are asked for by type; asking for a
/// type that the column does not hold is a bug and throws std::logic_error naming the column.
class Rows {
public:
    /// One row; a view into its Rows.
    class Row {
    public:
        bool is_null(std::size_t column) const;
        /// T: bool, std::int64_t, double, std::string_view, std::string, or std::optional of these.
        template <class T>
        T get(std::size_t column) const;

    private:
        friend class Rows;
        Row(const Rows& rows, std::size_t first_cell) : rows_(&rows), first_cell_(first_cell) {}
        const Rows* rows_;
        std::size_t first_cell_;
    };

    class Iterator {
    public:
        Iterator(const Rows& rows, std::size_t row) : rows_(&rows), row_(row) {}
        Row operator*() const { return (*rows_)[row_]; }
        Iterator& operator++() {
            ++row_;
            return *this;
        }
        bool operator!=(const Iterator& other) const { return row_ != other.row_; }

    private:
        const Rows* rows_;
        std::size_t row_;
    };

    std::size_t size() const { return columns_ == 0 ? 0 : cells_.size() / columns_; }
    bool empty() const { return cells_.empty(); }
    Row operator[](std::size_t row) const { return Row(*this, row * columns_); }
    Row front() const { return (*this)[0]; }
    Iterator begin() const { return {*this, 0}; }
    Iterator end() const { return {*this, size()}; }

    // For the engines: how a result is filled, cell by cell, row by row.
    explicit Rows(std::size_t columns = 0) : columns_(columns) {}
    void add_null();
    void add(std::int64_t number);
    void add(double number);
    void add(std::string_view text);

private:
    enum class Kind : std::uint8_t { null, integer, real, text };
    struct Cell {
        Kind kind;
        union {
            std::int64_t integer;
            double real;
            struct {
                std::uint32_t from;
                std::uint32_t size;
            } text;
        };
    };

    const Cell& cell(std::size_t first_cell, std::size_t column) const;
    [[noreturn]] static void wrong_type(std::size_t column, const char* wanted);

    std::size_t columns_;
    std::vector<Cell> cells_;
    std::string bytes_;
};

using Row = Rows::Row;

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};

template <class T>
T Rows::Row::get(std::size_t column) const {
    const Cell& cell = rows_->cell(first_cell_, column);
    if constexpr (IsOptional<T>::value) {
        if (cell.kind == Kind::null) return std::nullopt;
        return get<typename T::value_type>(column);
    } else if constexpr (std::is_same_v<T, bool>) {
        if (cell.kind != Kind::integer) wrong_type(column, "a boolean");
        return cell.integer != 0;
    } else if constexpr (std::is_same_v<T, std::int64_t>) {
        if (cell.kind != Kind::integer) wrong_type(column, "an integer");
        return cell.integer;
    } else if constexpr (std::is_same_v<T, double>) {
        if (cell.kind == Kind::integer) return static_cast<double>(cell.integer);
        if (cell.kind != Kind::real) wrong_type(column, "a number");
        return cell.real;
    } else {
        static_assert(std::is_same_v<T, std::string> || std::is_same_v<T, std::string_view>);
        if (cell.kind != Kind::text) wrong_type(column, "text");
        return T(std::string_view(rows_->bytes_).substr(cell.text.from, cell.text.size));
    }
}

}  // namespace shopkeeper::storage
