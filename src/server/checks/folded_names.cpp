#include "server/checks/folded_names.hpp"

#include "base/text.hpp"

namespace shopkeeper::server::checks {
namespace {

/// Rows that are in memory at once.
constexpr std::int64_t kRowsPerBatch = 5000;
constexpr std::size_t kReviewFoldedMax = 2000;

struct Folded {
    std::string_view table;
    std::string_view sql;  ///< id, folded, text and perhaps a second text; behind id $1, at most $2
    std::string (*fold)(const storage::Row&);
};

std::string fold_name(const storage::Row& row) {
    return text::fold(row.get<std::string_view>(2));
}
std::string fold_review(const storage::Row& row) {
    return text::truncate(fold_name(row), kReviewFoldedMax);
}
std::string fold_both_names(const storage::Row& row) {
    return fold_name(row) + "\n" + text::fold(row.get<std::string_view>(3));
}

constexpr Folded kFolded[] = {
    {"warehouse_item",
     "SELECT id, name_folded, name FROM warehouse_item WHERE id > $1 ORDER BY id LIMIT $2",
     fold_name},
    {"product", "SELECT id, name_folded, name FROM product WHERE id > $1 ORDER BY id LIMIT $2",
     fold_name},
    {"orders",
     "SELECT id, names_folded, customer_name, recipient_name FROM orders WHERE id > $1 "
     "ORDER BY id LIMIT $2",
     fold_both_names},
    {"review", "SELECT id, text_folded, text FROM review WHERE id > $1 ORDER BY id LIMIT $2",
     fold_review},
};

}  // namespace

std::vector<std::string> badly_folded(storage::Connection& connection) {
    std::vector<std::string> ids;
    for (const Folded& each : kFolded) {
        std::int64_t last_id = 0;
        for (bool more = true; more;) {
            const storage::Rows rows = connection.query(each.sql, {last_id, kRowsPerBatch});
            for (const storage::Row row : rows) {
                last_id = row.get<std::int64_t>(0);
                if (row.get<std::string_view>(1) != each.fold(row))
                    ids.push_back(std::string(each.table) + ":" + std::to_string(last_id));
            }
            more = !rows.empty();
        }
    }
    return ids;
}

}  // namespace shopkeeper::server::checks
