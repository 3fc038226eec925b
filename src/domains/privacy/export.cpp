#include "domains/privacy/export.hpp"

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "base/json_writer.hpp"
#include "storage/copy/row_stream.hpp"
#include "storage/copy/tables.hpp"

namespace shopkeeper::privacy {
namespace {

/// What others' orders say of a person who receives or sends them, by the phone.
constexpr std::string_view kNamedIn = R"sql(
SELECT order_number,
       CASE WHEN phone = $3 THEN phone END,
       CASE WHEN sender_phone = $3 THEN sender_phone END,
       CASE WHEN recipient_phone = $3 THEN recipient_phone END,
       CASE WHEN recipient_phone = $3 THEN recipient_name END,
       CASE WHEN recipient_phone = $3 THEN delivery_address END,
       CASE WHEN recipient_phone = $3 THEN delivery_notes END
FROM orders
WHERE shop_id = $1 AND client_id <> $2 AND (phone = $3 OR sender_phone = $3 OR recipient_phone = $3)
ORDER BY id
)sql";
constexpr std::string_view kNamedInFields[] = {
    "order_number",     "phone",         "sender_phone", "recipient_phone", "recipient_name",
    "delivery_address", "delivery_notes"};

struct Source {
    std::string_view table;
    std::string where;  ///< $1 the shop, $2 the client
};

std::string of_orders() {
    return " WHERE shop_id = $1 AND order_id IN " + std::string(kOwnOrders);
}

std::vector<Source> sources() {
    const std::string order_ids =
        "(SELECT CAST(id AS TEXT) FROM orders WHERE shop_id = $1 AND "
        "client_id = $2)";
    const std::string review_ids = "(SELECT id FROM review" + own_reviews() + ")";
    const std::string client_id = "CAST(CAST($2 AS BIGINT) AS TEXT)";
    const std::string review_texts = "(SELECT CAST(id AS TEXT) FROM review" + own_reviews() + ")";
    const auto about = [&](const std::string& kind, const std::string& id) {
        return " WHERE shop_id = $1 AND ((" + kind + " = 'client' AND " + id + " = " + client_id +
               ") OR (" + kind + " = 'order' AND " + id + " IN " + order_ids + ") OR (" + kind +
               " = 'review' AND " + id + " IN " + review_texts + "))";
    };
    return {
        {"client", " WHERE shop_id = $1 AND id = $2"},
        {"orders", " WHERE shop_id = $1 AND client_id = $2"},
        {"order_line", of_orders()},
        {"order_history", of_orders()},
        {"order_photo", of_orders()},
        {"review", own_reviews()},
        {"review_photo", " WHERE shop_id = $1 AND review_id IN " + review_ids},
        {"outbox",
         " WHERE shop_id = $1 AND partition_key IN (SELECT 'order:' || CAST(id AS TEXT) "
         "FROM orders WHERE shop_id = $1 AND client_id = $2)"},
        {"events", about("subject_kind", "subject_id")},
        {"audit_log", about("target_kind", "target_id")},
    };
}

const storage::Table& named(const std::vector<storage::Table>& tables, std::string_view name) {
    const auto table = std::find_if(tables.begin(), tables.end(),
                                    [&](const storage::Table& each) { return each.name == name; });
    if (table == tables.end()) throw std::logic_error("no table is called " + std::string(name));
    return *table;
}

void write_cell(JsonWriter& out, const storage::Row& row, const storage::Table& table,
                std::size_t column) {
    using Kind = storage::Column::Kind;
    if (row.is_null(column)) return out.null();
    switch (table.columns[column].kind) {
        case Kind::integer:
            return out.value(row.get<std::int64_t>(column));
        case Kind::boolean:
            return out.value(row.get<bool>(column));
        case Kind::text:
            return out.value(row.get<std::string_view>(column));
    }
}

void write_rows(JsonWriter& out, const storage::Table& table, const storage::Rows& rows) {
    out.key(table.name);
    out.begin_array();
    for (const storage::Row row : rows) {
        out.begin_object();
        for (std::size_t column = 0; column < table.columns.size(); ++column) {
            out.key(table.columns[column].name);
            write_cell(out, row, table, column);
        }
        out.end_object();
    }
    out.end_array();
}

/// In the sequence of the key, so that two exports of the same rows are the same text.
std::string select(const storage::Table& table, const std::string& where) {
    std::string sql = "SELECT " + storage::column_list(table) + " FROM " +
                      storage::quoted(table.name) + where + " ORDER BY ";
    for (std::size_t i = 0; i < table.key.size(); ++i)
        sql += (i > 0 ? ", " : "") + storage::quoted(table.columns[table.key[i]].name);
    return sql;
}

void write_named_in(JsonWriter& out, const storage::Rows& rows) {
    out.key("named_in");
    out.begin_array();
    for (const storage::Row row : rows) {
        out.begin_object();
        for (std::size_t column = 0; column < std::size(kNamedInFields); ++column) {
            if (row.is_null(column)) continue;
            out.field(kNamedInFields[column], row.get<std::string_view>(column));
        }
        out.end_object();
    }
    out.end_array();
}

}  // namespace

std::string export_person(storage::Connection& connection, const Person& person, UnixMs now_ms) {
    const auto tables = storage::tables_of(storage::read_migrations(embedded::migrations()));
    const auto rows = [&](const storage::Table& table, const std::string& where,
                          std::initializer_list<storage::Value> values) {
        return connection.query(select(table, where), values);
    };
    JsonWriter out;
    out.begin_object();
    out.field("shop_id", person.shop_id);
    out.field("client_id", person.client_id);
    out.field("exported_ms", now_ms);
    out.key("tables");
    out.begin_object();
    for (const Source& source : sources()) {
        const storage::Table& table = named(tables, source.table);
        write_rows(out, table, rows(table, source.where, {person.shop_id, person.client_id}));
    }
    const storage::Table& kept = named(tables, "idempotency_keys");
    write_rows(out, kept,
               rows(kept, own_kept_results(), {person.shop_id, person.client_id, person.phone}));
    out.end_object();
    write_named_in(out,
                   connection.query(kNamedIn, {person.shop_id, person.client_id, person.phone}));
    out.end_object();
    return std::move(out).take();
}

}  // namespace shopkeeper::privacy
