// The views of MCP Apps as files and resources; what they show is tested in a browser
// (tests/outside).

#include "tools/views.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <regex>
#include <set>

#include "tools/resources.hpp"
#include "unit/tools/asking.hpp"

using namespace shopkeeper;
using test::Who;

namespace {

constexpr std::size_t kViewBytesMax = 100'000;
constexpr std::string_view kMimeType = "text/html;profile=mcp-app";

/// The views that tools name, each with those tools.
std::map<std::string, std::set<std::string>> named_by_tools(test::ShopFixture& shop) {
    std::map<std::string, std::set<std::string>> named;
    for (const mcp::ToolEntry& entry : shop.registry->tools()) {
        const Json tool = Json::parse(entry.json);
        const auto uri = Json::json_pointer("/_meta/ui/resourceUri");
        if (tool.contains(uri)) named[tool.at(uri)].insert(entry.name);
    }
    return named;
}

/// Every address in a text, with its scheme.
std::set<std::string> addresses_in(std::string_view text) {
    static const std::regex address(R"((\\w+:)?//[a-zA-Z0-9])");
    std::set<std::string> found;
    const std::string all(text);
    for (std::sregex_iterator each(all.begin(), all.end(), address), end; each != end; ++each)
        found.insert(each->str());
    return found;
}

}  // namespace

TEST_CASE("every view is one page of less than 100 KB that names no address", "[views]") {
    const auto files = embedded::views();
    REQUIRE(files.size() == 4);
    for (const EmbeddedFile& file : files) {
        CAPTURE(file.path);
        CHECK(file.content.size() < kViewBytesMax);
        CHECK(file.content.starts_with("<!doctype html>"));
        CHECK(addresses_in(file.content).empty());
        for (const char* outside : {"<link", " src=", "@import", "url(", "import ", "innerHTML"})
            CHECK(file.content.find(outside) == std::string_view::npos);
        // Nothing of the assembly is left.
        CHECK(file.content.find("{{style}}") == std::string_view::npos);
        CHECK(file.content.find("{{script}}") == std::string_view::npos);
    }
    CHECK(addresses_in("<img alt=x src=https://example.com>").size() == 1);
}

TEST_CASE("a view can be read by everybody, as a page that may fetch nothing", "[views]") {
    test::ShopFixture shop = test::whole_shop();
    tools::Resources resources(*shop.registry);
    tools::register_resources(resources);
    for (const EmbeddedFile& file : embedded::views()) {
        const std::string name(file.path.substr(0, file.path.find('.')));
        const std::string uri = "ui://shopkeeper/" + name;
        CAPTURE(uri);
        for (const Who who : {Who::guest, Who::customer, Who::director}) {
            const auto read = test::ask_as(
                shop, who, [&](const mcp::Asker& asker) { return resources.read(uri, asker); });
            REQUIRE(read);
            CHECK(read->cache.is_public);
            const Json contents = Json::parse(read->contents_json);
            REQUIRE(contents.size() == 1);
            CHECK(contents[0]["uri"] == uri);
            CHECK(contents[0]["mimeType"] == kMimeType);
            CHECK(contents[0]["text"] == file.content);
            const Json& ui = contents[0]["_meta"]["ui"];
            CHECK(ui["prefersBorder"] == true);
            for (const char* domains :
                 {"connectDomains", "resourceDomains", "frameDomains", "baseUriDomains"})
                CHECK(ui["csp"][domains] == Json::array());
        }
    }
    for (const std::string uri : {"ui://shopkeeper/", "ui://shopkeeper/product",
                                  "ui://shopkeeper/products.html", "ui://other/products", "ui:"}) {
        CAPTURE(uri);
        const auto read = resources.read(uri, {.address = "local"});
        REQUIRE_FALSE(read);
        CHECK(read.error().kind == mcp::HostFailure::Kind::not_found);
    }
}

TEST_CASE("the first page of the list names every view, also where there is no shop", "[views]") {
    test::ShopFixture shop = test::whole_shop();
    tools::LocalRateLimits limits{tools::RateOptions()};
    const ShopDefaults defaults{.shop_id = GENERATE(8, 777)};
    tools::Registry registry({.database = *shop.serving,
                              .clock = shop.clock,
                              .random = shop.random,
                              .authority = shop.authority,
                              .defaults = defaults,
                              .rate_limits = limits,
                              .check_everything = true});
    tools::register_all(registry);
    tools::Resources resources(registry);
    tools::register_resources(resources);
    const auto page = resources.list({}, {.address = "local"});
    REQUIRE(page);
    std::set<std::string> views;
    for (const Json& each : Json::parse(page->resources_json)) {
        if (each["mimeType"] != kMimeType) continue;
        CHECK(each["_meta"]["ui"].contains("csp"));
        views.insert(each["uri"]);
    }
    CHECK(views.size() == embedded::views().size());
}

TEST_CASE("every view is named by tools, and no tool names another", "[views]") {
    test::ShopFixture shop = test::whole_shop();
    std::set<std::string> served;
    for (const EmbeddedFile& file : embedded::views())
        served.insert("ui://shopkeeper/" + std::string(file.path.substr(0, file.path.find('.'))));
    std::set<std::string> named;
    for (const auto& [uri, tools] : named_by_tools(shop)) named.insert(uri);
    CHECK(named == served);
}
