#include "tools/call_rates.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/phone.hpp"

namespace shopkeeper::tools {
namespace {

template <std::size_t N>
bool is_one_of(std::string_view tool, const std::array<std::string_view, N>& tools) {
    return std::find(tools.begin(), tools.end(), tool) != tools.end();
}

constexpr std::array<std::string_view, 2> kOrderTools = {"create_order", "cancel_order"};
constexpr std::array<std::string_view, 2> kTrackTools = {"track_order", "track_order_by_phone"};
constexpr std::array<std::string_view, 3> kTrackingIdTools = {"track_order", "update_order",
                                                              "cancel_order"};

bool takes_tracking_id(const RatedCall& rated) {
    return is_one_of(rated.tool, kTrackingIdTools) && rated.arguments.contains("tracking_id");
}

/// Who guesses tracking ids: the asserted user, else the address.
std::string guesser(const RatedCall& rated) {
    return rated.caller.is_customer() ? rated.caller.principal : std::string(rated.call.address);
}

/// The normalised phone of a look-up; empty where none was given or it is no phone.
std::string looked_up_phone(const RatedCall& rated) {
    const auto given = rated.arguments.find("customer_phone");
    if (rated.tool != "track_order_by_phone" || given == rated.arguments.end() ||
        !given->is_string())
        return {};
    const auto normalized =
        phone::normalize(given->get_ref<const std::string&>(), "customer_phone");
    return normalized ? normalized->e164 : std::string();
}

bool offers_proof(const RatedCall& rated) {
    return rated.arguments.contains("order_number") && rated.arguments.contains("recipient_name");
}

}  // namespace

Result<void> charge_before(RateLimits& limits, const RatedCall& rated) {
    const RateOptions& rates = limits.options();
    if (!rates.enabled) return {};
    std::vector<Draw> draws;
    const auto take = [&](bool applies, const Rate& rate, std::string_view bucket,
                          std::string_view key) {
        if (applies) draws.push_back({rate, bucket, std::string(key)});
    };
    const auto peek = [&](bool applies, const Rate& rate, std::string_view bucket,
                          std::string_view key) {
        if (applies) draws.push_back({rate, bucket, std::string(key), /*is_peek=*/true});
    };
    const std::string& principal = rated.caller.principal;
    const bool has_account =
        rated.caller.is_staff() || rated.caller.is_service() || rated.caller.is_customer();
    const bool is_order_tool = is_one_of(rated.tool, kOrderTools);
    const std::string phone = looked_up_phone(rated);

    take(!has_account && !rated.call.is_loopback, rates.address, "address", rated.call.address);
    take(has_account, rates.account, "account", principal);
    take(!rated.call.session.empty() && !rated.call.is_loopback, rates.session, "session",
         rated.call.session);
    take(rated.is_write, rates.write, "write", principal);
    take(is_order_tool, rates.order, "order", principal);
    take(is_order_tool, rates.order_hour, "order_hour", principal);
    take(is_one_of(rated.tool, kTrackTools), rates.track, "track", principal);
    take(rated.tool == "login", rates.login, "login", rated.call.address);
    take(rated.tool == "create_review", rates.review, "review", principal);
    take(!phone.empty(), rates.phone_lookup, "phone_lookup", phone);
    peek(!phone.empty() && offers_proof(rated), rates.failed_proof, "failed_proof", phone);
    peek(takes_tracking_id(rated), rates.unknown_tracking, "unknown_tracking", guesser(rated));
    return limits.draw(draws, rated.now_ms);
}

void charge_after(RateLimits& limits, const RatedCall& rated, const std::string* result_json,
                  const Error* error) {
    const RateOptions& rates = limits.options();
    if (!rates.enabled) return;
    // The outcome stands already; what is drawn here counts against the next call.
    if (error != nullptr && error->code == ErrorCode::not_found && takes_tracking_id(rated)) {
        (void)limits.take(rates.unknown_tracking, "unknown_tracking", guesser(rated), rated.now_ms);
    }
    const std::string phone = looked_up_phone(rated);
    const bool unproven =
        result_json != nullptr && result_json->find(R"("verified":false)") != std::string::npos;
    if (!phone.empty() && offers_proof(rated) && unproven) {
        (void)limits.take(rates.failed_proof, "failed_proof", phone, rated.now_ms);
    }
}

}  // namespace shopkeeper::tools
