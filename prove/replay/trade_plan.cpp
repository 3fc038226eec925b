#include "prove/replay/trade_plan.hpp"

#include <algorithm>
#include <optional>
#include <set>

namespace shopkeeper::prove {
namespace {

constexpr std::size_t kLinesMax = 50;                // Rule: domain 3.3, create_order.
constexpr std::int64_t kPiecesMax = 1000;            // Rule: domain O11.
constexpr std::int64_t kMovedAtOnceMax = 1'000'000;  // Rule: domain 3.4.

/// Goods have a stock number of five digits, or are the shop's own vouchers and gift sets.
bool is_service(const std::string& code) {
    if (code.starts_with("GIFT_") || code.starts_with("DCGS")) return false;
    return code.size() < 5 || !std::all_of(code.begin(), code.begin() + 5,
                                           [](char c) { return c >= '0' && c <= '9'; });
}

WallTime time_of(const InvoiceRow& row) {
    return {row.date, row.minute, row.second};
}

class Planner {
public:
    TradePlan plan(const std::vector<InvoiceRow>& rows) {
        for (const auto& invoice : invoices_of(rows)) take(invoice);
        for (auto& [code, article] : plan_.articles) {
            article.opening_stock = std::max<std::int64_t>(1, -lowest_[code]);
            article.closing_stock = article.opening_stock + balance_[code];
        }
        return std::move(plan_);
    }

private:
    /// By number, in the order of their first rows: a few are interrupted by others.
    static std::vector<std::vector<InvoiceRow>> invoices_of(const std::vector<InvoiceRow>& rows) {
        std::vector<std::vector<InvoiceRow>> invoices;
        std::map<std::string_view, std::size_t> places;
        for (const InvoiceRow& row : rows) {
            const auto [known, is_new] = places.try_emplace(row.invoice, invoices.size());
            if (is_new) invoices.emplace_back();
            invoices[known->second].push_back(row);
        }
        return invoices;
    }

    void take(const std::vector<InvoiceRow>& invoice) {
        ++plan_.months[time_of(invoice.front()).month()].invoices;
        std::vector<const InvoiceRow*> sales;
        std::vector<const InvoiceRow*> returns;
        for (const InvoiceRow& row : invoice) {
            meet(row);
            if (row.price_minor < 0 || !row.is_price_in_minor)
                count(row, Treatment::unfit_price);
            else if (row.price_minor == 0)
                take_free(row);
            else if (row.is_return() == (row.quantity > 0) || row.quantity == 0)
                count(row, Treatment::contradiction);
            else
                (row.is_return() ? returns : sales).push_back(&row);
        }
        if (!sales.empty()) sell(sales);
        if (!returns.empty()) take_back(returns);
    }

    void meet(const InvoiceRow& row) {
        Article& article = plan_.articles[row.code];
        article.is_service = is_service(row.code);
        // Rows without a price carry remarks where others have the name.
        const bool names = row.price_minor > 0 && !row.description.empty();
        if (names && article.first_price_minor == 0) article.description = row.description;
        if (row.price_minor > 0 && row.is_price_in_minor && article.first_price_minor == 0)
            article.first_price_minor = row.price_minor;
    }

    void count(const InvoiceRow& row, Treatment treatment) {
        Counted& counted = plan_.treated[treatment];
        ++counted.rows;
        counted.units += row.quantity;
        counted.minor += row.quantity * row.price_minor;
    }

    void take_free(const InvoiceRow& row) {
        if (is_service(row.code) || row.quantity == 0) return count(row, Treatment::no_effect);
        const bool more = row.quantity > 0;
        if (!row.customer.empty()) {
            if (!more) return count(row, Treatment::contradiction);
            count(row, Treatment::given_away);
            return move(row, "OUT", row.quantity);
        }
        count(row, more ? Treatment::found : Treatment::lost);
        move(row, more ? "IN" : "WRITE_OFF", std::abs(row.quantity));
    }

    void move(const InvoiceRow& row, const char* operation, std::int64_t quantity) {
        shelve(row.code, operation == std::string_view("IN") ? quantity : -quantity);
        for (; quantity > 0; quantity -= kMovedAtOnceMax) {
            act(time_of(row), MoveStock{row.code, operation, std::min(quantity, kMovedAtOnceMax),
                                        "invoice " + row.invoice});
        }
    }

    void shelve(const std::string& code, std::int64_t change) {
        if (is_service(code)) return;
        balance_[code] += change;
        lowest_[code] = std::min(lowest_[code], balance_[code]);
    }

    template <class What>
    void act(WallTime at, What what) {
        plan_.actions.push_back({std::move(at), std::move(what)});
    }

    // -- sales

    void sell(const std::vector<const InvoiceRow*>& rows) {
        std::vector<PlannedOrder> orders;
        std::map<std::string, std::set<std::int64_t>> prices;
        std::set<std::pair<std::string, std::int64_t>> seen;
        for (const InvoiceRow* row : rows) {
            plan_.articles[row->code].is_sold = true;
            count(*row, is_service(row->code) ? Treatment::sold_service : Treatment::sold_goods);
            plan_.months[row->date.substr(0, 7)].sold_minor += row->quantity * row->price_minor;
            prices[row->code].insert(row->price_minor);
            if (!seen.emplace(row->code, row->price_minor).second) ++plan_.lines_merged;
            if (row->quantity > kPiecesMax) ++plan_.lines_cut;
            for (std::int64_t left = row->quantity; left > 0; left -= kPiecesMax)
                place({row->code, row->price_minor, std::min(left, kPiecesMax)}, orders);
        }
        for (const auto& [code, of_code] : prices) plan_.two_prices += of_code.size() > 1 ? 1 : 0;
        plan_.invoices_cut += orders.size() > 1 ? 1 : 0;
        for (PlannedOrder& order : orders) {
            order.reference = "invoice " + rows.front()->invoice;
            order.customer = rows.front()->customer;
            order.country = rows.front()->country;
            enter(time_of(*rows.front()), std::move(order));
        }
    }

    /// Puts a line into the first order of its invoice whose limits let it in.
    static void place(const PlannedLine& line, std::vector<PlannedOrder>& orders) {
        for (PlannedOrder& order : orders) {
            if (fits(line, order)) return order.lines.push_back(line);
        }
        orders.emplace_back().lines.push_back(line);
    }

    static bool fits(const PlannedLine& line, const PlannedOrder& order) {
        if (order.lines.size() >= kLinesMax) return false;
        std::int64_t pieces = line.quantity;
        for (const PlannedLine& other : order.lines) {
            if (other.code != line.code) continue;
            if (other.price_minor != line.price_minor) return false;
            pieces += other.quantity;
        }
        return pieces <= kPiecesMax;
    }

    void enter(const WallTime& at, PlannedOrder order) {
        const std::size_t number = plan_.orders.size();
        for (const PlannedLine& line : order.lines) shelve(line.code, -line.quantity);
        if (!order.customer.empty()) live_[order.customer].push_back(number);
        plan_.orders.push_back(std::move(order));
        act(at, EnterOrder{number});
    }

    // -- returns

    void take_back(const std::vector<const InvoiceRow*>& rows) {
        const InvoiceRow& first = *rows.front();
        std::map<std::size_t, std::vector<PlannedLine>> kept;  // by order: what is not returned
        for (const InvoiceRow* row : rows) {
            if (take_from_orders(*row, kept)) {
                count(*row, Treatment::returned_to_order);
                plan_.months[row->date.substr(0, 7)].returned_minor +=
                    row->quantity * row->price_minor;
            } else if (is_service(row->code)) {
                count(*row, Treatment::credited);
            } else {
                count(*row, Treatment::returned_goods);
                move(*row, "IN", -row->quantity);
            }
        }
        for (auto& [number, lines] : kept) cancel(first, number, std::move(lines));
    }

    /// Takes the pieces out of the customer's latest orders of that product at that price; all of
    /// them or none.
    bool take_from_orders(const InvoiceRow& row,
                          std::map<std::size_t, std::vector<PlannedLine>>& kept) {
        const auto live = live_.find(row.customer);
        if (row.customer.empty() || live == live_.end()) return false;
        auto after = kept;
        std::int64_t left = -row.quantity;
        for (auto number = live->second.rbegin(); number != live->second.rend() && left > 0;
             ++number) {
            const auto known = after.find(*number);
            auto lines = known != after.end() ? known->second : plan_.orders[*number].lines;
            const std::int64_t taken = take_pieces(row, left, lines);
            if (taken > 0) after[*number] = std::move(lines);
            left -= taken;
        }
        if (left > 0) return false;
        kept = std::move(after);
        return true;
    }

    static std::int64_t take_pieces(const InvoiceRow& row, std::int64_t wanted,
                                    std::vector<PlannedLine>& lines) {
        std::int64_t taken = 0;
        for (PlannedLine& line : lines) {
            if (line.code != row.code || line.price_minor != row.price_minor) continue;
            const std::int64_t now = std::min(line.quantity, wanted - taken);
            line.quantity -= now;
            taken += now;
        }
        std::erase_if(lines, [](const PlannedLine& line) { return line.quantity == 0; });
        return taken;
    }

    void cancel(const InvoiceRow& because, std::size_t number, std::vector<PlannedLine> kept) {
        PlannedOrder& order = plan_.orders[number];
        order.comes_back = true;
        for (const PlannedLine& line : order.lines) shelve(line.code, line.quantity);
        std::erase(live_[order.customer], number);
        act(time_of(because), CancelOrder{number, "return " + because.invoice});
        if (kept.empty()) return;
        PlannedOrder rest{.reference = "rest of " + order.reference,
                          .customer = order.customer,
                          .country = order.country,
                          .lines = std::move(kept),
                          .is_rest = true};
        if (order.is_rest) rest.reference = order.reference;
        enter(time_of(because), std::move(rest));
    }

    TradePlan plan_;
    std::map<std::string, std::int64_t> balance_;  ///< change since the opening, by code
    std::map<std::string, std::int64_t> lowest_;
    std::map<std::string, std::vector<std::size_t>> live_;  ///< a customer's orders not cancelled
};

}  // namespace

std::string_view word(Treatment treatment) {
    constexpr std::string_view kWords[kTreatmentCount] = {"goods sold",
                                                          "services sold",
                                                          "returned from an order",
                                                          "returned, no order",
                                                          "credits",
                                                          "given away",
                                                          "found",
                                                          "lost",
                                                          "services at price 0",
                                                          "prices not fit",
                                                          "contradictions"};
    return kWords[static_cast<std::size_t>(treatment)];
}

std::string_view explanation(Treatment treatment) {
    constexpr std::string_view kTexts[kTreatmentCount] = {
        "lines of orders",
        "lines of orders: a product without stock",
        "the order cancelled, restocked and refunded; what the customer keeps entered anew",
        "stock operation IN; the money is outside the shop's orders",
        "not replayed: money only, of no order in the file",
        "stock operation OUT",
        "stock operation IN",
        "stock operation WRITE_OFF",
        "not replayed: neither goods nor money",
        "not replayed: negative, or fractions of a penny",
        "not replayed: quantity and kind of invoice disagree"};
    return kTexts[static_cast<std::size_t>(treatment)];
}

TradePlan plan_trade(const std::vector<InvoiceRow>& rows) {
    return Planner().plan(rows);
}

}  // namespace shopkeeper::prove
