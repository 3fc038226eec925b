#include "server/demo_diary.hpp"

#include <algorithm>

namespace shopkeeper::server::demo {

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(separator), text.size());
        parts.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

std::vector<Pair> pairs(std::string_view text, char separator) {
    std::vector<Pair> result;
    for (const std::string& part : split(text, separator)) {
        const std::size_t times = part.find('x');
        result.push_back({std::stoll(part.substr(0, times)), std::stoll(part.substr(times + 1)),
                          part.ends_with('?')});
    }
    return result;
}

std::string phone_of(int client) {
    std::string digits = std::to_string(client);
    digits.insert(0, 3 - digits.size(), '0');
    return "+77000001" + digits;
}

Diary::Diary(UnixMs now_ms)
    : now_ms_(now_ms),
      zone_(shop::TimeZone::find("Asia/Almaty").value()),
      today_(zone_.today(now_ms)) {}

void Diary::live(storage::Connection& connection, Random& random) {
    std::stable_sort(moments_.begin(), moments_.end(),
                     [](const Moment& a, const Moment& b) { return a.place_ms < b.place_ms; });
    const ShopDefaults defaults;
    for (const Moment& moment : moments_) {
        AuditNote audit;
        moment.act(connection, {.caller = *moment.who,
                                .shop_id = kShopId,
                                .shop_given = true,
                                .now_ms = moment.at_ms,
                                .source = "mcp",
                                .request_id = "demo",
                                .defaults = defaults,
                                .random = random,
                                .audit = audit});
    }
}

}  // namespace shopkeeper::server::demo
