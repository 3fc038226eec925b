#include "domains/shop/faq.hpp"

#include <algorithm>
#include <utility>

#include "base/phone.hpp"
#include "base/text.hpp"
#include "domains/shop/calendar.hpp"
#include "storage/id_list.hpp"

namespace shopkeeper::shop {
namespace {

constexpr std::string_view kPublished = R"sql(
    SELECT id, category
      FROM kb_documents
     WHERE shop_id = $1
       AND kind = 'faq'
       AND status = 'published'
     ORDER BY display_order, id
)sql";

constexpr std::string_view kEntriesBefore = R"sql(
    SELECT id, title, body, category
      FROM kb_documents
     WHERE shop_id = $1
       AND id IN ()sql";

constexpr std::string_view kEntriesAfter = R"sql()
     ORDER BY display_order, id
)sql";

constexpr Label kClosed{"выходной", "демалыс", "closed"};
constexpr Label kNeverFree{"— (бесплатной доставки нет)", "— (тегін жеткізу жоқ)",
                           "— (there is no free delivery)"};
constexpr std::string_view kUnknown = "—";

/// What a placeholder stands for; nullopt: not one of ours, to be left as it is written.
std::optional<std::string> filling(storage::Connection& connection, const Shop& shop,
                                   std::string_view name) {
    const auto hours = [&shop](DayMinute start, DayMinute end, bool closed) {
        return closed ? std::string(kClosed.in(shop.locale)) : hours_text(start, end, false);
    };
    if (name == "delivery_cost") return shop.display(shop.delivery_cost_minor);
    if (name == "free_delivery_threshold") {
        const auto& threshold = shop.free_delivery_threshold_minor;
        return threshold ? shop.display(*threshold) : std::string(kNeverFree.in(shop.locale));
    }
    if (name == "weekday_hours")
        return hours(shop.weekday_start, shop.weekday_end, shop.weekday_closed);
    if (name == "weekend_hours")
        return hours(shop.weekend_start, shop.weekend_end, shop.weekend_closed);
    if (name == "phone") return shop.phone ? phone::display(*shop.phone) : std::string(kUnknown);
    if (name == "address") {
        if (shop.address) return *shop.address;
        return pickup_address(connection, shop, std::nullopt).value_or(std::string(kUnknown));
    }
    return std::nullopt;
}

/// One pass: what was filled in is not searched for placeholders again.
std::string filled(storage::Connection& connection, const Shop& shop, std::string_view answer) {
    std::string text;
    while (true) {
        const std::size_t open = answer.find('{');
        const std::size_t close = open == std::string_view::npos ? open : answer.find('}', open);
        if (close == std::string_view::npos) break;
        text += answer.substr(0, open);
        const auto content = filling(connection, shop, answer.substr(open + 1, close - open - 1));
        if (content) {
            text += *content;
            answer.remove_prefix(close + 1);
        } else {
            text += '{';
            answer.remove_prefix(open + 1);
        }
    }
    text += answer;
    return text;
}

}  // namespace

Result<FaqPage> get_faq(storage::Connection& connection, const CallContext& context,
                        const GetFaq& command) {
    const auto shop = current(connection, context);
    if (!shop) return Refusal(shop.error());
    FaqPage page{
        .items = {}, .total = 0, .skip = command.skip, .limit = command.limit, .categories = {}};
    const auto wanted =
        command.category ? std::optional(text::fold(*command.category)) : std::nullopt;
    std::vector<std::int64_t> shown;
    for (const auto row : connection.query(kPublished, {shop->id})) {
        auto category = row.get<std::string>(1);
        const bool matches = !wanted || text::fold(category) == *wanted;
        if (std::find(page.categories.begin(), page.categories.end(), category) ==
            page.categories.end()) {
            page.categories.push_back(std::move(category));
        }
        if (!matches) continue;
        const std::int64_t place = page.total++;
        if (place >= command.skip && place < command.skip + command.limit)
            shown.push_back(row.get<std::int64_t>(0));
    }
    for (const auto row :
         storage::query_by_ids(connection, kEntriesBefore, shown, kEntriesAfter, {shop->id})) {
        page.items.push_back({row.get<std::int64_t>(0), row.get<std::string>(1),
                              filled(connection, *shop, row.get<std::string_view>(2)),
                              row.get<std::string>(3)});
    }
    return page;
}

}  // namespace shopkeeper::shop
