#include <catch2/catch.hpp>
#include <regex>

#include "sources.hpp"

namespace shopkeeper::tidy {
namespace {

/// Where a source deletes what is only ever disabled, cancelled or hidden.
std::vector<Finding> deletions(const std::vector<SourceFile>& files) {
    const std::regex deletion(R"(DELETE\s+FROM\s+(orders|product|client|warehouse_item)\b)",
                              std::regex::icase);
    std::vector<Finding> findings;
    for (const SourceFile& file : files) {
        const auto lines = lines_of(file.text);
        for (std::size_t i = 0; i < lines.size(); ++i) {
            if (std::regex_search(lines[i], deletion))
                findings.push_back({file.path, i + 1, "disable, cancel or hide it instead (T7)"});
        }
    }
    return findings;
}

}  // namespace

TEST_CASE("T7: no source deletes an order, a product, a client or an item", "[tidy]") {
    const auto findings = deletions(sources({"src"}, {".cpp", ".hpp"}));
    INFO(to_text(findings));
    CHECK(findings.empty());

    CHECK(deletions({{"a.cpp", "delete from Orders WHERE id = $1"}}).size() == 1);
    CHECK(deletions({{"a.cpp", "DELETE FROM product_image WHERE id = $1"}}).empty());
}

}  // namespace shopkeeper::tidy
