#include "harness/local_shop.hpp"

#include <stdexcept>

#include "domains/auth/token.hpp"
#include "tools/register_all.hpp"

namespace shopkeeper::harness {

std::string Reply::outcome() const {
    if (ok()) return "ok";
    if (!error.is_object()) return "failed";
    const std::string code = error.at("code").get<std::string>();
    const std::string reason = error.at("details").value("reason", "");
    return reason.empty() ? code : code + "/" + reason;
}

LocalShop::LocalShop(storage::Database& database, const Clock& clock, Random& random,
                     std::string_view staff_phone)
    : clock_(clock), random_(random), rate_limits_(tools::RateOptions{.enabled = false}) {
    authority_.token_secret = "a-token-secret-of-the-harness-0123456789abcdef";
    authority_.address_key = "an-address-key-of-the-harness-0123456789abcdef";
    if (!staff_phone.empty()) authority_.configured_phone = staff_phone;
    registry_ = std::make_unique<tools::Registry>(tools::Environment{.database = database,
                                                                     .clock = clock_,
                                                                     .random = random_,
                                                                     .authority = authority_,
                                                                     .defaults = defaults_,
                                                                     .rate_limits = rate_limits_});
    tools::register_all(*registry_);
}

mcp::ToolOutcome LocalShop::call(std::string_view tool, Json arguments,
                                 std::optional<std::string> bearer) {
    mcp::ToolCall call{};
    call.name = tool;
    call.arguments = std::move(arguments);
    call.bearer = std::move(bearer);
    call.address = "local";
    return registry_->call(std::move(call));
}

Reply LocalShop::ask(std::string_view tool, Json arguments, std::optional<std::string> bearer) {
    const mcp::ToolOutcome outcome = call(tool, std::move(arguments), std::move(bearer));
    Reply reply;
    if (outcome.kind != mcp::ToolOutcome::Kind::answered) return reply;
    const auto members = parse_json("{" + outcome.members + "}");
    if (!members) throw std::logic_error(std::string(tool) + " answers no JSON");
    if (!members->value("isError", false))
        reply.result = members->at("structuredContent");
    else
        reply.error =
            Json::parse(members->at("content").at(0).at("text").get<std::string>()).at("error");
    return reply;
}

std::string LocalShop::token_of(std::int64_t user_id, std::int64_t ttl_s) {
    return auth::issue_token(authority_.token_secret, user_id, /*token_version=*/1, clock_.now_ms(),
                             ttl_s, random_);
}

}  // namespace shopkeeper::harness
