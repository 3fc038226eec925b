#include "tools/assertion.hpp"

#include <set>
#include <string>

#include "base/result.hpp"

namespace shopkeeper::tools {
namespace {

/// The request metadata in which a service asserts its customer (domain A5).
constexpr const char* kAssertionKey = "dev.shopkeeper/caller";

Refusal malformed_assertion(const std::string& what) {
    return invalid_argument(
        "_meta." + std::string(kAssertionKey),
        "The asserted caller needs " + what +
            ": {shop_id, channel: telegram|whatsapp|web|instagram, user_id, verified_phone?}.");
}

}  // namespace

Result<std::optional<auth::Assertion>> read_assertion(const Json* meta) {
    if (meta == nullptr || !meta->is_object()) return std::optional<auth::Assertion>();
    const auto found = meta->find(kAssertionKey);
    if (found == meta->end()) return std::optional<auth::Assertion>();
    if (!found->is_object()) return malformed_assertion("to be an object");
    const Json& json = *found;
    const auto text = [&](const char* name) -> std::optional<std::string> {
        const auto member = json.find(name);
        if (member == json.end() || !member->is_string() ||
            member->get_ref<const std::string&>().empty())
            return std::nullopt;
        return member->get<std::string>();
    };
    const auto shop_id = json.find("shop_id");
    if (shop_id == json.end() || !shop_id->is_number_integer())
        return malformed_assertion("an integer shop_id");
    const auto channel = text("channel");
    static const std::set<std::string, std::less<>> kChannels = {"telegram", "whatsapp", "web",
                                                                 "instagram"};
    if (!channel || !kChannels.contains(*channel)) return malformed_assertion("a known channel");
    const auto user_id = text("user_id");
    if (!user_id || user_id->size() > 50)
        return malformed_assertion("a user_id of 1 to 50 characters");
    return std::optional(
        auth::Assertion{shop_id->get<std::int64_t>(), *channel, *user_id, text("verified_phone")});
}

}  // namespace shopkeeper::tools
