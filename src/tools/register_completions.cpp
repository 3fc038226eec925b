#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "domains/orders/list.hpp"
#include "domains/orders/tracking.hpp"
#include "domains/products/search/facets.hpp"
#include "domains/products/search/query_words.hpp"
#include "domains/products/suggest.hpp"
#include "domains/reviews/waiting.hpp"
#include "tools/completions.hpp"

namespace shopkeeper::tools {
namespace {

using mcp::Completion;
using mcp::kCompletionMax;

bool is_number(std::string_view text) {
    return !text.empty() && text.size() <= UriTemplate::kDigitsMax &&
           text.find_first_not_of("0123456789") == std::string_view::npos;
}

Completion all_of(std::vector<std::string> values) {
    const auto total = static_cast<std::int64_t>(values.size());
    const bool has_more = values.size() > kCompletionMax;
    if (has_more) values.resize(kCompletionMax);
    return {.values = std::move(values), .total = total, .has_more = has_more};
}

/// The values that begin with `value`.
Completion beginning_with(const std::vector<std::string>& values, std::string_view value) {
    std::vector<std::string> fitting;
    std::copy_if(values.begin(), values.end(), std::back_inserter(fitting),
                 [&](const std::string& each) { return each.starts_with(value); });
    return all_of(std::move(fitting));
}

// -- closed lists

Result<Completion> languages(storage::Connection&, const CallContext&, const std::string& value) {
    return beginning_with({"ru", "kk", "en"}, text::lower(value));
}

Result<Completion> categories(storage::Connection&, const CallContext&, const std::string& value) {
    namespace search = products::search;
    const std::string folded = text::fold(value);
    Completion fitting = beginning_with({"flowers", "sweets", "fruits", "gifts"}, folded);
    if (!fitting.values.empty()) return fitting;
    // Another word for one, in any form and language.
    const auto meant = search::type_phrases().match_whole(value);
    if (!meant) return fitting;
    return all_of({std::string(search::type_of(*meant))});
}

/// Ids and labels that begin with the text, in the word that was begun; else what the text means.
Result<Completion> occasions(storage::Connection& connection, const CallContext& context,
                             const std::string& value) {
    namespace search = products::search;
    const auto shop = shop::current(connection, context);
    if (!shop) return Refusal(shop.error());
    const std::string folded = text::fold(value);
    std::vector<std::string> values;
    for (const search::Occasion& occasion : search::occasions()) {
        if (occasion.id.starts_with(folded)) {
            values.emplace_back(occasion.id);
            continue;
        }
        for (const Locale locale : {shop->locale, Locale::ru, Locale::kk, Locale::en}) {
            const std::string_view label = occasion.label.in(locale);
            if (!text::fold(label).starts_with(folded)) continue;
            values.emplace_back(label);
            break;
        }
    }
    if (values.empty() && !folded.empty()) {
        if (auto meant = search::occasion_id(value, "occasion"))
            values.push_back(std::move(*meant));
    }
    return all_of(std::move(values));
}

/// The shop in which the asker acts, and no other: which there are is nobody's business.
Result<Completion> own_shop(storage::Connection& connection, const CallContext& context,
                            const std::string& value) {
    const auto shop = shop::current(connection, context);
    if (!shop) return Refusal(shop.error());
    return beginning_with({std::to_string(shop->id)}, value);
}

// -- what the shop has

Result<Completion> product_names(storage::Connection& connection, const CallContext& context,
                                 const std::string& value) {
    const auto found = products::suggest(connection, context, {value, kCompletionMax});
    if (!found) return Refusal(found.error());
    Completion completion{.values = {}, .total = found->total, .has_more = found->has_more};
    std::set<std::string> seen;  // two products may have one name
    for (const auto& each : found->items)
        if (seen.insert(each.name).second) completion.values.push_back(each.name);
    return completion;
}

/// By the beginning of the id, or by words of the product.
Result<Completion> product_ids(storage::Connection& connection, const CallContext& context,
                               const std::string& value) {
    const products::Suggest wanted{value, kCompletionMax};
    const auto found = is_number(value) ? products::suggest_by_id(connection, context, wanted)
                                        : products::suggest(connection, context, wanted);
    if (!found) return Refusal(found.error());
    Completion completion{.values = {}, .total = found->total, .has_more = found->has_more};
    for (const auto& each : found->items) completion.values.push_back(std::to_string(each.id));
    return completion;
}

/// Staff look orders up anyway, customers have those of their verified phone; to everybody else a
/// tracking id is the proof itself and is not given away (A10).
Result<Completion> tracking_ids(storage::Connection& connection, const CallContext& context,
                                const std::string& value) {
    const Caller& caller = context.caller;
    if (caller.can(Permission::view_orders) || caller.is_courier()) {
        orders::ListOrders command;
        if (!value.empty()) command.search = value;
        command.limit = static_cast<int>(kCompletionMax);
        const auto page = orders::list(connection, context, command);
        if (!page) return Refusal(page.error());
        Completion completion{
            .values = {},
            .total = page->total,
            .has_more = page->total > static_cast<std::int64_t>(page->items.size())};
        for (const orders::OrderStaff& order : page->items)
            completion.values.push_back(order.view.order.tracking_id);
        return completion;
    }
    if (!caller.is_customer() || caller.verified_phones.empty()) return Completion();
    orders::TrackByPhone command;
    command.limit = static_cast<int>(kCompletionMax);
    const auto page = orders::track_by_phone(connection, context, command);
    if (!page) return Refusal(page.error());
    std::vector<std::string> values;
    if (const auto* own = std::get_if<std::vector<orders::OrderTracking>>(&page->items))
        for (const orders::OrderTracking& order : *own)
            values.push_back(order.view.order.tracking_id);
    return beginning_with(values, value);
}

/// Those that wait for a decision.
Result<Completion> review_ids(storage::Connection& connection, const CallContext& context,
                              const std::string& value) {
    if (!context.caller.can(Permission::moderate_reviews)) return Completion();
    const auto page =
        reviews::waiting(connection, context, {.limit = static_cast<std::int64_t>(kCompletionMax)});
    if (!page) return Refusal(page.error());
    std::vector<std::string> values;
    for (const reviews::Review& review : page->items) values.push_back(std::to_string(review.id));
    return beginning_with(values, value);
}

}  // namespace

void register_completions(Completions& completions) {
    using auth::Area;
    completions.add("category", Area::catalogue, categories);
    completions.add("language", Area::shop, languages);
    completions.add("occasion", Area::catalogue, occasions);
    completions.add("product", Area::catalogue, product_names);
    completions.add("product_id", Area::catalogue, product_ids);
    completions.add("review_id", Area::reviews, review_ids);
    completions.add("shop_id", Area::shop, own_shop);
    completions.add("tracking_id", Area::orders, tracking_ids);
}

}  // namespace shopkeeper::tools
