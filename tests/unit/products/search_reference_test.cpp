// The quick search beside a plain one: it reads every row, scores every match, sorts them all and
// takes a page. Both must agree to the last digit, also after products and sales have changed.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>
#include <map>
#include <set>
#include <tuple>

#include "base/text.hpp"
#include "demo_catalogue.hpp"
#include "domains/products/sales.hpp"
#include "domains/products/search/facets.hpp"
#include "domains/products/search/index.hpp"
#include "domains/products/search/query.hpp"
#include "domains/products/search/query_words.hpp"
#include "domains/products/search/search.hpp"
#include "support/temp_folder.hpp"
#include "tools/register_all.hpp"

using namespace shopkeeper;
using namespace shopkeeper::test;
namespace search = shopkeeper::products::search;

namespace {

constexpr int kProducts = 400;
constexpr int kQuestions = 250;

class Dice {
public:
    std::size_t below(std::size_t sides) {
        state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
        return static_cast<std::size_t>((state_ >> 33) % sides);
    }
    bool one_in(std::size_t sides) { return below(sides) == 0; }
    template <class List>
    auto pick(const List& from) {
        return from[below(std::size(from))];
    }

private:
    std::uint64_t state_ = 1;
};

constexpr const char* kFlowers[] = {"роз", "тюльпанов", "пионов", "лилий", "гербер"};
constexpr const char* kColorIds[] = {"red", "white", "pink"};
constexpr const char* kOccasionIds[] = {"birthday", "romantic", "wedding"};
constexpr const char* kTypes[] = {"flowers", "gifts", "sweets"};
constexpr const char* kStatuses[] = {"new", "paid", "delivered", "cancelled"};

/// Products with all that ranking looks at in every mixture, many of them alike.
void fill(DemoCatalogue& shop, Dice& dice) {
    shop.with(Who::director, [&](storage::Connection& connection, const CallContext&) {
        for (std::int64_t id = 100; id < 100 + kProducts; ++id) {
            std::string name = std::string(dice.one_in(2) ? "Букет " : "Корзина ") +
                               dice.pick(kFlowers) + (dice.one_in(4) ? " и роз" : "");
            const std::string folded = text::fold(name);
            const std::int64_t stems = 1 + static_cast<std::int64_t>(dice.below(9));
            connection.execute(
                "INSERT INTO product (id, shop_id, name, name_folded, type, description, "
                "price_minor, enabled, is_featured, stem_count, created_ms, updated_ms) "
                "VALUES ($1, 8, $2, $3, $4, $5, $6, $7, $8, $9, 1, 1)",
                {id, name, folded, dice.pick(kTypes),
                 dice.one_in(3) ? "Нежные тюльпаны с розами" : "Свежие цветы",
                 static_cast<std::int64_t>(100'000 * (1 + dice.below(20))), !dice.one_in(8),
                 dice.one_in(9), dice.one_in(3) ? storage::Value(nullptr) : storage::Value(stems)});
            std::set<std::pair<std::string, std::string>> facets = {
                {"color", dice.pick(kColorIds)}, {"occasion", dice.pick(kOccasionIds)}};
            if (dice.one_in(3)) facets.emplace("color", dice.pick(kColorIds));
            if (dice.one_in(4)) facets.emplace("tag", "premium");
            if (dice.one_in(4)) facets.emplace("tag", "basket");
            for (const auto& [kind, value] : facets) {
                connection.execute(
                    "INSERT INTO product_facet (shop_id, product_id, kind, value) "
                    "VALUES (8, $1, $2, $3)",
                    {id, kind, value});
            }
            if (dice.one_in(3)) continue;  // untracked
            connection.execute(
                "INSERT INTO recipe_line (shop_id, product_id, warehouse_item_id, quantity) "
                "VALUES (8, $1, $2, $3)",
                {id, 1 + static_cast<std::int64_t>(dice.below(12)),
                 dice.one_in(4) ? std::int64_t{10'000} : stems});
        }
        search::reindex(connection, 8);
        return 0;
    });
    for (int i = 0; i < 60; ++i) {
        const auto days_ago = static_cast<UnixMs>(dice.below(120));
        shop.add_sale(100 + static_cast<std::int64_t>(dice.below(kProducts)),
                      1 + static_cast<std::int64_t>(dice.below(6)), dice.pick(kStatuses),
                      shop.clock.now_ms() - days_ago * 86'400'000);
    }
}

struct PlainHit {
    std::int64_t id;
    double score;
    std::int64_t price;
    bool is_available;
    std::set<std::string> reasons;
};

struct PlainProduct {
    std::int64_t id, price, stem_count;
    std::string type;
    bool is_featured;
    std::set<std::string> colors, occasions;
    std::map<std::string, std::map<std::string, std::int64_t>> words;  ///< stem -> field -> tf
    std::int64_t units_sold = 0;
    bool is_available = false;
};

/// Everything on sale, read row by row.
std::vector<PlainProduct> read_all(DemoCatalogue& shop) {
    std::vector<PlainProduct> all;
    // 90 local days, today included; the shop is in Almaty, five hours ahead.
    constexpr UnixMs kDay = 86'400'000;
    constexpr UnixMs kAhead = 5 * 3'600'000;
    const UnixMs today = (shop.clock.now_ms() + kAhead) / kDay * kDay - kAhead;
    for (const storage::Row row : shop.rows(
             "SELECT id, price_minor, COALESCE(stem_count, 0), type, is_featured FROM product "
             "WHERE shop_id = 8 AND enabled ORDER BY id")) {
        PlainProduct product;
        product.id = row.get<std::int64_t>(0);
        product.price = row.get<std::int64_t>(1);
        product.stem_count = row.get<std::int64_t>(2);
        product.type = row.get<std::string>(3);
        product.is_featured = row.get<bool>(4);
        for (const storage::Row facet : shop.rows(
                 "SELECT kind, value FROM product_facet WHERE shop_id = 8 AND product_id = $1",
                 {product.id})) {
            const auto kind = facet.get<std::string>(0);
            if (kind == "color") product.colors.insert(facet.get<std::string>(1));
            if (kind == "occasion") product.occasions.insert(facet.get<std::string>(1));
        }
        for (const storage::Row word :
             shop.rows("SELECT stem, field, tf FROM search_posting WHERE shop_id = 8 AND "
                       "product_id = $1",
                       {product.id})) {
            product.words[word.get<std::string>(0)][word.get<std::string>(1)] =
                word.get<std::int64_t>(2);
        }
        product.units_sold = shop.number(
            "SELECT COALESCE(SUM(l.quantity), 0) FROM orders o JOIN order_line l ON l.order_id = "
            "o.id WHERE o.shop_id = 8 AND l.product_id = $1 AND o.created_ms >= $2 AND o.status "
            "NOT IN ('new', 'cancelled')",
            {product.id, today - 89 * kDay});
        product.is_available =
            shop.number(
                "SELECT COUNT(*) FROM recipe_line r JOIN warehouse_item i ON i.id = "
                "r.warehouse_item_id WHERE r.shop_id = 8 AND r.product_id = $1 AND "
                "NOT r.is_optional AND i.quantity < r.quantity",
                {product.id}) == 0;
        all.push_back(std::move(product));
    }
    return all;
}

/// What a rung asks of a product.
struct Rule {
    std::size_t terms;
    bool occasion;
};

class PlainSearch {
public:
    PlainSearch(const std::vector<PlainProduct>& all, const search::Understanding& query)
        : all_(all), query_(query) {}

    std::vector<PlainHit> hits(const Rule& rule) const {
        std::vector<const PlainProduct*> selected;
        for (const PlainProduct& product : all_) {
            if (fits(product, rule)) selected.push_back(&product);
        }
        double best_text = 0;
        std::vector<std::int64_t> prices;
        for (const PlainProduct* product : selected) {
            best_text = std::max(best_text, text(*product));
            prices.push_back(product->price);
        }
        std::sort(prices.begin(), prices.end());
        std::vector<PlainHit> hits;
        for (const PlainProduct* product : selected)
            hits.push_back(scored(*product, best_text, prices));
        std::sort(hits.begin(), hits.end(), [](const PlainHit& a, const PlainHit& b) {
            return std::tuple(!a.is_available, -a.score, a.price, a.id) <
                   std::tuple(!b.is_available, -b.score, b.price, b.id);
        });
        return hits;
    }

private:
    bool is_term(const std::string& stem) const {
        return std::any_of(query_.terms.begin(), query_.terms.end(),
                           [&](const search::Term& term) { return term.stem == stem; });
    }

    bool fits(const PlainProduct& product, const Rule& rule) const {
        const search::Facts& facts = query_.facts;
        const auto terms = std::count_if(
            query_.terms.begin(), query_.terms.end(),
            [&](const search::Term& term) { return product.words.contains(term.stem); });
        if (static_cast<std::size_t>(terms) < rule.terms) return false;
        if (!facts.price.holds(product.price)) return false;
        if (facts.product_type && product.type != *facts.product_type) return false;
        if (facts.stem_count && product.stem_count != *facts.stem_count) return false;
        for (const std::string& color : facts.colors) {
            if (!product.colors.contains(color)) return false;
        }
        return !rule.occasion || !facts.occasion || product.occasions.contains(*facts.occasion);
    }

    double text(const PlainProduct& product) const {
        std::set<std::string> stems;
        for (const search::Term& term : query_.terms) stems.insert(term.stem);
        double sum = 0;
        for (const std::string& stem : stems) {
            const auto found = product.words.find(stem);
            if (found == product.words.end()) continue;
            const auto df = static_cast<double>(std::count_if(
                all_.begin(), all_.end(),
                [&](const PlainProduct& other) { return other.words.contains(stem); }));
            double tf = 0;
            for (const auto& [field, count] : found->second) {
                const double weight = field == "name"          ? 8
                                      : field == "facet"       ? 4
                                      : field == "composition" ? 3
                                                               : 1;
                tf += weight * static_cast<double>(count);
            }
            const auto on_sale = static_cast<double>(all_.size());
            sum += std::log(1 + (on_sale - df + 0.5) / (df + 0.5)) * tf / (tf + 1.2);
        }
        return sum;
    }

    PlainHit scored(const PlainProduct& product, double best_text,
                    const std::vector<std::int64_t>& prices) const {
        const search::Facts& facts = query_.facts;
        PlainHit hit{product.id, 0, product.price, product.is_available, {}};
        const auto reward = [&](bool deserved, double points, const char* reason) {
            if (!deserved) return;
            hit.score += points;
            hit.reasons.insert(reason);
        };
        bool names_tag = false;
        for (const std::string& stem : query_.named) {
            const auto found = product.words.find(stem);
            if (found == product.words.end()) continue;
            const bool may_name_tag = !search::color_phrases().knows_stem(stem) &&
                                      !search::occasion_phrases().knows_stem(stem);
            if (found->second.contains("facet") && may_name_tag) names_tag = true;
            for (const auto& [field, _] : found->second) {
                if (is_term(stem) && field != "facet") hit.reasons.insert(field);
            }
        }
        reward(facts.occasion && product.occasions.contains(*facts.occasion), 25, "occasion");
        reward(!facts.colors.empty(), 20, "color");  // all rungs tested here filter by it
        reward(facts.stem_count && product.stem_count == *facts.stem_count, 15, "stem_count");
        reward(names_tag, 10, "tag");
        reward(product.is_featured, 5, "featured");
        reward(facts.price.min_minor || facts.price.max_minor, 0, "budget");
        if (facts.price.max_minor) {
            const double share =
                static_cast<double>(product.price) / static_cast<double>(*facts.price.max_minor);
            if (share >= 0.7) hit.score += 10 * (share - 0.7) / 0.3;
        }
        std::int64_t most = 0;
        for (const PlainProduct& other : all_) most = std::max(most, other.units_sold);
        if (product.units_sold > 0) {
            const double share =
                static_cast<double>(product.units_sold) / static_cast<double>(most);
            hit.score += 10 * share;
            reward(share >= 0.5, 0, "popular");
        }
        if (best_text > 0) hit.score += 100 * text(product) / best_text;
        const std::size_t third = (prices.size() - 1) / 3;
        bool suits =
            (query_.price_hint == search::PriceHint::cheap && product.price <= prices[third]) ||
            (query_.price_hint == search::PriceHint::premium &&
             product.price >= prices[prices.size() - 1 - third]);
        if (query_.recipient) {
            for (const auto occasion : search::occasions_of_recipient(*query_.recipient))
                suits = suits || product.occasions.contains(std::string(occasion));
        }
        if (suits) hit.score += 5;
        hit.score = std::round(hit.score * 10'000) / 10'000;
        return hit;
    }

    const std::vector<PlainProduct>& all_;
    const search::Understanding& query_;
};

std::string question(Dice& dice) {
    constexpr const char* kWords[] = {"розы",    "букет", "тюльпаны", "пионы",
                                      "корзина", "цветы", "нежные",   "свежие"};
    constexpr const char* kFacts[] = {"красные",
                                      "белые",
                                      "до 12000 тенге",
                                      "от 5000 до 15000 тенге",
                                      "на день рождения",
                                      "маме",
                                      "недорого",
                                      "премиум",
                                      "7 роз",
                                      "подарки"};
    std::string text = dice.pick(kWords);
    if (dice.one_in(2)) text += std::string(" ") + dice.pick(kWords);
    if (dice.one_in(4)) text += std::string(" ") + dice.pick(kWords);
    if (dice.one_in(2)) text += std::string(" ") + dice.pick(kFacts);
    if (dice.one_in(3)) text += std::string(" ") + dice.pick(kFacts);
    return text;
}

/// Asks the tool and the plain search; true when the rung was one that the plain one knows.
bool compare(DemoCatalogue& shop, const std::vector<PlainProduct>& all, const std::string& text,
             std::int64_t skip, std::int64_t limit) {
    INFO(text << " skip " << skip << " limit " << limit);
    const Reply reply =
        shop.call("search_products_smart", {{"query", text}, {"skip", skip}, {"limit", limit}});
    REQUIRE(reply.ok());
    const auto query =
        shop.with(Who::guest, [&](storage::Connection& connection, const CallContext& context) {
            return search::understand(text, *shop::current(connection, context), context.now_ms);
        });
    if (!query.says_something()) {
        CHECK(reply.result.at("rung") == "none");
        return false;
    }
    const PlainSearch plain(all, query);
    const std::size_t n = query.terms.size();
    const std::vector<std::pair<std::string, Rule>> rungs = {
        {"all_terms", {n, true}},
        {"most_terms", {std::max<std::size_t>(1, n * 3 / 4), true}},
        {"facts_only", {0, false}}};
    for (const auto& [rung, rule] : rungs) {
        if (rung == "most_terms" && n == 0) continue;
        if (rung == "facts_only" && !query.facts.any()) continue;
        const std::vector<PlainHit> expected = plain.hits(rule);
        if (expected.empty()) continue;
        CHECK(reply.result.at("rung") == rung);
        CHECK(reply.result.at("total") == expected.size());
        const auto from = std::min(expected.size(), static_cast<std::size_t>(skip));
        const auto end = std::min(expected.size(), from + static_cast<std::size_t>(limit));
        const Json& items = reply.result.at("items");
        REQUIRE(items.size() == end - from);
        for (std::size_t i = from; i < end; ++i) {
            INFO("place " << i);
            const Json& item = items.at(i - from);
            CHECK(item.at("id") == expected[i].id);
            CHECK(item.at("score").get<double>() == expected[i].score);
            CHECK(item.at("available") == expected[i].is_available);
            CHECK(item.at("match_reasons").get<std::set<std::string>>() == expected[i].reasons);
        }
        return true;
    }
    return false;
}

/// Changes of every kind that a search has to notice.
void change_something(DemoCatalogue& shop, Dice& dice) {
    const std::int64_t id = 100 + static_cast<std::int64_t>(dice.below(kProducts));
    Json change = {{"product_id", id}};
    switch (dice.below(6)) {
        case 0:
            change["price"] = 1'000 * (1 + dice.below(20));
            break;
        case 1:
            change["enabled"] = dice.one_in(2);
            change["is_featured"] = dice.one_in(2);
            break;
        case 2:
            change["name"] = std::string("Букет ") + dice.pick(kFlowers) + " нежный";
            break;
        case 3:
            change["colors"] = {dice.pick(kColorIds)};
            change["occasions"] = {dice.pick(kOccasionIds)};
            break;
        case 4:
            shop.add_product({{"name", std::string("Корзина ") + dice.pick(kFlowers)}});
            return;
        default:
            // An order is paid: its units are counted, nothing else is read anew.
            shop.with(Who::director, [&](storage::Connection& connection, const CallContext&) {
                const products::UnitsSold sold[] = {{id, 4}};
                connection.execute(
                    "UPDATE order_line SET product_id = $1, quantity = 4, line_total_minor = 400 "
                    "WHERE order_id = (SELECT MIN(id) FROM orders WHERE status = 'new')",
                    {id});
                const auto created = connection
                                         .query(
                                             "UPDATE orders SET status = 'paid' WHERE id = "
                                             "(SELECT MIN(id) FROM orders WHERE status = 'new') "
                                             "RETURNING created_ms")
                                         .front()
                                         .get<std::int64_t>(0);
                products::count_sale(connection, 8, created, sold);
                return 0;
            });
            return;
    }
    REQUIRE(shop.call("update_product", change, Who::director).ok());
}

}  // namespace

TEST_CASE("F12, F14, F18: the quick search answers like a plain one", "[products][search]") {
    DemoCatalogue shop;
    Dice dice;
    fill(shop, dice);
    const std::vector<PlainProduct> all = read_all(shop);
    int compared = 0;
    for (int i = 0; i < kQuestions; ++i) {
        const auto skip = static_cast<std::int64_t>(dice.one_in(3) ? dice.below(300) : 0);
        const auto limit = static_cast<std::int64_t>(1 + dice.below(50));
        if (compare(shop, all, question(dice), skip, limit)) ++compared;
    }
    CHECK(compared > kQuestions * 3 / 4);
}

TEST_CASE("F11, F12: a search sees each change of products and sales at once",
          "[products][search]") {
    DemoCatalogue shop;
    Dice dice;
    fill(shop, dice);
    compare(shop, read_all(shop), "розы", 0, 50);
    for (int i = 0; i < 30; ++i) {
        change_something(shop, dice);
        const std::vector<PlainProduct> all = read_all(shop);
        compare(shop, all, "розы", 0, 50);
        compare(shop, all, question(dice), 0, 50);
    }
    shop.clock.advance_days(30);  // sales leave the window
    compare(shop, read_all(shop), "розы", 0, 50);
}

TEST_CASE("F11: a search in a transaction that is undone leaves nothing behind",
          "[products][search]") {
    DemoCatalogue shop;
    const auto before = DemoCatalogue::ids(shop.call("search_products_smart", {{"query", "розы"}}));
    struct Undo {};
    const auto sell_out = [&](storage::Connection& connection, const CallContext& context) -> int {
        connection.execute("UPDATE product SET enabled = FALSE WHERE shop_id = 8");
        search::reindex(connection, 8);
        CHECK(search::search(connection, context, {.query = "розы"})->total == 0);
        throw Undo{};
    };
    CHECK_THROWS_AS(shop.with(Who::director, sell_out), Undo);
    shop.add_product({{"name", "Торт"}});  // the revision that the undone one had
    CHECK(DemoCatalogue::ids(shop.call("search_products_smart", {{"query", "розы"}})) == before);
}

TEST_CASE("F11: readers on both sides of a change each find their own catalogue",
          "[products][search]") {
    const TempFolder folder;
    ShopFixture shop({tools::register_products}, kMonday10, folder.file("shop.db"));
    const auto create = [&](const char* name) {
        REQUIRE(shop.call("create_product", {{"name", name}, {"type", "flowers"}, {"price", 1000}},
                          Who::director)
                    .ok());
    };
    create("Красные розы");
    AuditNote audit;
    const Caller caller = shop.caller_of(Who::guest);
    const CallContext context{.caller = caller,
                              .shop_id = shop.shop_id,
                              .shop_given = true,
                              .now_ms = shop.clock.now_ms(),
                              .source = "mcp",
                              .request_id = "r-test",
                              .defaults = shop.defaults,
                              .random = shop.random,
                              .audit = audit};
    const auto total = [&](storage::Connection& connection) {
        return search::search(connection, context, {.query = "розы"})->total;
    };

    shop.database->read([&](storage::Connection& early) {
        CHECK(total(early) == 1);
        create("Белые розы");
        create("Розы и пионы");
        CHECK(shop.database->read(total) == 3);
        CHECK(total(early) == 1);
        create("Розы россыпью");
        create("Розы в коробке");
        CHECK(shop.database->read(total) == 5);
        create("Розы поштучно");
        CHECK(shop.database->read(total) == 6);
        CHECK(total(early) == 1);
    });
    CHECK(shop.database->read(total) == 6);
}
