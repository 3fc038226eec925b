#include "storage/copy/compare.hpp"

#include <sodium.h>

#include <algorithm>

#include "storage/copy/row_stream.hpp"

namespace shopkeeper::storage {
namespace {

class Digest {
public:
    Digest() { crypto_generichash_init(&state_, nullptr, 0, kBytes); }
    void add(std::string_view bytes) {
        crypto_generichash_update(&state_, reinterpret_cast<const unsigned char*>(bytes.data()),
                                  bytes.size());
    }
    std::string hex() {
        unsigned char digest[kBytes];
        crypto_generichash_final(&state_, digest, kBytes);
        char text[kBytes * 2 + 1];
        return sodium_bin2hex(text, sizeof text, digest, kBytes);
    }

private:
    static constexpr std::size_t kBytes = 32;
    crypto_generichash_state state_;
};

/// A value in a form that no other value has and that both engines share.
void append(std::string& bytes, const Value& value) {
    std::visit(
        [&](const auto& content) {
            using T = std::decay_t<decltype(content)>;
            if constexpr (std::is_same_v<T, std::nullptr_t>)
                bytes += "n;";
            else if constexpr (std::is_same_v<T, std::string_view>)
                bytes.append("t")
                    .append(std::to_string(content.size()))
                    .append(":")
                    .append(content);
            else
                bytes.append("i").append(std::to_string(content)).append(";");
        },
        value.content());
}

std::string bytes_of(const Row& row, const Table& table) {
    std::string bytes;
    for (std::size_t column = 0; column < table.columns.size(); ++column)
        append(bytes, value_of(row, table, column));
    return bytes;
}

/// One side's rows, one at a time.
class Side {
public:
    Side(Connection& connection, const Table& table, std::size_t rows_per_batch)
        : stream_(connection, table, rows_per_batch) {
        rows_ = stream_.next_batch();
    }
    bool at_end() const { return next_ == rows_.size(); }
    Row row() const { return rows_[next_]; }
    void advance() {
        if (++next_ < rows_.size()) return;
        rows_ = stream_.next_batch();
        next_ = 0;
    }

private:
    RowStream stream_;
    Rows rows_;
    std::size_t next_ = 0;
};

[[noreturn]] void tell(const Table& table, const Key& key, const std::string& what) {
    throw Differs("table " + table.name + ", row " + to_text(table, key) + ": " + what);
}

[[noreturn]] void tell_difference(const Table& table, const Side& source, const Side& target) {
    constexpr auto kOnlySource = "is in the source only";
    constexpr auto kOnlyTarget = "is in the target only";
    if (target.at_end()) tell(table, key_of(source.row(), table), kOnlySource);
    if (source.at_end()) tell(table, key_of(target.row(), table), kOnlyTarget);
    const Key here = key_of(source.row(), table);
    const Key there = key_of(target.row(), table);
    if (here < there) tell(table, here, kOnlySource);
    if (there < here) tell(table, there, kOnlyTarget);
    for (std::size_t column = 0; column < table.columns.size(); ++column) {
        if (value_of(source.row(), table, column).content() !=
            value_of(target.row(), table, column).content())
            tell(table, here, "has another value in column " + table.columns[column].name);
    }
    throw std::logic_error("two rows differ in no column");
}

}  // namespace

TableDigest compare_table(Connection& source, Connection& target, const Table& table,
                          std::size_t rows_per_batch) {
    Side here(source, table, rows_per_batch);
    Side there(target, table, rows_per_batch);
    TableDigest result{.table = table.name};
    Digest digest;
    for (; !here.at_end() && !there.at_end(); here.advance(), there.advance()) {
        const std::string bytes = bytes_of(here.row(), table);
        if (bytes != bytes_of(there.row(), table)) tell_difference(table, here, there);
        digest.add(bytes);
        ++result.rows;
    }
    if (!here.at_end() || !there.at_end()) tell_difference(table, here, there);
    result.digest = digest.hex();
    return result;
}

std::string digest_of(const std::vector<TableDigest>& tables) {
    Digest digest;
    for (const TableDigest& table : tables) digest.add(table.table + "=" + table.digest + ";");
    return digest.hex();
}

}  // namespace shopkeeper::storage
