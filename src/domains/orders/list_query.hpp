#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "domains/orders/order.hpp"
#include "domains/shop/local_time.hpp"
#include "storage/database.hpp"

/// The statements of list_orders: each combination of filters has its own text, which names only
/// the filters given, so that the engine finds the index that serves them.
namespace shopkeeper::orders {

struct OrderFilter {
    std::int64_t shop_id = 0;
    std::optional<Status> status;
    std::optional<PaymentStatus> payment_status;
    std::optional<std::string> phone;          ///< of customer, sender or recipient
    std::optional<std::string> search;         ///< part of a name, an order number, a tracking id
    std::optional<shop::LocalDate> first_day;  ///< of delivery, inclusive
    std::optional<shop::LocalDate> last_day;
    std::optional<UnixMs> from_ms;           ///< of ordering, inclusive
    std::optional<UnixMs> until_ms;          ///< exclusive
    std::optional<std::int64_t> courier_id;  ///< theirs, and what is free to be taken (A17)

    bool by_delivery_day() const { return first_day || last_day; }
    bool by_created() const { return from_ms || until_ms; }
};

enum class Sequence { newest, soonest_delivery };

/// How the rows of a page are found.
enum class Path {
    by_filter,    ///< through the filters' index; sorted where it has another sequence
    in_sequence,  ///< along the sequence, passing by what does not match: when most orders do
};

/// A statement with its parameters.
class ListStatement {
public:
    /// Orders for `read_order`, in sequence. `skip` costs in proportion.
    static ListStatement page(const OrderFilter& filter, Sequence sequence, Path path, int skip,
                              int limit);
    /// One row with the number of matches, found by walking them.
    static ListStatement count(const OrderFilter& filter);

    const std::string& sql() const { return sql_; }
    storage::Rows run(storage::Connection& connection) const;

private:
    using Parameter = std::variant<std::int64_t, std::string>;
    /// Columns that are compared in such a way that the engine does not try their indexes.
    struct Hidden {
        bool days = false;
        bool states = false;
        bool created = false;
    };

    ListStatement() = default;
    /// Keeps the parameter and returns its name: "$3".
    std::string bind(Parameter parameter);
    /// The matches, each once: `SELECT <columns> FROM orders WHERE ... [UNION ALL ...]`.
    std::string matches(const OrderFilter& filter, std::string_view columns, Hidden hidden);
    /// One look-up for each role and nothing of the shop outside: given a choice, SQLite would
    /// rather walk all orders of the shop in sequence.
    std::string ids_of_phone(const std::string& of_shop, const std::string& phone);
    std::string conditions(const OrderFilter& filter, Hidden hidden);

    std::string sql_;
    std::vector<Parameter> parameters_;
};

}  // namespace shopkeeper::orders
