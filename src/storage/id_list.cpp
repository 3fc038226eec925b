#include "storage/id_list.hpp"

#include <algorithm>

namespace shopkeeper::storage {
namespace {

/// SQLite and PostgreSQL take more parameters than this; lists in use are far shorter.
constexpr std::size_t kSizes[] = {1, 4, 20, 50, 100, 500, 2000};

std::size_t padded_size(std::size_t count) {
    const auto* size = std::lower_bound(std::begin(kSizes), std::end(kSizes), count);
    if (size == std::end(kSizes))
        throw std::logic_error("a list of " + std::to_string(count) + " ids in one statement");
    return *size;
}

struct Question {
    std::string sql;
    std::vector<Value> values;
};

/// REQUIRES: ids.
Question question(std::string_view before, std::span<const std::int64_t> ids,
                  std::string_view after, std::initializer_list<Value> params) {
    const std::size_t size = padded_size(ids.size());
    Question question{std::string(before), params};
    for (std::size_t i = 0; i < size; ++i) {
        if (i > 0) question.sql += ", ";
        question.sql += '$';
        question.values.emplace_back(ids[std::min(i, ids.size() - 1)]);
        question.sql += std::to_string(question.values.size());
    }
    question.sql += after;
    return question;
}

}  // namespace

Rows query_by_ids(Connection& connection, std::string_view before,
                  std::span<const std::int64_t> ids, std::string_view after,
                  std::initializer_list<Value> params) {
    if (ids.empty()) return Rows();
    const Question asked = question(before, ids, after, params);
    return connection.query(asked.sql, asked.values);
}

Rows query_alone_by_ids(Connection& connection, std::string_view before,
                        std::span<const std::int64_t> ids, std::string_view after,
                        std::initializer_list<Value> params) {
    if (ids.empty()) return Rows();
    const Question asked = question(before, ids, after, params);
    return connection.query_alone(asked.sql, asked.values);
}

}  // namespace shopkeeper::storage
