#include "server/documents.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "source_dir.hpp"

using namespace shopkeeper;

TEST_CASE("README's tables say what the code says; if not, run ./dev docs", "[documents]") {
    std::ostringstream readme;
    readme << std::ifstream(SHOPKEEPER_SOURCE_DIR "/README.md").rdbuf();

    CHECK(server::with_documents(readme.str()) == readme.str());
}

TEST_CASE("a document without the marks is left alone with an explanation", "[documents]") {
    CHECK_THROWS_WITH(server::with_documents("no marks"), Catch::Contains("<!-- tools -->"));
}
