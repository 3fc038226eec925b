#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/call_context.hpp"
#include "base/result.hpp"
#include "domains/shop/shop.hpp"

/// Risky acts and a person's yes to them. The policy is this file: each kind of risk is a function
/// of facts that the verb has read in its transaction and of the shop's settings.
///
/// | risk | where | when | setting |
/// |---|---|---|---|
/// | cancelling | cancel_order, update_order_status | the order is paid | confirmation |
/// | price | update_product | up or down by more than the limit | confirm_price_percent |
/// | write-off | record_warehouse_operation | WRITE_OFF | confirmation |
/// | restock | add_warehouse_stock, IN | more units than the limit | confirm_restock_units |
/// | moderation | moderate_review | always | confirmation |
/// | fewer confirmations | update_shop_settings | any of these settings is loosened | confirmation
/// |
///
/// Rule: domain Q1, Q2.
namespace shopkeeper::shop {

/// What an act would do, in one sentence in the shop's language and without any customer's words
/// (U3). Absent: nothing that a person has to agree to.
using Risk = std::optional<std::string>;

Risk risk_of_cancelling(const Shop& shop, std::string_view order_number, std::int64_t total_minor,
                        bool is_paid);
Risk risk_of_price(const Shop& shop, std::string_view product, std::int64_t before_minor,
                   std::int64_t after_minor);
Risk risk_of_write_off(const Shop& shop, std::string_view item, std::string_view unit,
                       std::int64_t quantity);
Risk risk_of_restock(const Shop& shop, std::string_view item, std::string_view unit,
                     std::int64_t quantity);

/// `new_status`: published, hidden or rejected; empty for a reply, which everybody will see.
Risk risk_of_moderation(const Shop& shop, std::int64_t review_id, std::string_view new_status);

/// In the language and under the rules of `before`: who loosens them is asked once more.
Risk risk_of_settings(const Shop& before, const Shop& after);

/// Lets an act go on that is no risk, that the system does, or that a person has agreed to: by the
/// token that the call brought, which is used up, or by the answer to the question that is asked
/// here. REQUIRES: called after everything else that may refuse the act, and before its first row.
/// Errors: confirmation_required (with a token for the same call), confirmation_declined.
/// Rule: domain Q3-Q5.
Result<void> agree(const CallContext& context, const Shop& shop, const Risk& risk);

}  // namespace shopkeeper::shop
