// What is offered while somebody types: of the asker's shop, by the shop's own search, and nothing
// that the asker might not look up.

#include "tools/completions.hpp"

#include <catch2/catch.hpp>

#include "domains/products/search/facets.hpp"
#include "unit/tools/asking.hpp"

using namespace shopkeeper;
using test::Who;
using Values = std::vector<std::string>;

namespace {

constexpr const char* kProduct = "shop://{shop_id}/products/{product_id}";
constexpr const char* kOrder = "shop://{shop_id}/orders/{tracking_id}";

struct Keyboard {
    Keyboard() {
        tools::register_prompts(prompts);
        tools::register_resources(resources);
        tools::register_completions(completions);
    }

    mcp::HostAnswer<mcp::Completion> ask(mcp::CompletionRequest::Of of, const std::string& name,
                                         const std::string& argument, const std::string& value,
                                         Who who, const mcp::PromptArguments& context = {}) {
        return test::ask_as(shop, who, [&](const mcp::Asker& asker) {
            return completions.complete({of, name, argument, value, context}, asker);
        });
    }
    mcp::Completion of_prompt(const std::string& name, const std::string& argument,
                              const std::string& value, Who who = Who::guest) {
        const auto found = ask(mcp::CompletionRequest::Of::prompt, name, argument, value, who);
        REQUIRE(found);
        return *found;
    }
    mcp::Completion of_resource(const std::string& name, const std::string& argument,
                                const std::string& value, Who who = Who::guest,
                                const mcp::PromptArguments& context = {}) {
        const auto found =
            ask(mcp::CompletionRequest::Of::resource, name, argument, value, who, context);
        REQUIRE(found);
        return *found;
    }
    Values products(const std::string& value) {
        return of_prompt("compose_bouquet", "product", value).values;
    }
    Values occasions(const std::string& value) {
        return of_prompt("compose_bouquet", "occasion", value).values;
    }
    Json made(const char* tool, const Json& arguments, Who who = Who::director) {
        const auto reply = shop.call(tool, arguments, who);
        INFO(tool << " " << reply.error.dump());
        REQUIRE(reply.ok());
        return reply.result;
    }
    std::int64_t product(const std::string& name, Who who = Who::director) {
        return made("create_product", {{"name", name}, {"type", "flowers"}, {"price", 5000}}, who)
            .at("id");
    }
    std::string order(const std::string& phone, Who who = Who::director) {
        return made("create_order",
                    {{"customer_name", "Айгуль"},
                     {"customer_phone", phone},
                     {"items", {{{"product_id", product("Букет заказа", who)}, {"quantity", 1}}}},
                     {"delivery_type", "pickup"},
                     {"delivery_date", "завтра"},
                     {"delivery_time", "15:00"}},
                    who)
            .at("tracking_id");
    }

    test::ShopFixture shop = test::whole_shop();
    tools::Prompts prompts{*shop.registry};
    tools::Resources resources{*shop.registry};
    tools::Completions completions{*shop.registry, prompts, resources};
};

}  // namespace

TEST_CASE("a product is completed by the beginning of its name, then by the shop's search",
          "[completions]") {
    Keyboard keyboard;
    for (const char* name : {"Розы белые", "Букет из роз", "Розы алые", "Тюльпаны"})
        keyboard.product(name);
    CHECK(keyboard.products("") == Values{"Букет из роз", "Розы алые", "Розы белые", "Тюльпаны"});
    CHECK(keyboard.products("РОЗ") == Values{"Розы алые", "Розы белые", "Букет из роз"});
    CHECK(keyboard.products("розы б").front() == "Розы белые");
    CHECK(keyboard.products("roses").size() == 3);              // by another language
    CHECK(keyboard.products("тюльпны").front() == "Тюльпаны");  // by a repaired word
    CHECK(keyboard.of_prompt("compose_bouquet", "product", "").total == 4);
}

TEST_CASE("products off sale and of other shops are not offered", "[completions][isolation]") {
    Keyboard keyboard;
    keyboard.product("Чужие розы", Who::other_director);
    const std::int64_t hidden = keyboard.product("Скрытые розы");
    keyboard.made("update_product", {{"product_id", hidden}, {"enabled", false}});
    const std::string id = std::to_string(keyboard.product("Наши розы"));
    for (const Who who : {Who::guest, Who::customer, Who::director}) {
        CHECK(keyboard.of_prompt("compose_bouquet", "product", "", who).values ==
              Values{"Наши розы"});
        CHECK(keyboard.of_prompt("compose_bouquet", "product", "розы", who).values ==
              Values{"Наши розы"});
        CHECK(keyboard.of_resource(kProduct, "product_id", "", who).values == Values{id});
        CHECK(keyboard.of_resource(kProduct, "product_id", "1", who).values.size() <= 1);
    }
    // Staff who name another shop find nothing, an asserted customer stays in its own (A6, A13).
    const mcp::PromptArguments other = {{"shop_id", "9"}};
    CHECK(keyboard.of_resource(kProduct, "product_id", "", Who::director, other).values.empty());
    CHECK(keyboard.of_resource(kProduct, "product_id", "", Who::customer, other).values ==
          Values{id});
    // A guest may look into any shop.
    CHECK(keyboard.of_resource(kProduct, "product_id", "чуж", Who::guest, other).values.size() ==
          1);
    CHECK(keyboard.of_resource(kProduct, "shop_id", "").values == Values{"8"});
    CHECK(keyboard.of_resource(kProduct, "shop_id", "", Who::other_director).values == Values{"9"});
    CHECK(keyboard.of_resource(kProduct, "shop_id", "9").values.empty());
}

TEST_CASE("a product's id is completed by digits or by words", "[completions]") {
    Keyboard keyboard;
    Values ids;
    for (int number = 0; number < 12; ++number)
        ids.push_back(std::to_string(keyboard.product("Букет " + std::to_string(number))));
    const auto beginning = [&](const std::string& digits) {
        Values fitting;
        for (const std::string& id : ids)
            if (id.starts_with(digits)) fitting.push_back(id);
        return fitting;
    };
    for (const std::string digits : {"1", "2", "10", "11", "12", "99"}) {
        CAPTURE(digits);
        CHECK(keyboard.of_resource(kProduct, "product_id", digits).values == beginning(digits));
    }
    CHECK(keyboard.of_resource(kProduct, "product_id", "0").values.empty());
    CHECK(keyboard.of_resource(kProduct, "product_id", std::string(18, '9')).values.empty());
    CHECK(keyboard.of_resource(kProduct, "product_id", "букет 7").values.front() == ids[7]);
}

TEST_CASE("at most a hundred products are offered, and it is said that there are more",
          "[completions]") {
    Keyboard keyboard;
    for (int number = 0; number < 105; ++number)
        keyboard.product("Букет " + std::to_string(1000 + number));
    const auto all = keyboard.of_prompt("compose_bouquet", "product", "");
    CHECK(all.values.size() == mcp::kCompletionMax);
    CHECK(all.total == 105);
    CHECK(all.has_more);
    const auto begun = keyboard.of_prompt("compose_bouquet", "product", "букет 1");
    CHECK(begun.values.size() == mcp::kCompletionMax);
    CHECK(begun.has_more);
    CHECK(keyboard.of_resource(kProduct, "product_id", "").has_more);
}

TEST_CASE("occasions, categories and languages are completed in the words that were begun",
          "[completions]") {
    Keyboard keyboard;
    CHECK(keyboard.occasions("birth") == Values{"birthday"});
    CHECK(keyboard.occasions("День р") == Values{"день рождения"});
    CHECK(keyboard.occasions("туған") == Values{"туған күн"});
    CHECK(keyboard.occasions("bday") == Values{"birthday"});
    CHECK(keyboard.occasions("вторник").empty());
    CHECK(keyboard.occasions("").size() == products::search::occasions().size());
    const auto categories = [&](const char* value) {
        return keyboard.of_prompt("consult_customer", "category", value).values;
    };
    CHECK(categories("") == Values{"flowers", "sweets", "fruits", "gifts"});
    CHECK(categories("F") == Values{"flowers", "fruits"});
    CHECK(categories("сладости") == Values{"sweets"});
    CHECK(keyboard.of_prompt("consult_customer", "language", "k").values == Values{"kk"});
    CHECK(keyboard.of_prompt("consult_customer", "request", "x").values.empty());
}

TEST_CASE("every occasion that is offered is one that the search takes", "[completions]") {
    for (const auto& occasion : products::search::occasions()) {
        for (const Locale locale : {Locale::ru, Locale::kk, Locale::en}) {
            const auto id =
                products::search::occasion_id(std::string(occasion.label.in(locale)), "occasion");
            CAPTURE(std::string(occasion.label.in(locale)));
            REQUIRE(id);
            CHECK(*id == occasion.id);
        }
    }
}

TEST_CASE("A10: tracking ids are offered to staff and to those whose orders they are",
          "[completions][isolation]") {
    Keyboard keyboard;
    const std::string ours = keyboard.order("+77000001234");
    const std::string foreign = keyboard.order("+77000001234", Who::other_director);
    const auto offered = [&](Who who, const std::string& value = {}) {
        return keyboard.of_resource(kOrder, "tracking_id", value, who).values;
    };
    CHECK(offered(Who::guest).empty());
    CHECK(offered(Who::guest, ours.substr(0, 8)).empty());
    CHECK(offered(Who::service).empty());
    CHECK(offered(Who::customer).empty());
    keyboard.shop.customer_phone = "+77000001234";
    CHECK(offered(Who::customer) == Values{ours});
    CHECK(offered(Who::customer, "x").empty());
    keyboard.shop.customer_phone = "+77000004321";
    CHECK(offered(Who::customer).empty());
    CHECK(offered(Who::courier).empty());  // it has no orders of its own (A17)
    CHECK(offered(Who::florist) == Values{ours});
    CHECK(offered(Who::director, ours.substr(0, 5)) == Values{ours});
    CHECK(offered(Who::director, "Айгуль") == Values{ours});
    CHECK(offered(Who::other_director) == Values{foreign});
}

TEST_CASE("reviews that wait are offered to moderators", "[completions][isolation]") {
    Keyboard keyboard;
    for (const int shop : {8, 9})
        keyboard.made("create_review",
                      {{"shop_id", shop}, {"target", "company"}, {"rating", 3}, {"text", "Так"}},
                      Who::guest);
    const auto offered = [&](Who who) {
        return keyboard.of_prompt("draft_review_reply", "review_id", "", who).values;
    };
    CHECK(offered(Who::manager) ==
          Values{std::to_string(keyboard.shop.number("SELECT id FROM review WHERE shop_id = 8"))});
    for (const Who who : {Who::guest, Who::customer, Who::florist, Who::courier})
        CHECK(offered(who).empty());
}

TEST_CASE("what nobody offers is refused: unknown prompts, templates and arguments",
          "[completions]") {
    Keyboard keyboard;
    using Of = mcp::CompletionRequest::Of;
    const std::tuple<Of, const char*, const char*> unknown[] = {
        {Of::prompt, "nobody", "occasion"},
        {Of::prompt, "compose_bouquet", "product_id"},
        {Of::resource, "shop://8/card", "shop_id"},
        {Of::resource, kProduct, "tracking_id"},
    };
    for (const auto& [of, name, argument] : unknown) {
        CAPTURE(name, argument);
        const auto nothing = keyboard.ask(of, name, argument, "", Who::guest);
        REQUIRE_FALSE(nothing);
        CHECK(nothing.error().kind == mcp::HostFailure::Kind::invalid);
    }
    mcp::Asker forger{.bearer = "forged.token.here", .address = "local"};
    const mcp::PromptArguments nothing_filled;
    const auto refused = keyboard.completions.complete(
        {Of::prompt, "compose_bouquet", "product", "", nothing_filled}, forger);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == mcp::HostFailure::Kind::refused);
}
