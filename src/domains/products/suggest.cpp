#include "domains/products/suggest.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "domains/products/catalogue_size.hpp"
#include "domains/products/search/search.hpp"

namespace shopkeeper::products {
namespace {

/// Nobody types more before looking at what is offered.
constexpr std::size_t kTextMax = 100;
/// Where one letter says little the search finds little but noise.
constexpr std::size_t kSearchedMin = 2;
/// As many as one page of the search tool.
constexpr std::int64_t kFoundMax = 50;
/// Comes after every text that begins with what stands before it.
constexpr std::string_view kLastCharacter = "\xF4\x8F\xBF\xBF";

constexpr std::string_view kByName = R"sql(
SELECT id, name
FROM product
WHERE shop_id = $1 AND name_folded >= $2 AND name_folded < $3 AND enabled = TRUE
ORDER BY name_folded, id
LIMIT $4
)sql";

constexpr std::string_view kByIds = R"sql(
SELECT id, name
FROM product
WHERE shop_id = $1 AND id >= $2 AND id < $3 AND enabled = TRUE
ORDER BY id
LIMIT $4
)sql";

constexpr std::string_view kHighestId = R"sql(
SELECT COALESCE(MAX(id), 0)
FROM product
WHERE shop_id = $1
)sql";

void add(std::vector<Suggestion>& items, std::int64_t id, std::string name) {
    const bool is_new =
        std::none_of(items.begin(), items.end(), [&](const auto& each) { return each.id == id; });
    if (is_new) items.push_back({id, std::move(name)});
}

void add_rows(std::vector<Suggestion>& items, const storage::Rows& rows) {
    for (const storage::Row row : rows)
        items.push_back({row.get<std::int64_t>(0), row.get<std::string>(1)});
}

/// At most `limit` of `items`; whether there were more.
bool cut(std::vector<Suggestion>& items, std::size_t limit) {
    const bool has_more = items.size() > limit;
    if (has_more) items.resize(limit);
    return has_more;
}

}  // namespace

Result<Suggestions> suggest(storage::Connection& connection, const CallContext& context,
                            const Suggest& command) {
    const auto shop = shop::current(connection, context);
    if (!shop) return Refusal(shop.error());
    const std::string text = text::truncate(text::clean(command.text), kTextMax);
    const std::string folded = text::fold(text);
    const auto limit = static_cast<std::int64_t>(command.limit);
    Suggestions suggestions;
    add_rows(suggestions.items,
             connection.query(kByName,
                              {shop->id, folded, folded + std::string(kLastCharacter), limit + 1}));
    if (folded.empty()) {
        suggestions.total = products_on_sale(connection, shop->id);
    } else if (suggestions.items.size() <= command.limit &&
               text::code_points(folded) >= kSearchedMin) {
        search::SearchProducts wish;
        wish.query = text;
        wish.limit = kFoundMax;
        const auto found = search::search(connection, context, wish);
        if (!found) return Refusal(found.error());
        for (const search::FoundProduct& each : found->items)
            add(suggestions.items, each.product.id, each.product.name);
        suggestions.has_more = found->total > static_cast<std::int64_t>(found->items.size());
    }
    suggestions.has_more |= cut(suggestions.items, command.limit);
    return suggestions;
}

Result<Suggestions> suggest_by_id(storage::Connection& connection, const CallContext& context,
                                  const Suggest& command) {
    const auto shop = shop::current(connection, context);
    if (!shop) return Refusal(shop.error());
    std::int64_t first = 0;
    std::from_chars(command.text.data(), command.text.data() + command.text.size(), first);
    Suggestions suggestions;
    if (first == 0) return suggestions;  // no id begins with a zero
    const std::int64_t highest =
        connection.query(kHighestId, {shop->id}).front().get<std::int64_t>(0);
    // 12 is the beginning of 12, of 120 to 129, of 1200 to 1299 and so on.
    for (std::int64_t width = 1; first <= highest && suggestions.items.size() <= command.limit;
         first *= 10, width *= 10) {
        const auto room = static_cast<std::int64_t>(command.limit + 1 - suggestions.items.size());
        add_rows(suggestions.items,
                 connection.query(kByIds, {shop->id, first, first + width, room}));
    }
    suggestions.has_more = cut(suggestions.items, command.limit);
    return suggestions;
}

}  // namespace shopkeeper::products
