#include "domains/products/delivery_questions.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "domains/products/product.hpp"
#include "domains/shop/time_grammar.hpp"
#include "domains/warehouse/stock.hpp"

namespace shopkeeper::products {
namespace {

/// The basket of a question, and the judge of its times.
struct Question {
    std::vector<BasketLine> lines;
    shop::Feasibility feasibility;
};

std::vector<BasketLine> lines_of(const std::vector<std::int64_t>& product_ids) {
    std::map<std::int64_t, std::int64_t> units;
    for (const std::int64_t id : product_ids) ++units[id];
    std::vector<BasketLine> lines;
    for (const auto& [id, quantity] : units) lines.push_back({id, quantity});
    return lines;
}

Result<void> check_offered(const shop::Shop& shop, bool is_delivery) {
    const bool is_offered = is_delivery ? shop.delivery_available : shop.pickup_available;
    if (is_offered) return {};
    const std::string asked = is_delivery ? "delivery" : "pickup";
    const std::string offered = is_delivery ? "pickup" : "delivery";
    ErrorDetails details;
    details.field = "delivery_type";
    details.given = asked;
    details.accepted = {offered};
    return refuse(is_delivery ? ErrorCode::delivery_unavailable : ErrorCode::pickup_unavailable,
                  "This shop offers no " + asked +
                      " at present. Ask again with delivery_type: " + offered + ".",
                  std::move(details));
}

/// REQUIRES: `shop` outlives the question.
Result<Question> question_of(storage::Connection& connection, const shop::Shop& shop,
                             const AskedBasket& asked, UnixMs now_ms) {
    if (auto offered = check_offered(shop, asked.is_delivery); !offered) {
        return Refusal(offered.error());
    }
    std::vector<BasketLine> lines = lines_of(asked.product_ids);
    std::vector<std::int64_t> ids;
    for (const BasketLine& line : lines) ids.push_back(line.product_id);
    const auto products = find_for_basket(connection, shop, ids);
    if (!products) return Refusal(products.error());
    const shop::Basket basket = basket_of(shop, *products, lines);
    return Question{std::move(lines),
                    shop::Feasibility::load(
                        connection, shop, shop::lead_of(shop, basket, asked.is_delivery), now_ms)};
}

/// Errors come back under the name that the argument has in this tool.
template <class T>
Result<T> renamed(Result<T> read, std::string_view field) {
    if (!read) read.error().details.field = field;
    return read;
}

/// D22, W15: the basket as a whole; the products that use a component of which there is too little.
BasketStock stock_of(storage::Connection& connection, std::int64_t shop_id,
                     const std::vector<BasketLine>& lines, UnixMs now_ms) {
    const auto needs = needs_of(connection, shop_id, lines).required;
    std::vector<std::int64_t> items;
    for (const auto& need : needs) items.push_back(need.warehouse_item_id);
    const auto available = warehouse::available(connection, shop_id, items, now_ms);
    std::vector<std::int64_t> short_items;
    for (const auto& need : needs) {
        const auto found = available.find(need.warehouse_item_id);
        if (found == available.end() || found->second < need.quantity) {
            short_items.push_back(need.warehouse_item_id);
        }
    }
    BasketStock stock{short_items.empty(), {}};
    if (stock.available) return stock;
    for (const BasketLine& line : lines) {
        const auto own = needs_of(connection, shop_id, {&line, 1}).required;
        const bool is_short = std::any_of(own.begin(), own.end(), [&](const warehouse::Need& need) {
            return std::binary_search(short_items.begin(), short_items.end(),
                                      need.warehouse_item_id);
        });
        if (is_short) stock.product_ids_short.push_back(line.product_id);
    }
    return stock;
}

}  // namespace

Result<DeliverySlots> get_delivery_slots(storage::Connection& connection,
                                         const CallContext& context,
                                         const GetDeliverySlots& command) {
    auto shop = shop::current(connection, context);
    if (!shop) return Refusal(shop.error());
    const auto question = question_of(connection, *shop, command.basket, context.now_ms);
    if (!question) return Refusal(question.error());
    const shop::Feasibility& feasibility = question->feasibility;

    shop::TimeFacts facts;
    if (command.date) {
        auto read = renamed(shop::read_time_text(*command.date, shop::TimeField::delivery_date,
                                                 {context.now_ms, shop->zone}),
                            "date");
        if (!read) return Refusal(read.error());
        facts.date = read->date;  // a time of day beside it does not narrow the list
    }
    const auto verdict = renamed(shop::judge(feasibility, facts), "date");
    if (!verdict) return Refusal(verdict.error());

    const shop::LocalDate day = verdict->requested_day;
    DeliverySlots answer{.shop = *shop,
                         .date = day,
                         .is_delivery = command.basket.is_delivery,
                         .lead_time_minutes = feasibility.lead_minutes(),
                         .earliest_ms = feasibility.earliest(),
                         .obstacle = verdict->obstacle,
                         .slots = feasibility.slots(day),
                         .next_open_date = {}};
    const bool has_available = std::any_of(answer.slots.begin(), answer.slots.end(),
                                           [](const shop::Slot& slot) { return !slot.obstacle; });
    if (!has_available) {
        answer.next_open_date =
            feasibility.calendar().next_open_day(std::max(day, feasibility.today()) + 1);
    }
    return answer;
}

Result<TimeAnswer> validate_delivery_time(storage::Connection& connection,
                                          const CallContext& context,
                                          const ValidateDeliveryTime& command) {
    auto shop = shop::current(connection, context);
    if (!shop) return Refusal(shop.error());
    const auto question = question_of(connection, *shop, command.basket, context.now_ms);
    if (!question) return Refusal(question.error());
    const shop::Feasibility& feasibility = question->feasibility;

    const auto facts = shop::read_time_text(command.delivery_time, shop::TimeField::delivery_time,
                                            {context.now_ms, shop->zone});
    if (!facts) return Refusal(facts.error());
    auto verdict = renamed(shop::judge(feasibility, *facts), "delivery_time");
    if (!verdict) return Refusal(verdict.error());
    const bool is_asap = facts->time && facts->time->kind == shop::TimeFact::Kind::asap;
    if (!facts->date && !is_asap) {
        verdict->assumptions.push_back("No day was named, so today was assumed.");
    }

    TimeAnswer answer{.shop = *shop,
                      .verdict = std::move(*verdict),
                      .earliest_ms = feasibility.earliest(),
                      .alternatives = {},
                      .next_open_date = {}};
    if (answer.verdict.obstacle) {
        answer.alternatives =
            feasibility.alternatives(*answer.verdict.obstacle, answer.verdict.requested_day);
        if (answer.alternatives.empty())
            answer.next_open_date = feasibility.calendar().next_open_day(feasibility.today() + 1);
    }
    return answer;
}

Result<FeasibilityAnswer> check_delivery_feasibility(storage::Connection& connection,
                                                     const CallContext& context,
                                                     const CheckFeasibility& command) {
    auto shop = shop::current(connection, context);
    if (!shop) return Refusal(shop.error());
    const auto question = question_of(connection, *shop, command.basket, context.now_ms);
    if (!question) return Refusal(question.error());
    const shop::Feasibility& feasibility = question->feasibility;

    const auto facts =
        shop::read_time_texts(command.delivery_date, std::nullopt, {context.now_ms, shop->zone});
    if (!facts) return Refusal(facts.error());
    auto verdict = shop::judge(feasibility, *facts);
    if (!verdict) return Refusal(verdict.error());

    const shop::LocalDate day = verdict->requested_day;
    FeasibilityAnswer answer{.shop = *shop,
                             .verdict = std::move(*verdict),
                             .earliest_ms = feasibility.first_instant(day),
                             .latest_ms = feasibility.last_step(day),
                             .suggested_days = {},
                             .stock = {}};
    if (!answer.earliest_ms) answer.earliest_ms = feasibility.earliest();
    answer.suggested_days = feasibility.suggested_days(day);
    if (!question->lines.empty()) {
        answer.stock = stock_of(connection, shop->id, question->lines, context.now_ms);
    }
    return answer;
}

}  // namespace shopkeeper::products
