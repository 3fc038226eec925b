#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "prove/replay/invoice_file.hpp"

namespace shopkeeper::prove {

/// How a row of the file is treated; each row is exactly one of these.
enum class Treatment {
    sold_goods,
    sold_service,       ///< postage, carriage, manual: a product without stock
    returned_to_order,  ///< its order is cancelled, what the customer keeps is entered anew
    returned_goods,     ///< of no order in the file: back on the shelf
    credited,           ///< a credit that brings no goods: discounts, fees
    given_away,         ///< price 0, customer known
    found,              ///< price 0, no customer, more pieces
    lost,               ///< price 0, no customer, fewer pieces
    no_effect,          ///< price 0 of a service
    unfit_price,        ///< negative, or with fractions of a penny
    contradiction,      ///< the sign of the quantity against the kind of invoice
};
inline constexpr std::size_t kTreatmentCount = 11;

std::string_view word(Treatment treatment);
/// What the shop does about it, for the report.
std::string_view explanation(Treatment treatment);

struct Counted {
    std::int64_t rows = 0;
    std::int64_t units = 0;
    std::int64_t minor = 0;  ///< quantity times price, with the file's signs
};

/// A moment of the shop's wall clock.
struct WallTime {
    std::string date;
    int minute = 0;
    int second = 0;
    std::string month() const { return date.substr(0, 7); }
};

struct PlannedLine {
    std::string code;
    std::int64_t price_minor;
    std::int64_t quantity;
};

struct PlannedOrder {
    std::string reference;  ///< "invoice 536365"; "rest of invoice 536365 after C536379"
    std::string customer;
    std::string country;
    std::vector<PlannedLine> lines;
    bool is_rest = false;
    bool comes_back = false;  ///< a later return cancels it, so it is not handed over
};

/// What is done through the tools, one after another.
struct EnterOrder {
    std::size_t order;
};
struct CancelOrder {
    std::size_t order;
    std::string because;
};
struct MoveStock {
    std::string code;
    const char* operation;  ///< IN, OUT, WRITE_OFF
    std::int64_t quantity;
    std::string because;
};
struct Action {
    WallTime at;
    std::variant<EnterOrder, CancelOrder, MoveStock> what;
};

/// A thing that is sold or kept on the shelf.
struct Article {
    std::string description;
    bool is_service = false;
    bool is_sold = false;
    std::int64_t first_price_minor = 0;
    std::int64_t opening_stock = 0;  ///< just enough never to run out, at least one
    std::int64_t closing_stock = 0;  ///< what must lie there at the end
};

struct MonthOfTrade {
    std::int64_t invoices = 0;
    std::int64_t sold_minor = 0;
    std::int64_t returned_minor = 0;  ///< only of rows that are replayed as orders
};

/// The trade of a file as the shop can live it. The shop's rules cut invoices: at most 50 lines and
/// 1,000 pieces of a product in an order, one price of a product in it.
struct TradePlan {
    std::map<std::string, Article> articles;  ///< by code
    std::vector<PlannedOrder> orders;
    std::vector<Action> actions;
    std::map<Treatment, Counted> treated;
    std::map<std::string, MonthOfTrade> months;
    std::int64_t invoices_cut = 0;  ///< entered as more than one order
    std::int64_t lines_cut = 0;     ///< more than 1,000 pieces
    std::int64_t lines_merged = 0;  ///< the same product and price once more in an order
    std::int64_t two_prices = 0;    ///< one product at two prices in an invoice
};

/// REQUIRES: rows in the order of their time.
TradePlan plan_trade(const std::vector<InvoiceRow>& rows);

}  // namespace shopkeeper::prove
