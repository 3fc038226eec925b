#include "mcp/tool_pages.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "base/base64.hpp"
#include "base/json.hpp"

namespace shopkeeper::mcp {
namespace {

std::vector<ToolEntry> tools(std::size_t count) {
    std::vector<ToolEntry> entries;
    for (std::size_t i = 0; i < count; ++i) {
        const std::string name(1, static_cast<char>('a' + i));
        entries.push_back({name, R"({"name":")" + name + R"("})"});
    }
    return entries;
}

ToolSet everything() {
    return ToolSet().set();
}

std::string names(const Json& page) {
    std::string text;
    for (const Json& tool : page["tools"]) text += tool["name"].get<std::string>();
    return text;
}

}  // namespace

TEST_CASE("pages follow each other without a gap or a repeat, whatever their size", "[mcp]") {
    const auto entries = tools(7);
    const auto page_size = GENERATE(1U, 2U, 3U, 6U, 7U, 8U, 100U);
    const auto era = GENERATE(Era::handshake, Era::stateless);
    const ToolPages pages(entries, everything(), page_size, R"("ttlMs":5)");

    std::string seen;
    Json page = Json::parse(pages.first(era));
    for (std::size_t requests = 1;; ++requests) {
        REQUIRE(requests <= 7);
        CHECK(page["tools"].size() <= page_size);
        CHECK(page.contains("ttlMs") == (era == Era::stateless));
        seen += names(page);
        if (!page.contains("nextCursor")) break;
        page = Json::parse(pages.after(page["nextCursor"].get<std::string>(), era).value());
    }
    CHECK(seen == "abcdefg");
}

TEST_CASE("pages list the tools that are shown, in the order of their names", "[mcp]") {
    const auto entries = tools(5);
    ToolSet shown;
    shown.set(3).set(0).set(4);
    const ToolPages pages(entries, shown, 2, "");

    const Json first = Json::parse(pages.first(Era::handshake));
    CHECK(names(first) == "ad");
    const auto second = pages.after(first["nextCursor"].get<std::string>(), Era::handshake);
    CHECK(names(Json::parse(second.value())) == "e");
}

TEST_CASE("a cursor survives the tool it names", "[mcp]") {
    auto entries = tools(5);
    const std::string cursor =
        Json::parse(ToolPages(entries, everything(), 2, "").first(Era::handshake))["nextCursor"];
    entries.erase(entries.begin() + 1);
    const ToolPages changed(entries, everything(), 2, "");
    CHECK(names(Json::parse(changed.after(cursor, Era::handshake).value())) == "cd");
}

TEST_CASE("a text that no page gave is no cursor", "[mcp]") {
    const auto entries = tools(3);
    const ToolPages pages(entries, everything(), 2, "");
    for (const std::string& cursor :
         {std::string(), std::string("b"), std::string("!!"), encode_base64("b"),
          encode_base64("tools-after"), encode_base64("TOOLS-AFTER:b")}) {
        CHECK_FALSE(pages.after(cursor, Era::handshake));
    }
}

}  // namespace shopkeeper::mcp
