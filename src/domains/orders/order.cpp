#include "domains/orders/order.hpp"

#include <stdexcept>

namespace shopkeeper::orders {

namespace {

struct StatusRow {
    Status status;
    std::string_view word;
    std::string_view stage;
    Label label;
};

constexpr StatusRow kStatusRows[] = {
    {Status::created, "new", "new", {"Новый", "Жаңа", "New"}},
    {Status::paid, "paid", "confirmed", {"Оплачен", "Төленді", "Paid"}},
    {Status::accepted, "accepted", "confirmed", {"Принят", "Қабылданды", "Accepted"}},
    {Status::assembled, "assembled", "preparing", {"Собран", "Жиналды", "Assembled"}},
    {Status::in_delivery, "in_delivery", "delivering", {"В пути", "Жолда", "On the way"}},
    {Status::delivered, "delivered", "done", {"Доставлен", "Жеткізілді", "Delivered"}},
    {Status::cancelled, "cancelled", "cancelled", {"Отменён", "Бас тартылды", "Cancelled"}},
};

struct PaymentRow {
    PaymentStatus status;
    std::string_view word;
    Label label;
};

constexpr PaymentRow kPaymentRows[] = {
    {PaymentStatus::unpaid, "unpaid", {"Не оплачен", "Төленбеген", "Unpaid"}},
    {PaymentStatus::paid, "paid", {"Оплачен", "Төленді", "Paid"}},
    {PaymentStatus::refund_required,
     "refund_required",
     {"Нужен возврат", "Қайтару керек", "Refund due"}},
    {PaymentStatus::refunded, "refunded", {"Возвращено", "Қайтарылды", "Refunded"}},
};

const StatusRow& row(Status status) {
    return kStatusRows[static_cast<std::size_t>(status)];
}

const PaymentRow& row(PaymentStatus status) {
    return kPaymentRows[static_cast<std::size_t>(status)];
}

[[noreturn]] void unknown_word(std::string_view kind, std::string_view word) {
    throw std::logic_error("no " + std::string(kind) + " is called " + std::string(word));
}

}  // namespace

std::string_view word(Status status) {
    return row(status).word;
}
std::string_view word(PaymentStatus status) {
    return row(status).word;
}
std::string_view word(DeliveryType type) {
    return type == DeliveryType::delivery ? "delivery" : "pickup";
}

Status status_of(std::string_view word) {
    for (const StatusRow& candidate : kStatusRows) {
        if (candidate.word == word) return candidate.status;
    }
    unknown_word("status", word);
}

PaymentStatus payment_status_of(std::string_view word) {
    for (const PaymentRow& candidate : kPaymentRows) {
        if (candidate.word == word) return candidate.status;
    }
    unknown_word("payment status", word);
}

DeliveryType delivery_type_of(std::string_view word) {
    if (word == "delivery") return DeliveryType::delivery;
    if (word == "pickup") return DeliveryType::pickup;
    unknown_word("delivery type", word);
}

std::string_view label(Status status, Locale locale) {
    return row(status).label.in(locale);
}
std::string_view label(PaymentStatus status, Locale locale) {
    return row(status).label.in(locale);
}
std::string_view progress_stage(Status status) {
    return row(status).stage;
}

}  // namespace shopkeeper::orders
