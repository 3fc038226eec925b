#include "domains/orders/questions.hpp"

#include <algorithm>

#include "domains/shop/feasibility.hpp"

namespace shopkeeper::orders {
namespace {

constexpr Label kWhere{"Куда доставить заказ?", "Тапсырысты қайда жеткізу керек?",
                       "Where should the order be delivered?"};
constexpr Label kAddress{"Адрес доставки", "Жеткізу мекенжайы", "Delivery address"};
constexpr Label kAddressHint{"Улица, дом, квартира", "Көше, үй, пәтер", "Street, house, flat"};
constexpr Label kShopAsksWhere{"Пусть магазин спросит адрес у получателя",
                               "Мекенжайды алушыдан дүкен сұрасын",
                               "Let the shop ask the recipient for the address"};

constexpr Label kWhen{"К какому времени нужен заказ?", "Тапсырыс қай уақытқа керек?",
                      "When is the order needed?"};
constexpr Label kWhichInstead{"Какое время подойдёт?", "Қай уақыт ыңғайлы?",
                              "Which time would suit?"};
constexpr Label kTime{"Время", "Уақыт", "Time"};
constexpr Label kShopAsksWhen{"Пусть магазин спросит время у получателя",
                              "Уақытты алушыдан дүкен сұрасын",
                              "Let the shop ask the recipient for the time"};

constexpr std::size_t kAddressMax = 500;

/// No time reads like this, so it can stand among them.
constexpr std::string_view kShopAsks = "ask_delivery_time";

/// Why the wanted time was refused. Rule: domain D21.
std::string_view why(const Error& refusal, Locale locale) {
    using shop::Obstacle;
    for (const Obstacle obstacle :
         {Obstacle::past, Obstacle::too_far, Obstacle::closed_day, Obstacle::outside_hours,
          Obstacle::lead_time, Obstacle::capacity}) {
        if (shop::word(obstacle) == refusal.details.reason) return shop::label(obstacle).in(locale);
    }
    return {};
}

/// "2026-11-22 13:00-15:00", as the grammar of times reads it: the date and the clock of two RFC
/// 3339 instants in the shop's zone. A day ends at 24:00.
std::string words_of(const TimeOption& option) {
    const auto clock = [](const std::string& instant) { return instant.substr(11, 5); };
    const std::string end = clock(option.end);
    return option.start.substr(0, 10) + " " + clock(option.start) + "-" +
           (end == "00:00" ? "24:00" : end);
}

}  // namespace

std::optional<PlaceAnswer> ask_for_place(const CallContext& context, const shop::Shop& shop) {
    const FormReply reply =
        context.ask({.key = "delivery_address",
                     .message = std::string(kWhere.in(shop.locale)),
                     .fields = {{.name = "delivery_address",
                                 .title = std::string(kAddress.in(shop.locale)),
                                 .description = std::string(kAddressHint.in(shop.locale)),
                                 .length_max = kAddressMax,
                                 .is_required = false},
                                {.name = "ask_delivery_address",
                                 .title = std::string(kShopAsksWhere.in(shop.locale)),
                                 .kind = FormField::Kind::yes_no,
                                 .is_required = false}}});
    const std::string address = reply.text("delivery_address");
    if (!address.empty()) return PlaceAnswer{.address = address};
    if (reply.yes("ask_delivery_address")) return PlaceAnswer{.shop_asks = true};
    return std::nullopt;
}

std::optional<TimeAnswer> ask_for_time(const CallContext& context, const shop::Shop& shop,
                                       const Error& refusal,
                                       const std::vector<TimeOption>& offered) {
    if (offered.empty()) return std::nullopt;
    const bool is_missing = refusal.code == ErrorCode::missing_delivery_time;
    FormField time{.name = "delivery_time",
                   .title = std::string(kTime.in(shop.locale)),
                   .kind = FormField::Kind::choice};
    for (const TimeOption& option : offered)
        time.choices.push_back({.value = words_of(option), .title = option.label});
    if (is_missing) {
        time.choices.push_back(
            {.value = std::string(kShopAsks), .title = std::string(kShopAsksWhen.in(shop.locale))});
    }
    const std::string message = is_missing ? std::string(kWhen.in(shop.locale))
                                           : std::string(why(refusal, shop.locale)) + ". " +
                                                 std::string(kWhichInstead.in(shop.locale));
    const FormReply reply =
        context.ask({.key = "delivery_time", .message = message, .fields = {std::move(time)}});
    if (!reply) return std::nullopt;
    const std::string chosen = reply.text("delivery_time");
    if (chosen == kShopAsks) return TimeAnswer{.shop_asks = true};
    return TimeAnswer{.words = chosen};
}

}  // namespace shopkeeper::orders
