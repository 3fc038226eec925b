#include "domains/shop/confirmation.hpp"

#include <cstdlib>
#include <initializer_list>
#include <utility>

#include "base/crypto.hpp"

namespace shopkeeper::shop {
namespace {

constexpr Label kCancelling{
    "Оплаченный заказ {1} на {2} будет отменён, деньги нужно будет вернуть.",
    "Төленген {1} тапсырысынан ({2}) бас тартылады, ақшаны қайтару керек болады.",
    "The paid order {1} of {2} will be cancelled, and the money has to be given back."};
constexpr Label kPrice{"Цена товара «{1}» изменится с {2} на {3} ({4} %).",
                       "«{1}» тауарының бағасы {2} орнына {3} болады ({4} %).",
                       "The price of \"{1}\" will change from {2} to {3} ({4} %)."};
constexpr Label kWriteOff{"Со склада будет списано: «{1}», {2} {3}.",
                          "Қоймадан есептен шығарылады: «{1}», {2} {3}.",
                          "To be written off: \"{1}\", {2} {3}."};
constexpr Label kRestock{"На склад будет принято: «{1}», {2} {3}.",
                         "Қоймаға қабылданады: «{1}», {2} {3}.",
                         "To be taken into stock: \"{1}\", {2} {3}."};
constexpr Label kPublish{"Отзыв № {1} будет опубликован.", "№ {1} пікір жарияланады.",
                         "Review {1} will be published."};
constexpr Label kHide{"Отзыв № {1} будет скрыт.", "№ {1} пікір жасырылады.",
                      "Review {1} will be hidden."};
constexpr Label kReject{"Отзыв № {1} будет отклонён.", "№ {1} пікір қабылданбайды.",
                        "Review {1} will be rejected."};
constexpr Label kReply{"Под отзывом № {1} появится ответ магазина.",
                       "№ {1} пікірге дүкеннің жауабы жарияланады.",
                       "The shop's reply to review {1} will be shown to everybody."};
constexpr Label kNoConfirmations{
    "Магазин перестанет спрашивать подтверждение рискованных действий.",
    "Дүкен қауіпті әрекеттерді растауды сұрамайтын болады.",
    "The shop will no longer ask anybody to confirm risky acts."};
constexpr Label kHigherLimits{
    "Подтверждать нужно будет меньше: цены — от {1} %, поступления — от {2} единиц.",
    "Азырақ растау керек болады: баға {1} %-дан, қабылдау {2} данадан асқанда.",
    "Less has to be confirmed: prices above {1} %, deliveries above {2} units."};

constexpr Label kAgree{"Подтверждаю", "Растаймын", "I agree"};

/// Puts the n-th value in the place of {n}, in one pass: a value is not searched for places.
std::string fill(std::string_view text, std::initializer_list<std::string_view> values) {
    std::string filled;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '{') {
            filled += text[i];
            continue;
        }
        filled += values.begin()[text[i + 1] - '1'];
        i += 2;
    }
    return filled;
}

bool asks(const Shop& shop) {
    return shop.confirms_risky_acts;
}

std::string_view reason_of(Confirmations::State state) {
    switch (state) {
        case Confirmations::State::expired:
            return "expired";
        case Confirmations::State::used:
            return "used";
        case Confirmations::State::mismatch:
            return "mismatch";
        case Confirmations::State::missing:
        case Confirmations::State::confirmed:
            break;
    }
    return "unconfirmed";
}

std::string_view explain(Confirmations::State state) {
    switch (state) {
        case Confirmations::State::expired:
            return "This confirmation_token has expired; one holds for five minutes. ";
        case Confirmations::State::used:
            return "This confirmation_token was used; one is good for a single call. ";
        case Confirmations::State::mismatch:
            return "This confirmation_token is not for this call: one is good for the caller, the "
                   "arguments and the effect it was given for. ";
        case Confirmations::State::missing:
        case Confirmations::State::confirmed:
            break;
    }
    return "";
}

constexpr std::string_view kConfirm = "confirm";

/// Its key names the effect: a yes to one is none to another.
Question question(const Shop& shop, const std::string& effect) {
    constexpr std::size_t kDigits = 16;
    return {.key = std::string(kConfirm) + "_" + sha256_hex(effect).substr(0, kDigits),
            .message = effect,
            .fields = {{.name = std::string(kConfirm),
                        .title = std::string(kAgree.in(shop.locale)),
                        .kind = FormField::Kind::yes_no}}};
}

}  // namespace

Risk risk_of_cancelling(const Shop& shop, std::string_view order_number, std::int64_t total_minor,
                        bool is_paid) {
    if (!asks(shop) || !is_paid) return std::nullopt;
    return fill(kCancelling.in(shop.locale), {order_number, shop.display(total_minor)});
}

Risk risk_of_price(const Shop& shop, std::string_view product, std::int64_t before_minor,
                   std::int64_t after_minor) {
    const std::int64_t change = (after_minor - before_minor) * 100;
    const std::int64_t limit = before_minor * shop.confirm_price_percent;
    if (!asks(shop) || std::abs(change) <= limit) return std::nullopt;
    const std::int64_t percent = change / before_minor;
    const std::string signed_percent = (percent > 0 ? "+" : "") + std::to_string(percent);
    return fill(kPrice.in(shop.locale),
                {product, shop.display(before_minor), shop.display(after_minor), signed_percent});
}

Risk risk_of_write_off(const Shop& shop, std::string_view item, std::string_view unit,
                       std::int64_t quantity) {
    if (!asks(shop)) return std::nullopt;
    return fill(kWriteOff.in(shop.locale), {item, std::to_string(quantity), unit});
}

Risk risk_of_restock(const Shop& shop, std::string_view item, std::string_view unit,
                     std::int64_t quantity) {
    if (!asks(shop) || quantity <= shop.confirm_restock_units) return std::nullopt;
    return fill(kRestock.in(shop.locale), {item, std::to_string(quantity), unit});
}

Risk risk_of_moderation(const Shop& shop, std::int64_t review_id, std::string_view new_status) {
    if (!asks(shop)) return std::nullopt;
    const Label& label = new_status == "published"  ? kPublish
                         : new_status == "hidden"   ? kHide
                         : new_status == "rejected" ? kReject
                                                    : kReply;
    return fill(label.in(shop.locale), {std::to_string(review_id)});
}

Risk risk_of_settings(const Shop& before, const Shop& after) {
    if (!asks(before)) return std::nullopt;
    if (!asks(after)) return std::string(kNoConfirmations.in(before.locale));
    const bool is_looser = after.confirm_price_percent > before.confirm_price_percent ||
                           after.confirm_restock_units > before.confirm_restock_units;
    if (!is_looser) return std::nullopt;
    return fill(kHigherLimits.in(before.locale), {std::to_string(after.confirm_price_percent),
                                                  std::to_string(after.confirm_restock_units)});
}

Result<void> agree(const CallContext& context, const Shop& shop, const Risk& risk) {
    Confirmations* confirmations = context.confirmations;
    if (!risk || confirmations == nullptr) return {};
    Confirmations::State state = confirmations->redeem(shop.id, *risk);
    if (state == Confirmations::State::confirmed) return {};

    ErrorDetails details;
    details.effect = *risk;
    const FormReply reply = context.ask(question(shop, *risk));
    if (reply.kind == FormReply::Kind::declined || (reply && !reply.yes(kConfirm))) {
        return refuse(ErrorCode::confirmation_declined,
                      "The person who was asked said no; nothing was changed. Do not repeat the "
                      "call unless they change their mind.",
                      std::move(details));
    }
    if (reply) {
        state = confirmations->redeem_answer(shop.id);
        if (state == Confirmations::State::confirmed) return {};
        details.reason = reason_of(state);
        return refuse(ErrorCode::confirmation_required,
                      "The person's answer was used by an earlier call; one is good for a single "
                      "act. Nothing was changed: call again to have the person asked again.",
                      std::move(details));
    }
    Confirmations::Ticket ticket = confirmations->issue(shop.id, *risk);
    if (state != Confirmations::State::missing) details.field = "confirmation_token";
    details.reason = reason_of(state);
    details.confirmation_token = std::move(ticket.token);
    details.expires_at = shop.rfc3339(ticket.expires_ms);
    return refuse(ErrorCode::confirmation_required,
                  std::string(explain(state)) +
                      "Nothing was changed: a person has to agree first. Tell them the effect in "
                      "its own words; once they say yes, repeat this call with the same arguments "
                      "and the confirmation_token given here.",
                  std::move(details));
}

}  // namespace shopkeeper::shop
