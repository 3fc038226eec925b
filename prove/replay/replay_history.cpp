#include "prove/replay/replay_history.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>

#include "domains/shop/local_time.hpp"
#include "harness/local_shop.hpp"
#include "harness/staffed_shop.hpp"
#include "prove/replay/trade_plan.hpp"
#include "support/fakes.hpp"

namespace shopkeeper::prove {
namespace {

constexpr std::int64_t kShopId = 8;
constexpr std::string_view kZone = "Europe/London";
constexpr std::int64_t kTokenTtlS = 20L * 365 * 86400;
constexpr std::size_t kNameMax = 200;
constexpr std::size_t kActionsPerWord = 1000;

constexpr std::string_view kBooks = R"sql(
SELECT created_ms, cancelled_ms, total_minor, notes
FROM orders
WHERE shop_id = $1
ORDER BY id)sql";

constexpr std::string_view kShelves = R"sql(
SELECT i.name, i.quantity
FROM warehouse_item i
WHERE i.shop_id = $1
ORDER BY i.id)sql";

constexpr std::string_view kPromised = R"sql(
SELECT COUNT(*)
FROM reservation
WHERE shop_id = $1 AND state = 'active')sql";

/// Pence as a JSON number of pounds.
Json pounds(std::int64_t minor) {
    return Json::parse(std::to_string(minor / 100) + "." + std::to_string(minor % 100 / 10) +
                       std::to_string(minor % 10));
}

/// For people: "1234.50".
std::string money_text(std::int64_t minor) {
    const std::string digits = std::to_string(1000 + std::abs(minor));
    const std::string whole = std::to_string(std::abs(minor) / 100);
    return (minor < 0 ? "-" : "") + whole + "." + digits.substr(digits.size() - 2);
}

std::string name_of(const std::string& code, const Article& article) {
    return code + (article.description.empty() ? "" : " " + article.description);
}

/// The shop in which the trade is lived: what each code has become, and the tools.
class Trade {
public:
    Trade(storage::Database& database, const TradePlan& plan)
        : plan_(plan),
          zone_(shop::TimeZone::find(kZone).value()),
          clock_(opening()),
          shop_(database, clock_, random_) {
        const harness::StaffedShop staffed = database.write([&](storage::Connection& connection) {
            return harness::add_shop(connection, kShopId, clock_.now_ms());
        });
        director_ = shop_.token_of(staffed.director_id, kTokenTtlS);
    }

    void open() {
        ask("update_shop_settings", {{"timezone", kZone},
                                     {"currency", "GBP"},
                                     {"locale", "en"},
                                     {"weekday_start", "00:00"},
                                     {"weekday_end", "23:59"},
                                     {"weekend_start", "00:00"},
                                     {"weekend_end", "23:59"},
                                     {"delivery_cost", 0}});
        for (const auto& [code, article] : plan_.articles) stock_up(code, article);
    }

    void live(const Action& action) {
        clock_.set(instant(action.at));
        std::visit([&](const auto& what) { act(what); }, action.what);
    }

    std::string month_of(UnixMs at_ms) const { return zone_.today(at_ms).text().substr(0, 7); }

    UnixMs now_ms() const { return clock_.now_ms(); }
    std::int64_t calls() const { return calls_; }
    std::int64_t price_changes() const { return price_changes_; }

private:
    struct Sold {
        std::int64_t id = 0;
        std::int64_t list_price_minor = 0;
    };

    /// The morning of the day before the first invoice.
    UnixMs opening() const {
        if (plan_.actions.empty()) throw std::runtime_error("there is no trade in the file");
        constexpr UnixMs kDayMs = 86'400'000;
        return instant(plan_.actions.front().at) - kDayMs;
    }

    UnixMs instant(const WallTime& at) const {
        const auto date = shop::parse_local_date(at.date);
        if (!date) throw std::runtime_error("no such day: " + at.date);
        return zone_.instant(*date, at.minute) + at.second * 1000;
    }

    Json ask(std::string_view tool, Json arguments) {
        ++calls_;
        auto reply = shop_.ask(tool, arguments, director_);
        if (!reply.ok())
            throw std::runtime_error(std::string(tool) + " " + dump_json(arguments) +
                                     " is refused: " + dump_json(reply.error));
        return std::move(reply.result);
    }

    void stock_up(const std::string& code, const Article& article) {
        const std::string name = name_of(code, article);
        Json product = {{"name", name}, {"type", "gifts"}};
        if (!article.is_service) {
            const Json stock =
                ask("add_warehouse_stock",
                    {{"item_name", name}, {"quantity", article.opening_stock}, {"kind", "goods"}});
            items_[code] = stock.at("item").at("id").get<std::int64_t>();
            product["recipe"] =
                Json::array({{{"warehouse_item_id", items_[code]}, {"quantity", 1}}});
        }
        if (!article.is_sold) return;
        product["price"] = pounds(article.first_price_minor);
        const Json made = ask("create_product", std::move(product));
        products_[code] = {made.at("id").get<std::int64_t>(), article.first_price_minor};
    }

    /// The list price follows the invoices: the shop takes no price from whoever enters an order.
    const Sold& at_price(const PlannedLine& line) {
        Sold& product = products_.at(line.code);
        if (product.list_price_minor != line.price_minor) {
            ask("update_product",
                {{"product_id", product.id}, {"price", pounds(line.price_minor)}});
            product.list_price_minor = line.price_minor;
            ++price_changes_;
        }
        return product;
    }

    void act(const EnterOrder& enter) {
        const PlannedOrder& order = plan_.orders[enter.order];
        Json items = Json::array();
        std::int64_t total_minor = 0;
        for (const PlannedLine& line : order.lines) {
            items.push_back({{"product_id", at_price(line).id}, {"quantity", line.quantity}});
            total_minor += line.price_minor * line.quantity;
        }
        const bool known = !order.customer.empty();
        const Json made = ask(
            "create_order", {{"customer_name", "Customer " + (known ? order.customer : "unknown")},
                             {"customer_phone", phone_of(order.customer)},
                             {"items", std::move(items)},
                             {"delivery_address", order.country},
                             {"ask_delivery_time", true},
                             {"notes", order.reference},
                             {"allow_duplicate", true},
                             {"total_price", pounds(total_minor)},
                             {"strict_price", true}});
        const auto id = made.at("id").get<std::int64_t>();
        order_ids_[enter.order] = id;
        // An invoice is written when its goods leave: all steps at its moment.
        for (const char* step : {"paid", "assembled", "in_delivery", "delivered"}) {
            if (order.comes_back && step == std::string_view("in_delivery")) break;
            ask("update_order_status", {{"order_id", id}, {"status", step}});
        }
    }

    void act(const CancelOrder& cancel) {
        const std::int64_t id = order_ids_.at(cancel.order);
        ask("cancel_order",
            {{"order_id", id}, {"reason", cancel.because}, {"stock_action", "restock"}});
        ask("update_order_status", {{"order_id", id}, {"payment_status", "refunded"}});
    }

    void act(const MoveStock& move) {
        ask("record_warehouse_operation", {{"warehouse_item_id", items_.at(move.code)},
                                           {"operation_type", move.operation},
                                           {"quantity", move.quantity},
                                           {"notes", move.because}});
    }

    /// Unknown customers share the first number.
    std::string phone_of(const std::string& customer) {
        if (customer.empty()) return harness::phone_number(0);
        const auto next = static_cast<std::int64_t>(phones_.size()) + 1;
        return harness::phone_number(phones_.emplace(customer, next).first->second);
    }

    const TradePlan& plan_;
    const shop::TimeZone zone_;
    test::FakeClock clock_;
    SystemRandom random_;
    harness::LocalShop shop_;
    std::string director_;
    std::map<std::string, std::int64_t> items_;
    std::map<std::string, Sold> products_;
    std::map<std::string, std::int64_t> phones_;
    std::map<std::size_t, std::int64_t> order_ids_;
    std::int64_t calls_ = 0;
    std::int64_t price_changes_ = 0;
};

/// What the shop's own orders say about a month.
struct Books {
    std::int64_t sold_minor = 0;
    std::int64_t returned_minor = 0;  ///< cancelled, less what was entered anew
};

std::map<std::string, Books> read_books(storage::Database& database, const Trade& trade) {
    std::map<std::string, Books> books;
    const auto rows = database.read(
        [](storage::Connection& connection) { return connection.query(kBooks, {kShopId}); });
    for (const storage::Row row : rows) {
        const auto total = row.get<std::int64_t>(2);
        Books& entered = books[trade.month_of(row.get<std::int64_t>(0))];
        const bool is_rest = row.get<std::string_view>(3).starts_with("rest of ");
        (is_rest ? entered.returned_minor : entered.sold_minor) += total;
        if (const auto cancelled_ms = row.get<std::optional<std::int64_t>>(1))
            books[trade.month_of(*cancelled_ms)].returned_minor -= total;
    }
    return books;
}

Table month_table(const TradePlan& plan, const std::map<std::string, Books>& books,
                  Report& report) {
    Table table{{"month", "invoices", "sold, file", "sold, shop", "returned, file",
                 "returned, shop", "net, shop"},
                {}};
    MonthOfTrade all;
    Books shop;
    for (const auto& [month, trade] : plan.months) {
        const auto found = books.find(month);
        const Books book = found == books.end() ? Books{} : found->second;
        report.expect("sold in " + month, book.sold_minor, trade.sold_minor);
        report.expect("returned in " + month, book.returned_minor, trade.returned_minor);
        const auto row = [&](const std::string& name, const MonthOfTrade& file, const Books& own) {
            table.rows.push_back({name, std::to_string(file.invoices), money_text(file.sold_minor),
                                  money_text(own.sold_minor), money_text(file.returned_minor),
                                  money_text(own.returned_minor),
                                  money_text(own.sold_minor + own.returned_minor)});
        };
        row(month, trade, book);
        all.invoices += trade.invoices;
        all.sold_minor += trade.sold_minor;
        all.returned_minor += trade.returned_minor;
        shop.sold_minor += book.sold_minor;
        shop.returned_minor += book.returned_minor;
        if (month == plan.months.rbegin()->first) row("all", all, shop);
    }
    for (const auto& [month, book] : books) {
        if (!plan.months.contains(month))
            report.findings.push_back("orders in " + month + ", where the file has none");
    }
    return table;
}

Table treatment_table(const TradePlan& plan, std::size_t rows, Report& report) {
    Table table{{"rows of the file", "rows", "pieces", "pounds", "treated as"}, {}};
    Counted all;
    for (const auto& [treatment, counted] : plan.treated) {
        table.rows.push_back({std::string(word(treatment)), std::to_string(counted.rows),
                              std::to_string(counted.units), money_text(counted.minor),
                              std::string(explanation(treatment))});
        all.rows += counted.rows;
        all.units += counted.units;
        all.minor += counted.minor;
    }
    table.rows.push_back(
        {"all", std::to_string(all.rows), std::to_string(all.units), money_text(all.minor), ""});
    report.expect("rows treated", all.rows, static_cast<std::int64_t>(rows));
    return table;
}

void compare_shelves(storage::Database& database, const TradePlan& plan, Report& report) {
    std::map<std::string, std::int64_t> should;
    for (const auto& [code, article] : plan.articles) {
        if (!article.is_service) should[name_of(code, article)] = article.closing_stock;
    }
    const auto rows = database.read(
        [](storage::Connection& connection) { return connection.query(kShelves, {kShopId}); });
    report.expect("shelves", static_cast<std::int64_t>(rows.size()),
                  static_cast<std::int64_t>(should.size()));
    for (const storage::Row row : rows) {
        const auto name = row.get<std::string>(0);
        report.expect("on the shelf of " + name, row.get<std::int64_t>(1), should[name]);
    }
    const auto promised = database.read([](storage::Connection& connection) {
        return connection.query(kPromised, {kShopId}).front().get<std::int64_t>(0);
    });
    report.expect("reservations still active", promised, 0);
}

}  // namespace

Report prove_replay_history(storage::Database& database, const std::filesystem::path& file,
                            const Progress& progress) {
    const auto rows = read_invoices(file);
    const TradePlan plan = plan_trade(rows);
    progress(std::to_string(rows.size()) + " rows, " + std::to_string(plan.orders.size()) +
             " orders to come");
    const auto started = std::chrono::steady_clock::now();
    Trade trade(database, plan);
    trade.open();
    for (std::size_t i = 0; i < plan.actions.size(); ++i) {
        trade.live(plan.actions[i]);
        if (i % kActionsPerWord == 0)
            progress(plan.actions[i].at.date + ", " + std::to_string(trade.calls()) + " calls");
    }
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - started;

    Report report;
    report.tables.push_back(treatment_table(plan, rows.size(), report));
    report.tables.push_back(month_table(plan, read_books(database, trade), report));
    compare_shelves(database, plan, report);
    check_invariants(database, trade.now_ms(), report);
    const auto rests = std::count_if(plan.orders.begin(), plan.orders.end(),
                                     [](const PlannedOrder& order) { return order.is_rest; });
    const auto text = [](auto number) { return std::to_string(number); };
    report.tables.push_back(
        {{"to fit the shop's rules", "times"},
         {{"orders entered", text(plan.orders.size())},
          {"of them what a customer kept after a return", text(rests)},
          {"invoices entered as more than one order", text(plan.invoices_cut)},
          {"lines of more than 1,000 pieces cut", text(plan.lines_cut)},
          {"lines of one product and price merged", text(plan.lines_merged)},
          {"one product at two prices in an invoice", text(plan.two_prices)},
          {"list prices changed before an order", text(trade.price_changes())},
          {"calls of tools", text(trade.calls())},
          {"calls per second",
           text(static_cast<std::int64_t>(static_cast<double>(trade.calls()) / spent.count()))}}});
    return report;
}

}  // namespace shopkeeper::prove
