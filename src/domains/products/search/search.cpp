#include "domains/products/search/search.hpp"

#include <algorithm>

#include "domains/products/search/facets.hpp"
#include "domains/products/search/ladder.hpp"

namespace shopkeeper::products::search {
namespace {

constexpr int kSoldDays = 90;  // F12

struct RungText {
    Rung rung;
    Label label;
    std::string_view message;
};

constexpr RungText kRungTexts[] = {
    {Rung::all_terms, {"Точное совпадение", "Дәл сәйкестік", "Full match"}, ""},
    {Rung::corrected,
     {"Исправлены опечатки", "Қателер түзетілді", "Typos mended"},
     "No product has the words as typed; the typos listed in corrections were mended."},
    {Rung::layout,
     {"Исправлена раскладка клавиатуры", "Пернетақта орналасуы түзетілді",
      "Keyboard layout mended"},
     "The words were typed in the other keyboard layout and were read as listed in corrections."},
    {Rung::translit,
     {"Прочитано с транслита", "Транслиттен оқылды", "Read from Latin letters"},
     "Russian words in Latin letters were read as listed in corrections."},
    {Rung::most_terms,
     {"Совпала большая часть слов", "Сөздердің көбі сәйкес келді", "Most words match"},
     "No product has all the words; these have most of them."},
    {Rung::facts_only,
     {"Подобрано по цене, цвету и типу", "Баға, түс және түр бойынша таңдалды",
      "Chosen by price, color and type"},
     "No product has the words looked for; these fit the facts that were understood (price, color, "
     "stem count, type)."},
    {Rung::relaxed_facts,
     {"Ближайшее к запросу", "Сұрауға ең жақыны", "Closest to the wish"},
     "Nothing fits the whole wish; what is listed in dropped was left out to find these."},
    {Rung::nearest_price,
     {"Ближайшее по цене", "Бағасы ең жақыны", "Closest in price"},
     "Nothing is sold within the price limits; nearest holds the products closest above them. Tell "
     "the customer their "
     "prices before offering them."},
    {Rung::none,
     {"Ничего не найдено", "Ештеңе табылмады", "Nothing found"},
     "Nothing was found. nearest holds best sellers within the price limits; ask the customer what "
     "they would like."},
};

const RungText& text_of(Rung rung) {
    return *std::find_if(std::begin(kRungTexts), std::end(kRungTexts),
                         [&](const RungText& text) { return text.rung == rung; });
}

bool asks_for_nothing(const SearchProducts& command) {
    return !command.query && !command.budget && !command.budget_min && !command.occasion &&
           !command.color && !command.product_type;
}

Result<ExplicitFacts> read_given(const shop::Shop& shop, const SearchProducts& command) {
    ExplicitFacts given;
    const auto price =
        price_bounds(shop, command.budget_min, "budget_min", command.budget, "budget");
    if (!price) return Refusal(price.error());
    given.price = *price;
    if (given.price.max_minor == 0) {
        return invalid_argument("budget", "budget must be above 0, in major units.", "0");
    }
    if (given.price.min_minor == 0) {
        return invalid_argument("budget_min", "budget_min must be above 0, in major units.", "0");
    }
    if (command.color) {
        auto id = color_id(*command.color, "color");
        if (!id) return Refusal(id.error());
        given.color = std::move(*id);
    }
    if (command.occasion) {
        auto id = occasion_id(*command.occasion, "occasion");
        if (!id) return Refusal(id.error());
        given.occasion = std::move(*id);
    }
    given.product_type = command.product_type;
    return given;
}

/// F9: even numbers are for mourning.
std::vector<Warning> warnings_of(const Facts& facts) {
    if (!facts.stem_count || *facts.stem_count % 2 != 0 || facts.occasion == "funeral") return {};
    return {{"even_stem_count",
             "An even number of flowers is given at funerals here. Ask the customer whether an odd "
             "number is meant."}};
}

/// The page of the ranked hits, complete.
std::vector<FoundProduct> page_of(const Shelf& shelf, const std::vector<Hit>& hits, UnixMs now_ms) {
    std::vector<std::int64_t> ids;
    for (const Hit& hit : hits) ids.push_back(shelf.entry(hit.position).id);
    auto products = load_products(shelf.connection(), shelf.shop_id(), ids, now_ms);
    std::vector<FoundProduct> page;
    for (std::size_t i = 0; i < hits.size(); ++i)
        page.push_back({std::move(products[i]), hits[i].score, reason_words(hits[i].reasons)});
    return page;
}

}  // namespace

Result<SearchResult> search(storage::Connection& connection, const CallContext& context,
                            const SearchProducts& command) {
    if (asks_for_nothing(command)) {
        return invalid_argument(
            "query",
            "Nothing to search for was given. Give at least one of query, budget, budget_min, "
            "occasion, color and product_type.");
    }
    const auto shop = shop::current(connection, context);
    if (!shop) return Refusal(shop.error());
    const auto given = read_given(*shop, command);
    if (!given) return Refusal(given.error());

    const UnixMs sold_since =
        shop->zone.start_of(shop->zone.today(context.now_ms) + (1 - kSoldDays));
    const Shelf shelf(connection, shop->id, sold_since);
    StockView stock(connection, shop->id, context.now_ms);
    const SearchSettings settings{.shop = *shop,
                                  .now_ms = context.now_ms,
                                  .given = *given,
                                  .in_stock_only = command.in_stock_only};
    Outcome outcome = climb(shelf, stock, settings, command.query.value_or(""));
    const auto total = static_cast<std::int64_t>(outcome.hits.size());
    const std::vector<Hit> page = available_first(
        outcome.hits, shelf, stock, static_cast<std::size_t>(std::min(command.skip, total)),
        static_cast<std::size_t>(command.limit));

    const RungText& text = text_of(outcome.rung);
    auto warnings = warnings_of(outcome.query.facts);
    return SearchResult{
        .shop = *shop,
        .items = page_of(shelf, page, context.now_ms),
        .total = total,
        .skip = command.skip,
        .limit = command.limit,
        .rung = word(outcome.rung),
        .rung_label = text.label.in(shop->locale),
        .interpretation = std::move(outcome.query),
        .corrections = std::move(outcome.corrections),
        .dropped = std::move(outcome.dropped),
        .nearest = load_products(connection, shop->id, outcome.nearest, context.now_ms),
        .message = std::string(text.message),
        .warnings = std::move(warnings)};
}

}  // namespace shopkeeper::products::search
