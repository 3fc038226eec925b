// Facts about the whole list of tools.
#include <catch2/catch.hpp>
#include <map>

#include "base/embedded.hpp"
#include "support/whole_shop.hpp"

using namespace shopkeeper;

namespace {

Json file_of(const std::string& tool) {
    for (const EmbeddedFile& file : embedded::schemas()) {
        if (file.path.ends_with("/" + tool + ".json")) return Json::parse(file.content);
    }
    return {};
}

}  // namespace

TEST_CASE("37 tools in seven domains", "[inventory]") {
    test::ShopFixture shop = test::whole_shop();
    std::map<std::string, int> counts;
    for (const auto& [name, tool] : shop.registry->inventory())
        ++counts[std::string(tool.contract->domain())];

    CHECK(counts == std::map<std::string, int>{{"auth", 2},
                                               {"products", 8},
                                               {"orders", 9},
                                               {"warehouse", 5},
                                               {"shop", 7},
                                               {"reviews", 4},
                                               {"telegram", 2}});
}

TEST_CASE("the annotations of a tool agree with what its registration does", "[inventory]") {
    test::ShopFixture shop = test::whole_shop();
    const std::vector<std::string> destructive = {
        "cancel_order", "moderate_review", "record_warehouse_operation", "update_shop_settings"};
    for (const auto& [name, tool] : shop.registry->inventory()) {
        CAPTURE(name);
        CHECK(tool.terms().is_read_only == (tool.work != tools::Tool::Work::write));
        CHECK(tool.terms().is_destructive ==
              (std::find(destructive.begin(), destructive.end(), name) != destructive.end()));
    }
}

TEST_CASE(
    "I1: every write tool takes an idempotency key, and its result may say that it is a replay",
    "[inventory]") {
    test::ShopFixture shop = test::whole_shop();
    for (const auto& [name, tool] : shop.registry->inventory()) {
        const Json json = file_of(name);
        const bool is_write = tool.work == tools::Tool::Work::write;
        CAPTURE(name);
        CHECK(json["inputSchema"]["properties"].contains("idempotency_key") == is_write);
        CHECK(json["outputSchema"]["properties"].contains("idempotent_replay") == is_write);
    }
}

TEST_CASE("tools are listed by name, and only calls that wait for nobody are quick",
          "[inventory]") {
    test::ShopFixture shop = test::whole_shop();
    const auto tools = shop.registry->tools();

    CHECK(std::is_sorted(tools.begin(), tools.end(),
                         [](const auto& a, const auto& b) { return a.name < b.name; }));
    CHECK_FALSE(shop.registry->is_quick("create_order"));
    CHECK_FALSE(shop.registry->is_quick("login"));
}
