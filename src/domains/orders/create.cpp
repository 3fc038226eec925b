#include "domains/orders/create.hpp"

#include "base/json_writer.hpp"
#include "domains/orders/announcements.hpp"
#include "domains/orders/contacts.hpp"
#include "domains/orders/fingerprint.hpp"
#include "domains/orders/history.hpp"
#include "domains/orders/numbering.hpp"
#include "domains/orders/order_store.hpp"
#include "domains/orders/order_tally.hpp"
#include "domains/orders/questions.hpp"
#include "domains/shop/shop_lock.hpp"
#include "domains/shop/time_grammar.hpp"
#include "domains/telegram/client.hpp"
#include "domains/warehouse/stock.hpp"

namespace shopkeeper::orders {

namespace {

/// One call on its way from command to order: each step fills in more of the draft, or refuses.
class Creation {
public:
    Creation(storage::Connection& connection, const CallContext& context, shop::Shop shop,
             const CreateOrder& command)
        : connection_(connection), context_(context), shop_(std::move(shop)), command_(command) {
        draft_.shop_id = shop_.id;
        draft_.created_ms = draft_.updated_ms = context.now_ms;
    }

    Result<CreatedOrder> run() {
        if (auto done = read_command(); !done) return Refusal(done.error());
        // One phone's orders come one after the other, so that the second sees the first (O20).
        telegram::take_turns(connection_, shop_.id, phone_.e164);
        draft_.fingerprint = fingerprint(draft_, basket_.lines, wish_);
        if (!command_.allow_duplicate) {
            auto twin = find_duplicate(connection_, draft_, context_.now_ms);
            if (twin) return already_there(std::move(*twin));
        }
        if (auto done = place_in_time(); !done) return Refusal(done.error());
        if (auto done = check_price(draft_); !done) return Refusal(done.error());
        if (auto done = store(); !done) return Refusal(done.error());
        return made();
    }

private:
    // What the command says, judged without changing anything.
    Result<void> read_command() {
        if (auto done = read_people(); !done) return done;
        auto basket = basket_of(connection_, shop_, command_.items);
        if (!basket) return Refusal(basket.error());
        basket_ = std::move(*basket);
        if (auto done = check_delivery_type(shop_, command_.delivery_type); !done) return done;
        if (auto done = read_expected_price(); !done) return done;
        if (auto done = read_place(); !done) return done;
        auto wish = shop::read_time_texts(command_.delivery_date, command_.delivery_time,
                                          {context_.now_ms, shop_.zone});
        if (!wish) return Refusal(wish.error());
        wish_ = std::move(*wish);
        draft_.original_date = command_.delivery_date;
        draft_.original_time = command_.delivery_time;
        draft_.handover.ask_time = command_.ask_delivery_time;
        draft_.delivery_notes = command_.delivery_notes;
        draft_.notes = command_.notes;
        draft_.payment_method = command_.payment_method;
        price();
        return {};
    }

    Result<void> read_people() {
        auto phone = customer_phone(context_.caller, command_.customer_phone, warnings_);
        if (!phone) return Refusal(phone.error());
        phone_ = std::move(*phone);
        draft_.customer_name = command_.customer_name;
        draft_.phone = phone_.e164;
        draft_.recipient_name = command_.recipient_name.value_or(command_.customer_name);
        draft_.recipient_phone = draft_.sender_phone = phone_.e164;
        if (command_.recipient_phone) {
            auto recipient = read_phone(*command_.recipient_phone, "recipient_phone", warnings_);
            if (!recipient) return Refusal(recipient.error());
            draft_.recipient_phone = std::move(recipient->e164);
        }
        if (command_.sender_phone) {
            auto sender = read_phone(*command_.sender_phone, "sender_phone", warnings_);
            if (!sender) return Refusal(sender.error());
            draft_.sender_phone = std::move(sender->e164);
        }
        return {};
    }

    Result<void> read_expected_price() {
        if (!command_.total_price) return {};
        auto minor = money::to_minor(*command_.total_price, shop_.currency, "total_price");
        if (!minor) return Refusal(minor.error());
        expected_minor_ = *minor;
        return {};
    }

    Result<void> read_place() {
        draft_.delivery_type = command_.delivery_type;
        if (!draft_.is_delivery()) {
            auto address = shop::pickup_address(connection_, shop_, command_.pickup_location_id);
            if (!address) return Refusal(address.error());
            draft_.pickup_address = std::move(*address);
            return {};
        }
        draft_.delivery_address = command_.delivery_address;
        // An address that is given wins over the wish to be asked for it (O22).
        draft_.ask_delivery_address = command_.ask_delivery_address && !command_.delivery_address;
        if (draft_.delivery_address || draft_.ask_delivery_address) return {};
        auto answer = ask_for_place(context_, shop_);
        if (!answer) return missing_delivery_address(shop_, true);
        draft_.delivery_address = std::move(answer->address);
        draft_.ask_delivery_address = answer->shop_asks;
        return {};
    }

    void price() {
        draft_.currency = shop_.currency.code;
        draft_.subtotal_minor = basket_.subtotal_minor;
        draft_.delivery_cost_minor =
            shop::delivery_cost_minor(shop_, draft_.is_delivery(), basket_.subtotal_minor);
        draft_.total_minor = money::add(draft_.subtotal_minor, draft_.delivery_cost_minor);
    }

    /// Where the customer can be told: the asserted identity, or the Telegram user that staff
    /// named.
    void link(const telegram::Client& client) {
        if (context_.caller.is_customer()) {
            draft_.channel = context_.caller.channel;
            draft_.channel_user_id = context_.caller.channel_user_id;
            return;
        }
        if (!command_.telegram_user_id) return;
        if (!context_.caller.can(Permission::create_orders)) {
            warnings_.push_back({"telegram_user_id_ignored",
                                 "Only staff who take orders for customers may link an order to a "
                                 "Telegram user; telegram_user_id was not used."});
            return;
        }
        draft_.channel = "telegram";
        draft_.channel_user_id = command_.telegram_user_id;
        telegram::link_telegram(connection_, client, *command_.telegram_user_id, context_.now_ms);
    }

    Result<void> place_in_time() {
        shop::HandoverRequest request;
        request.date = command_.delivery_date;
        request.time = command_.delivery_time;
        request.is_delivery = draft_.is_delivery();
        request.ask_time = command_.ask_delivery_time;
        request.basket = basket_.preparation;
        auto handover = shop::resolve_handover(connection_, shop_, request, wish_, context_.now_ms);
        if (!handover) handover = ask_for_another(request, handover.error());
        if (!handover) return Refusal(handover.error());
        if (handover->assumed_pm) {
            warnings_.push_back({"assumed_pm", "The hour was taken as an hour of the afternoon."});
        }
        draft_.handover = std::move(*handover);
        draft_.handover.ask_time = draft_.handover.precision == shop::Precision::unspecified;
        return {};
    }

    /// The time that the person chose, or the refusal as it was.
    Result<shop::Handover> ask_for_another(shop::HandoverRequest request, const Error& refusal) {
        const bool can_choose = refusal.code == ErrorCode::missing_delivery_time ||
                                refusal.code == ErrorCode::delivery_time_impossible;
        if (!can_choose || context_.questioner == nullptr) return Refusal(refusal);
        const auto offered =
            refusal.code == ErrorCode::delivery_time_impossible
                ? refusal.details.alternatives
                : shop::offered_times(connection_, shop_, request, wish_, context_.now_ms);
        const auto answer = ask_for_time(context_, shop_, refusal, offered);
        if (!answer) return Refusal(refusal);
        request.ask_time = answer->shop_asks;
        if (!answer->words)
            return shop::resolve_handover(connection_, shop_, request, wish_, context_.now_ms);
        request.date.reset();
        request.time = draft_.original_time = answer->words;
        draft_.original_date.reset();
        return shop::resolve_handover(connection_, shop_, request, context_.now_ms);
    }

    Result<void> check_price(const Order& order) {
        if (!expected_minor_ || *expected_minor_ == order.total_minor ||
            *expected_minor_ == order.subtotal_minor) {
            return {};
        }
        mismatch_ = PriceMismatch{*expected_minor_, order.subtotal_minor, order.total_minor};
        const std::string facts = "The items cost " + shop_.display(order.subtotal_minor) +
                                  ", with delivery " + shop_.display(order.total_minor) + ".";
        if (command_.strict_price) {
            return conflict("price_mismatch",
                            "total_price is not what this order costs. " + facts +
                                " Repeat with that amount once the customer has agreed to it.");
        }
        warnings_.push_back({"price_mismatch", "total_price is not what this order costs. " +
                                                   facts + " Tell the customer the right amount."});
        return {};
    }

    // Whatever may refuse the order comes before its first row: a refused one costs neither a
    // number nor an id, on any engine. Hot rows come last: whoever waits for them waits for a
    // transaction that is nearly done.
    Result<void> store() {
        const auto needs = products::needs_of(connection_, shop_.id, basket_.units);
        warehouse::Reserving reserving(connection_, context_, shop_.id, needs.required);
        if (!reserving.missing().empty()) {
            return insufficient_stock(connection_, context_, shop_.id, basket_.lines,
                                      reserving.missing(), /*except_order_id=*/0);
        }
        if (auto done =
                shop::book_slot(connection_, shop_, draft_.handover.slot_start_ms, context_.now_ms);
            !done) {
            return done;
        }
        const auto number = next_order_number(connection_, shop_.id);
        const telegram::Client client = telegram::find_or_create(
            connection_, shop_.id, phone_, draft_.customer_name, context_.now_ms);
        draft_.client_id = client.id;
        link(client);
        draft_.order_number = number.get();
        insert_with_tracking_id(connection_, context_.random, draft_);
        insert_lines(connection_, draft_, basket_.lines);
        constexpr std::int64_t kMsPerHour = 3'600'000;
        reserving.claim(draft_.id, context_.now_ms + shop_.reservation_hours * kMsPerHour);
        if (is_short(connection_, shop_.id, needs.optional, context_.now_ms)) {
            warnings_.push_back(optional_component_missing());
        }
        count_in(connection_, shop_.id, counted(draft_));
        record(connection_, context_, draft_,
               {"status", std::nullopt, std::string(word(draft_.status))});
        announce_created(connection_, context_, shop_, draft_);
        return {};
    }

    Result<CreatedOrder> already_there(Order twin) {
        if (auto done = check_price(twin); !done) return Refusal(done.error());
        context_.audit.effective = false;
        return CreatedOrder{view_of(connection_, context_, shop_, std::move(twin)), true, mismatch_,
                            std::move(warnings_)};
    }

    CreatedOrder made() {
        context_.audit.target_kind = "order";
        context_.audit.target_id = std::to_string(draft_.id);
        OrderView view = view_of(context_, shop_, std::move(draft_), std::move(basket_.lines));
        return {std::move(view), false, mismatch_, std::move(warnings_)};
    }

    storage::Connection& connection_;
    const CallContext& context_;
    const shop::Shop shop_;
    const CreateOrder& command_;

    phone::Phone phone_;
    Basket basket_;
    shop::TimeFacts wish_;
    std::optional<std::int64_t> expected_minor_;
    Order draft_;
    std::optional<PriceMismatch> mismatch_;
    std::vector<Warning> warnings_;
};

}  // namespace

Result<CreatedOrder> create(storage::Connection& connection, const CallContext& context,
                            const CreateOrder& command) {
    auto shop = shop::current(connection, context);
    if (!shop) return Refusal(shop.error());
    if (command.telegram_user_id) shop::take_turns(connection, shop->id);  // it may link a client
    return Creation(connection, context, std::move(*shop), command).run();
}

Refusal missing_delivery_address(const shop::Shop& shop, bool may_ask_later) {
    ErrorDetails details;
    details.field = "delivery_address";
    details.alternative_fields = {"delivery_address"};
    std::string message = "A delivery needs an address: give delivery_address";
    if (may_ask_later) {
        details.alternative_fields.emplace_back("ask_delivery_address");
        message += ", or ask_delivery_address true if the shop shall ask the recipient";
    }
    if (shop.pickup_available) {
        details.alternative_fields.emplace_back("delivery_type");
        message += ", or delivery_type pickup";
    }
    return refuse(ErrorCode::missing_delivery_address, message + ".", std::move(details));
}

}  // namespace shopkeeper::orders
