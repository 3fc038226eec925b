#include "domains/orders/list_query.hpp"

#include "base/text.hpp"
#include "domains/orders/order_store.hpp"

namespace shopkeeper::orders {

namespace {

struct SequenceText {
    std::string_view columns;
    std::string_view order_by;
};

constexpr SequenceText text_of(Sequence sequence) {
    if (sequence == Sequence::newest) return {"id, created_ms", "created_ms DESC, id DESC"};
    return {"id, delivery_at_ms", "delivery_at_ms ASC NULLS LAST, id"};
}

constexpr std::string_view kUntaken =
    "courier_id IS NULL AND status = 'assembled' AND delivery_type = 'delivery'";

/// A column that no index answers for: as it stands, or dressed up so that the engine keeps off the
/// column's index. `instead` stands for NULL and has to fail the comparison.
std::string column(std::string_view name, std::string_view instead, bool hidden) {
    if (!hidden) return std::string(name);
    return "COALESCE(" + std::string(name) + ", " + std::string(instead) + ")";
}

std::string containing(std::string_view part) {
    return "%" + text::like_literal(part) + "%";
}

}  // namespace

ListStatement ListStatement::page(const OrderFilter& filter, Sequence sequence, Path path, int skip,
                                  int limit) {
    const SequenceText text = text_of(sequence);
    const bool along = path == Path::in_sequence;
    const Hidden hidden{.days = along,
                        .states = along && sequence == Sequence::soonest_delivery,
                        .created = along && sequence == Sequence::soonest_delivery};
    const std::string order_by = " ORDER BY " + std::string(text.order_by);
    ListStatement statement;
    // The ids alone are searched and sorted, mostly in indexes; only the page's rows are read.
    std::string ids = statement.matches(filter, text.columns, hidden) + order_by;
    ids += " LIMIT " + statement.bind(std::int64_t{limit});
    ids += " OFFSET " + statement.bind(std::int64_t{skip});
    statement.sql_ = select_orders("WHERE id IN (SELECT id FROM (" + ids + ") AS page)" + order_by);
    return statement;
}

ListStatement ListStatement::count(const OrderFilter& filter) {
    ListStatement statement;
    statement.sql_ =
        "SELECT COUNT(*) FROM (" + statement.matches(filter, "id", {}) + ") AS matches";
    return statement;
}

storage::Rows ListStatement::run(storage::Connection& connection) const {
    std::vector<storage::Value> values;
    values.reserve(parameters_.size());
    for (const Parameter& parameter : parameters_) {
        std::visit([&](const auto& content) { values.emplace_back(content); }, parameter);
    }
    return connection.query(sql_, values);
}

std::string ListStatement::bind(Parameter parameter) {
    parameters_.push_back(std::move(parameter));
    return "$" + std::to_string(parameters_.size());
}

std::string ListStatement::matches(const OrderFilter& filter, std::string_view columns,
                                   Hidden hidden) {
    // A courier's indexes give the sequence too; none of the shop's is better.
    if (filter.courier_id) hidden.days = hidden.states = true;
    const std::string select = "SELECT " + std::string(columns) + " FROM orders WHERE ";
    const std::string of_shop = "shop_id = " + bind(filter.shop_id);
    const std::string rest = conditions(filter, hidden);
    if (filter.phone) {
        const std::string of_phone = select + ids_of_phone(of_shop, *filter.phone);
        if (!filter.courier_id) return of_phone + rest;
        const std::string courier = bind(*filter.courier_id);
        return of_phone + rest + " AND (courier_id = " + courier + " OR (" + std::string(kUntaken) +
               "))";
    }
    if (!filter.courier_id) return select + of_shop + rest;
    return select + of_shop + " AND courier_id = " + bind(*filter.courier_id) + rest +
           " UNION ALL " + select + "id IN (SELECT id FROM orders WHERE " + of_shop + " AND " +
           std::string(kUntaken) + ")" + rest;
}

std::string ListStatement::ids_of_phone(const std::string& of_shop, const std::string& phone) {
    const std::string select = "SELECT id FROM orders WHERE " + of_shop + " AND ";
    const std::string is_phone = " = " + bind(phone);
    return "id IN (" + select + "phone" + is_phone + " UNION " + select + "sender_phone" +
           is_phone + " AND sender_phone <> phone UNION " + select + "recipient_phone" + is_phone +
           " AND recipient_phone <> phone)";
}

std::string ListStatement::conditions(const OrderFilter& filter, Hidden hidden) {
    std::string sql;
    const auto add = [&](const std::string& left, std::string_view relation, Parameter right) {
        sql += " AND " + left + std::string(relation) + bind(std::move(right));
    };
    if (filter.status) {
        add(column("status", "''", hidden.states), " = ", std::string(word(*filter.status)));
    }
    if (filter.payment_status) {
        add(column("payment_status", "''", hidden.states), " = ",
            std::string(word(*filter.payment_status)));
    }
    if (filter.first_day) {
        add(column("delivery_day", "''", hidden.days), " >= ", filter.first_day->text());
    }
    if (filter.last_day) {
        add(column("delivery_day", "'9999-99-99'", hidden.days), " <= ", filter.last_day->text());
    }
    if (filter.from_ms) add(column("created_ms", "0", hidden.created), " >= ", *filter.from_ms);
    if (filter.until_ms) add(column("created_ms", "0", hidden.created), " < ", *filter.until_ms);
    if (filter.search) {
        const std::string part = bind(containing(*filter.search));
        sql += " AND (names_folded LIKE " + bind(containing(text::fold(*filter.search))) +
               " ESCAPE '!' OR order_number LIKE " + part + " ESCAPE '!' OR tracking_id LIKE " +
               part + " ESCAPE '!')";
    }
    return sql;
}

}  // namespace shopkeeper::orders
