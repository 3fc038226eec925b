#include "server/operator_audit.hpp"

#include <string>

#include "base/call_context.hpp"
#include "journal/audit.hpp"
#include "journal/idempotency.hpp"

namespace shopkeeper::server {
namespace {

std::string text_of(const Json& values) {
    return values.is_null() ? "" : dump_json(values);
}

}  // namespace

void audit(storage::Connection& connection, UnixMs now_ms, const OperatorAct& act) {
    Caller caller;
    caller.principal = "operator";
    const ShopDefaults defaults;
    SystemRandom random;
    AuditNote note{.target_kind = std::string(act.target_kind),
                   .target_id = std::to_string(act.target_id),
                   .before_json = text_of(act.before),
                   .after_json = text_of(act.after)};
    const CallContext context{.caller = caller,
                              .shop_id = act.shop_id.value_or(kNoShop),
                              .shop_given = true,
                              .now_ms = now_ms,
                              .source = "system",
                              .request_id = "command-line",
                              .defaults = defaults,
                              .random = random,
                              .audit = note};
    const std::string digest =
        journal::argument_digest({{"target", act.target_id}, {"after", act.after}});
    journal::append_audit(connection, context, act.command, digest);
}

}  // namespace shopkeeper::server
