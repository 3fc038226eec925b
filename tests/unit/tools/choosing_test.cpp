// Choosing tools: the algebra of choices, the operator's ceiling, and that what is hidden is not
// there.
#include "tools/choosing.hpp"

#include <catch2/catch.hpp>

#include "mcp/server.hpp"
#include "support/mcp_test_client.hpp"
#include "support/whole_shop.hpp"

using namespace shopkeeper;
using mcp::ToolChoice;
using test::stateless;
using tools::Choosable;

namespace {

constexpr Choosable kTools[] = {{"cancel_order", "orders", false},
                                {"get_faq", "shop", true},
                                {"list_orders", "orders", true},
                                {"login", "auth", true},
                                {"update_shop_settings", "shop", false}};

using Names = std::vector<std::string>;

/// Everything, but for the settings, which this operator does not offer.
mcp::ToolSet offered() {
    return mcp::ToolSet(0b01111);
}

Names names_of(const mcp::ToolSet& set) {
    Names names;
    for (std::size_t i = 0; i < std::size(kTools); ++i) {
        if (set.test(i)) names.emplace_back(kTools[i].name);
    }
    return names;
}

/// A server that offers what `operators` leaves of the whole shop, and a client of it.
struct Served {
    explicit Served(const ToolChoice& operators = {}) {
        shop.registry->offer(operators);
        server = std::make_unique<mcp::Server>(*shop.registry, shop.clock);
        endpoint = server->open();
        client = std::make_unique<test::McpTestClient>(*endpoint);
    }

    Names listed(const Json& params = Json::object()) {
        Names names;
        const Json reply = client->request("tools/list", params);
        for (const Json& tool : reply.at("result").at("tools"))
            names.push_back(tool.at("name").get<std::string>());
        return names;
    }
    std::string instructions(const char* method, const Json& params = Json::object()) {
        return client->request(method, params).at("result").at("instructions").get<std::string>();
    }

    test::ShopFixture shop = test::whole_shop();
    std::unique_ptr<mcp::Server> server;
    std::shared_ptr<transport::Endpoint> endpoint;
    std::unique_ptr<test::McpTestClient> client;
};

const Names kReviews = {"create_review", "get_product_reviews", "get_reviews", "moderate_review"};
const Names kReviewsRead = {"get_product_reviews", "get_reviews"};

}  // namespace

TEST_CASE("a choice is toolsets and tools, without the excluded, without writes", "[choosing]") {
    struct Row {
        ToolChoice choice;
        Names left;
    };
    const Row row = GENERATE(values<Row>({
        {{}, {"cancel_order", "get_faq", "list_orders", "login"}},
        {{.toolsets = {"orders"}}, {"cancel_order", "list_orders"}},
        {{.toolsets = {"all"}}, {"cancel_order", "get_faq", "list_orders", "login"}},
        {{.toolsets = {"orders", "auth"}}, {"cancel_order", "list_orders", "login"}},
        {{.tools = {"get_faq"}}, {"get_faq"}},
        {{.toolsets = {"auth"}, .tools = {"get_faq"}}, {"get_faq", "login"}},
        {{.excluded = {"login", "get_faq"}}, {"cancel_order", "list_orders"}},
        {{.toolsets = {"orders"}, .tools = {"get_faq"}, .excluded = {"get_faq"}},
         {"cancel_order", "list_orders"}},
        {{.is_read_only = true}, {"get_faq", "list_orders", "login"}},
        {{.toolsets = {"orders"}, .tools = {"cancel_order"}, .is_read_only = true},
         {"list_orders"}},
        // What the operator does not offer is not there, and asking for it is no mistake.
        {{.toolsets = {"shop"}}, {"get_faq"}},
        {{.tools = {"update_shop_settings"}}, {}},
    }));

    const auto left = tools::chosen(kTools, row.choice, offered());
    REQUIRE(left);
    CHECK(names_of(*left) == row.left);
}

TEST_CASE("a name that means nothing is refused with those that would", "[choosing]") {
    const auto error = [](const ToolChoice& choice) {
        return tools::chosen(kTools, choice, offered()).error();
    };
    CHECK(error({.toolsets = {"ordres"}}) ==
          "There is no toolset \"ordres\"; there are: all, shop, orders, auth.");
    CHECK(error({.tools = {"get_fax"}}) ==
          "There is no tool \"get_fax\"; there are: cancel_order, get_faq, list_orders, login.");
    CHECK(error({.excluded = {"orders"}}).starts_with("There is no tool \"orders\""));
    CHECK(error({.problem = "Not readable."}) == "Not readable.");
}

TEST_CASE("choices that meet take away from each other, never add", "[choosing]") {
    test::ShopFixture shop = test::whole_shop();
    shop.registry->offer({.toolsets = {"orders", "reviews"}, .excluded = {"get_order"}});
    const auto count = [&](const std::vector<ToolChoice>& choices) {
        return shop.registry->choose(choices).value().count();
    };
    const std::size_t all = count({});

    CHECK(all == 9 - 1 + 4);
    CHECK(count({{.toolsets = {"reviews"}}}) == 4);
    CHECK(count({{.toolsets = {"reviews"}}, {.toolsets = {"orders"}}}) == 0);
    CHECK(count({{.toolsets = {"reviews"}}, {.tools = {"get_reviews", "list_orders"}}}) == 1);
    CHECK(count({{.toolsets = {"reviews"}}, {.is_read_only = true}}) == 2);
    CHECK(count({{.tools = {"get_order"}}}) == 0);
    CHECK(count({{.toolsets = {"all"}}}) == all);
    CHECK(count({{.toolsets = {"warehouse"}}}) == 0);
    CHECK_FALSE(shop.registry->choose(std::vector<ToolChoice>{{.toolsets = {"x"}}}));
}

TEST_CASE("an operator who names what there is not is told so", "[choosing]") {
    test::ShopFixture shop = test::whole_shop();
    CHECK_THROWS_WITH(shop.registry->offer({.toolsets = {"warehose"}}),
                      Catch::Contains("warehose") && Catch::Contains("warehouse"));
}

TEST_CASE("what the operator does not offer is neither listed nor called", "[choosing]") {
    Served served({.toolsets = {"reviews"}, .is_read_only = true});

    CHECK(served.listed() == kReviewsRead);
    CHECK(served.listed(stateless()) == kReviewsRead);
    CHECK(served.client->refusal("tools/call", {{"name", "get_faq"}}).second ==
          jsonrpc::kInvalidParams);
    CHECK(served.client->refusal("tools/call", stateless({{"name", "get_faq"}})).second ==
          jsonrpc::kInvalidParams);
    CHECK(served.client->request("tools/call", {{"name", "get_reviews"}}).contains("result"));
}

TEST_CASE("a request's choice narrows what it sees and may call, and no other request",
          "[choosing]") {
    Served served;
    const std::size_t all = served.listed().size();
    served.client->peer.choices = {{.toolsets = {"reviews"}}};

    CHECK(served.listed() == kReviews);
    CHECK(served.listed(stateless()) == kReviews);
    CHECK(served.client->refusal("tools/call", {{"name", "get_faq"}}).second ==
          jsonrpc::kInvalidParams);
    CHECK(served.client->request("tools/call", {{"name", "get_reviews"}}).contains("result"));

    served.client->peer.choices.push_back({.is_read_only = true});
    CHECK(served.listed() == kReviewsRead);

    served.client->peer.choices.clear();
    CHECK(served.listed().size() == all);
    CHECK(served.client->request("tools/call", {{"name", "get_faq"}}).contains("result"));
}

TEST_CASE("a choice that names nothing is a bad request, whatever is asked", "[choosing]") {
    Served served;
    served.client->peer.choices = {{.toolsets = {"ordres"}}};
    const auto* method = GENERATE("initialize", "ping", "tools/list", "tools/call");

    CHECK(served.client->refusal(method, {{"protocolVersion", "2025-11-25"}}) ==
          std::pair(400, static_cast<int>(jsonrpc::kInvalidParams)));
    CHECK(served.client->refusal("server/discover", stateless()) ==
          std::pair(400, static_cast<int>(jsonrpc::kInvalidParams)));
}

TEST_CASE("the list of a choice is kept by who asked, the list of all by everybody", "[choosing]") {
    Served served;
    const auto scope = [&](const char* method) {
        return served.client->request(method, stateless())
            .at("result")
            .at("cacheScope")
            .get<std::string>();
    };
    CHECK(scope("tools/list") == "public");
    CHECK(scope("server/discover") == "public");

    served.client->peer.choices = {{.is_read_only = true}};
    CHECK(scope("tools/list") == "private");
    CHECK(scope("server/discover") == "private");
}

TEST_CASE("the instructions name no tool that is hidden", "[choosing]") {
    Served served;
    const auto asked = [&](const char* method, const Json& params) {
        return served.instructions(method, params);
    };
    const Json agreed = {{"protocolVersion", "2025-11-25"}};
    CHECK(asked("initialize", agreed).find("create_order") != std::string::npos);

    served.client->peer.choices = {{.toolsets = {"orders"}, .is_read_only = true}};
    for (const std::string& words :
         {asked("initialize", agreed), asked("server/discover", stateless())}) {
        CHECK(words.find("create_order") == std::string::npos);
        CHECK(words.find("login") == std::string::npos);
        CHECK(words.starts_with("Shopkeeper runs a flower shop."));
    }
}

TEST_CASE("the same request gets the same list, byte for byte", "[choosing]") {
    Served one;
    Served other;
    for (Served* served : {&one, &other})
        served->client->peer.choices = {{.toolsets = {"shop", "orders"}}};

    const Json first = one.client->request("tools/list");
    CHECK(first.at("result").dump() == other.client->request("tools/list").at("result").dump());
    const Names names = one.listed();
    CHECK(std::is_sorted(names.begin(), names.end()));
}

TEST_CASE("more choices than are kept at a time are all answered", "[choosing]") {
    Served served;
    const auto tools = served.listed();
    for (int round = 0; round < 2; ++round) {
        for (const std::string& tool : tools) {
            served.client->peer.choices = {{.tools = {tool}}};
            CHECK(served.listed() == Names{tool});
        }
    }
}
