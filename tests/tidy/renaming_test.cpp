#include <catch2/catch.hpp>
#include <regex>

#include "sources.hpp"

namespace shopkeeper::tidy {
namespace {

/// Where a statement changes the name of a warehouse item. Products are found by the names of what
/// they are made of, and their postings are written when the product changes, not when the item
/// does.
std::vector<Finding> renamings(const std::vector<SourceFile>& files) {
    const std::regex change(R"(UPDATE\s+warehouse_item\s+SET\s)", std::regex::icase);
    const std::regex name(R"(\bname(_folded)?\s*=)", std::regex::icase);
    const std::regex end(R"(\bWHERE\b)", std::regex::icase);
    std::vector<Finding> findings;
    for (const SourceFile& file : files) {
        for (std::sregex_iterator found(file.text.begin(), file.text.end(), change), none;
             found != none; ++found) {
            const std::string rest = found->suffix();
            std::smatch condition;
            const bool has_end = std::regex_search(rest, condition, end);
            const std::string set = rest.substr(
                0, has_end ? static_cast<std::size_t>(condition.position()) : rest.size());
            if (!std::regex_search(set, name)) continue;
            const std::string before = found->prefix();
            findings.push_back({file.path, lines_of(before).size(),
                                "products made of it would still be found by the old name: let "
                                "products/search index them anew, and drop this rule (F11)"});
        }
    }
    return findings;
}

}  // namespace

TEST_CASE("F11: no source renames a warehouse item, which would leave compositions unfindable",
          "[tidy]") {
    const auto findings = renamings(sources({"src"}, {".cpp", ".hpp"}));
    INFO(to_text(findings));
    CHECK(findings.empty());

    CHECK(renamings({{"a.cpp", "update warehouse_item\nset unit = $3, name = $4\nwhere id = $1"}})
              .size() == 1);
    CHECK(renamings({{"a.cpp", "UPDATE warehouse_item SET name_folded = $2"}}).size() == 1);
    CHECK(
        renamings({{"a.cpp", "UPDATE warehouse_item SET quantity = $3 WHERE name = $1"}}).empty());
    CHECK(renamings({{"a.cpp", "UPDATE product SET name = $3 WHERE id = $1"}}).empty());
}

}  // namespace shopkeeper::tidy
