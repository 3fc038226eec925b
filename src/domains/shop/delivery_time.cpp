#include "domains/shop/delivery_time.hpp"

#include <utility>

#include "domains/shop/feasibility.hpp"
#include "domains/shop/time_grammar.hpp"
#include "domains/shop/verdict.hpp"

namespace shopkeeper::shop {
namespace {

constexpr std::string_view kTakePlace = R"sql(
    UPDATE slot_load
       SET booked = booked + 1
     WHERE shop_id = $1
       AND slot_start_ms = $2
       AND (CAST($3 AS BIGINT) IS NULL OR booked < $3)
)sql";

constexpr std::string_view kEnsureSlot = R"sql(
    INSERT INTO slot_load (shop_id, slot_start_ms, booked)
    VALUES ($1, $2, 0)
        ON CONFLICT (shop_id, slot_start_ms) DO NOTHING
)sql";

constexpr std::string_view kGivePlaceBack = R"sql(
    UPDATE slot_load
       SET booked = booked - 1
     WHERE shop_id = $1
       AND slot_start_ms = $2
       AND booked > 0
)sql";

constexpr Label kTimeToBeConfirmed{"время уточняется", "уақыты нақтыланады",
                                   "time to be confirmed"};

Refusal missing_time(const Shop& shop, UnixMs now_ms) {
    ErrorDetails details;
    details.field = "delivery_time";
    details.examples = {"18:00", "14:00-16:00", "вечером",
                        (shop.zone.today(now_ms) + 1).text() + " 15:00"};
    return refuse(ErrorCode::missing_delivery_time,
                  "An order needs a delivery_time such as 18:00, 14:00-16:00 or вечером. If the "
                  "recipient is to be "
                  "asked for it, send ask_delivery_time: true instead.",
                  std::move(details));
}

/// The stored half of a handover, as facts. Rule: domain O36.
TimeFact stored_time(const Shop& shop, const Handover& stored) {
    const auto mark = [&shop](UnixMs at_ms) { return ClockMark{shop.zone.local(at_ms).minute}; };
    if (stored.precision == Precision::window && stored.window_start_ms && stored.window_end_ms) {
        return {.kind = TimeFact::Kind::part,
                .at = mark(*stored.at_ms),
                .start = mark(*stored.window_start_ms),
                .end = mark(*stored.window_end_ms),
                .rule = "stored"};
    }
    if (stored.at_ms) return {.at = mark(*stored.at_ms), .rule = "stored"};
    return {.kind = TimeFact::Kind::ask, .rule = "stored"};
}

/// Fills in what the caller left out: from the stored handover, from the flag, or not at all.
/// Errors: missing_delivery_time; invalid_argument (a time without a day). Rule: domain D12, O22,
/// O36.
Result<TimeFacts> completed(TimeFacts facts, const Shop& shop, const HandoverRequest& request,
                            UnixMs now_ms) {
    const bool asks = request.ask_time || (facts.time && facts.time->kind == TimeFact::Kind::ask);
    const bool has_time = facts.time && facts.time->kind != TimeFact::Kind::ask;
    if (!has_time) {
        if (asks)
            facts.time = TimeFact{.kind = TimeFact::Kind::ask, .rule = "ask"};
        else if (request.stored && facts.date)
            facts.time = stored_time(shop, *request.stored);
        else
            return missing_time(shop, now_ms);
    }
    if (!facts.date && request.stored && request.stored->day) {
        facts.date = DateFact{.day = *request.stored->day, .rule = "stored"};
    }
    if (!facts.date && has_time && facts.time->kind != TimeFact::Kind::asap) {
        return invalid_argument(
            "delivery_date",
            "A delivery_time needs its day: send delivery_date too, for example завтра or " +
                (shop.zone.today(now_ms) + 1).text() + ".",
            {}, {"сегодня", "завтра", (shop.zone.today(now_ms) + 1).text()});
    }
    return facts;
}

/// The argument to blame for a time that is not possible.
std::string_view field_to_blame(const HandoverRequest& request, Obstacle obstacle) {
    const bool day_is_wrong = obstacle == Obstacle::closed_day || obstacle == Obstacle::too_far;
    return request.date && (day_is_wrong || !request.time) ? "delivery_date" : "delivery_time";
}

}  // namespace

std::string_view word(Precision precision) {
    switch (precision) {
        case Precision::exact:
            return "exact";
        case Precision::window:
            return "window";
        case Precision::asap:
            return "asap";
        case Precision::unspecified:
            break;
    }
    return "unspecified";
}

Result<Handover> resolve_handover(storage::Connection& connection, const Shop& shop,
                                  const HandoverRequest& request, UnixMs now_ms) {
    const auto read = read_time_texts(request.date, request.time, {now_ms, shop.zone});
    if (!read) return Refusal(read.error());
    return resolve_handover(connection, shop, request, *read, now_ms);
}

Result<Handover> resolve_handover(storage::Connection& connection, const Shop& shop,
                                  const HandoverRequest& request, const TimeFacts& read,
                                  UnixMs now_ms) {
    auto facts = completed(read, shop, request, now_ms);
    if (!facts) return Refusal(facts.error());

    if (!facts->date && facts->time->kind == TimeFact::Kind::ask) {
        Handover open_end;
        open_end.ask_time = true;
        return open_end;
    }
    // "As soon as possible" that is not today is another day than the customer thinks of (O21).
    if (!facts->date) facts->date = DateFact{.day = shop.zone.today(now_ms), .rule = "asap"};

    const auto feasibility = Feasibility::load(
        connection, shop,
        lead_of(shop, request.basket, request.is_delivery, request.already_assembled), now_ms,
        request.own_slot_ms);
    auto verdict = judge(feasibility, *facts);
    if (!verdict) return Refusal(verdict.error());
    if (verdict->obstacle)
        return impossible(feasibility, *verdict, field_to_blame(request, *verdict->obstacle));
    return std::move(verdict->handover);
}

std::vector<TimeOption> offered_times(storage::Connection& connection, const Shop& shop,
                                      const HandoverRequest& request, const TimeFacts& read,
                                      UnixMs now_ms) {
    const auto feasibility = Feasibility::load(
        connection, shop, lead_of(shop, request.basket, request.is_delivery), now_ms);
    const LocalDate day = read.date ? read.date->day : feasibility.today();
    std::vector<TimeOption> offered;
    for (const Slot& slot : feasibility.alternatives(Obstacle::capacity, day))
        offered.push_back(option_of(shop, slot));
    return offered;
}

std::optional<UnixMs> earliest_handover(storage::Connection& connection, const Shop& shop,
                                        const Basket& basket, bool is_delivery, UnixMs now_ms) {
    return Feasibility::load(connection, shop, lead_of(shop, basket, is_delivery), now_ms)
        .earliest();
}

Result<void> book_slot(storage::Connection& connection, const Shop& shop,
                       std::optional<UnixMs> slot_start_ms, UnixMs now_ms) {
    if (!slot_start_ms) return {};
    const auto take_place = [&] {
        return connection.execute(kTakePlace, {shop.id, *slot_start_ms, shop.slot_capacity}) == 1;
    };
    if (take_place()) return {};
    // It is full, or nobody has taken a place of it yet.
    connection.execute(kEnsureSlot, {shop.id, *slot_start_ms});
    if (take_place()) return {};

    // Another order took the last place since this one was judged. What comes after the slot is
    // early enough for the basket too, so that no lead time needs to be known here.
    const auto feasibility = Feasibility::load(connection, shop, Lead{0, 0}, now_ms);
    Verdict verdict;
    verdict.obstacle = Obstacle::capacity;
    verdict.requested = shop.rfc3339(*slot_start_ms);
    verdict.requested_day = shop.zone.local(*slot_start_ms).date;
    Refusal refusal = impossible(feasibility, verdict, "delivery_time");
    auto& alternatives = refusal.value().details.alternatives;
    std::erase_if(alternatives,
                  [&](const TimeOption& option) { return option.start <= verdict.requested; });
    if (!alternatives.empty()) refusal.value().details.earliest = alternatives.front().start;
    return refusal;
}

void free_slot(storage::Connection& connection, const Shop& shop,
               std::optional<UnixMs> slot_start_ms) {
    if (slot_start_ms) connection.execute(kGivePlaceBack, {shop.id, *slot_start_ms});
}

std::string delivery_text(const Shop& shop, const Handover& handover) {
    std::string text = handover.day ? day_label(*handover.day, shop.locale) + ", " : std::string();
    const auto clock = [&shop](UnixMs at_ms) {
        return day_minute_text(shop.zone.local(at_ms).minute);
    };
    if (handover.window_start_ms && handover.window_end_ms) {
        text += clock(*handover.window_start_ms) + "–" + clock(*handover.window_end_ms);
    } else if (handover.at_ms) {
        text += clock(*handover.at_ms);
    } else {
        text += kTimeToBeConfirmed.in(shop.locale);
    }
    return text;
}

}  // namespace shopkeeper::shop
