// The arrows of ARCHITECTURE.md, read from the #include lines themselves: an include points down,
// and only along the edges of this table. The link lines of src/*/CMakeLists.txt are the second
// guard.
#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <optional>
#include <regex>

#include "tidy/sources.hpp"

namespace shopkeeper::tidy {
namespace {

/// Which rooms a room may include besides itself. A file name instead of a room admits that file
/// only.
const std::map<std::string, std::vector<std::string>> kMayInclude = {
    {"base", {}},
    {"jsonrpc", {"base"}},
    {"schema", {"base"}},
    {"storage", {"base"}},
    {"net", {"base"}},
    {"journal", {"base", "storage"}},
    {"transport", {"base", "jsonrpc", "net"}},
    {"mcp", {"base", "jsonrpc", "transport"}},
    {"mcp/client", {"base", "jsonrpc", "net", "mcp/protocol.hpp"}},
    {"oauth_client", {"base", "net", "mcp/client/authorizer.hpp"}},
    {"domains", {"base", "storage", "journal"}},
    {"tools",
     {"base", "schema", "storage", "journal", "domains", "mcp/tool_host.hpp", "mcp/asker.hpp",
      "mcp/client_input.hpp", "mcp/host_answer.hpp", "mcp/resource_host.hpp", "mcp/prompt_host.hpp",
      "mcp/completer.hpp", "mcp/change_source.hpp"}},
    {"oauth", {"base", "storage", "net", "journal", "transport", "domains"}},
    {"server",
     {"base", "jsonrpc", "schema", "storage", "net", "journal", "transport", "mcp", "domains",
      "tools", "oauth"}},
};

/// The order of the domains: a domain includes only those of a smaller number.
const std::map<std::string, int> kDomainLevel = {
    {"shop", 0},     {"auth", 1},   {"telegram", 1}, {"warehouse", 1},
    {"products", 2}, {"orders", 3}, {"reviews", 4},  {"privacy", 5},
};

/// Outside headers and the only places that may know them.
struct Confined {
    std::regex header;
    std::regex home;
    std::string advice;
};
const std::vector<Confined> kConfined = {
    {std::regex("sqlite3\\.h"), std::regex("src/storage/sqlite(_file|_log)?\\.cpp"),
     "only src/storage/sqlite.cpp, sqlite_file.cpp and sqlite_log.cpp know sqlite3.h; go through "
     "storage/database.hpp or storage/sqlite_file.hpp"},
    {std::regex("pqxx/.*"), std::regex("src/storage/postgresql_session\\.cpp"),
     "only src/storage/postgresql_session.cpp knows pqxx; go through storage/database.hpp"},
    {std::regex("libpq-fe\\.h"),
     std::regex("src/storage/(libpq|postgresql_pipeline)\\.cpp|tests/support/.*"),
     "only src/storage/libpq.cpp and postgresql_pipeline.cpp know libpq; go through "
     "storage/database.hpp"},
    {std::regex("cjose/.*"), std::regex("src/oauth/libcjose\\.hpp"),
     "only src/oauth/libcjose.hpp knows cjose; go through oauth/key_set.hpp"},
    {std::regex("ctemplate/.*"), std::regex("src/oauth/pages\\.cpp"),
     "only src/oauth/pages.cpp knows ctemplate; go through oauth/pages.hpp"},
    {std::regex("boost/.*"), std::regex("src/net/(http_server\\.cpp|engine/.*)"),
     "only src/net/engine and http_server.cpp know Boost; go through net/http_server.hpp"},
    {std::regex("(curl/.*|net/libcurl\\.hpp)"), std::regex("src/net/(libcurl|curl_client)\\..pp"),
     "only src/net/libcurl.cpp and curl_client.cpp know libcurl; go through net/http_client.hpp"},
    {std::regex("(openssl/.*|oauth_client/libcrypto\\.hpp)"),
     std::regex("src/oauth_client/(libcrypto|es256_key)\\..pp|tests/unit/oauth_client/.*"),
     "only src/oauth_client/libcrypto.cpp and es256_key.cpp know OpenSSL; go through "
     "oauth_client/es256_key.hpp or base/crypto.hpp"},
    {std::regex("net/engine/.*"), std::regex("src/net/.*"),
     "net/engine is private to net; go through net/http_server.hpp"},
    {std::regex("(base/json\\.hpp|nlohmann/.*)"),
     std::regex("(?!src/domains/)(?:.*)|src/domains/auth/token\\.cpp"),
     "a domain sees no JSON: parse it in src/tools/*_tools.cpp, write it with "
     "base/json_writer.hpp"},
};

/// "storage" of src/storage/value.hpp or of the include "storage/value.hpp".
std::string room_of(std::string_view path) {
    if (path.rfind("src/", 0) == 0) path.remove_prefix(4);
    if (path.rfind("mcp/client/", 0) == 0) return "mcp/client";  // a room within the other's walls
    return std::string(path.substr(0, path.find('/')));
}

/// "orders" of domains/orders/create.hpp, with or without src/ before it.
std::string domain_of(std::string_view path) {
    path.remove_prefix(path.find("domains/") + 8);
    return std::string(path.substr(0, path.find('/')));
}

std::optional<std::string> refuse(const std::string& path, const std::string& header) {
    for (const Confined& rule : kConfined)
        if (std::regex_match(header, rule.header) && !std::regex_match(path, rule.home))
            return rule.advice;
    const std::string from = room_of(path), to = room_of(header);
    if (!kMayInclude.contains(to)) return {};  // not one of our rooms
    const auto allowed = kMayInclude.find(from);
    if (allowed == kMayInclude.end())
        return "room '" + from +
               "' is unknown; draw its arrows in ARCHITECTURE.md and in kMayInclude";
    const auto& list = allowed->second;
    const auto admits = [&](const std::string& name) {
        return std::find(list.begin(), list.end(), name) != list.end();
    };
    if (from == to && from == "domains") {
        const std::string user = domain_of(path), used = domain_of(header);
        if (user == used) return {};
        if (!kDomainLevel.contains(user) || !kDomainLevel.contains(used))
            return "an unknown domain; give '" + user + "' and '" + used +
                   "' a place in kDomainLevel";
        if (kDomainLevel.at(user) > kDomainLevel.at(used)) return {};
        return user + " may not know " + used +
               " (shop <- auth, telegram, warehouse <- products <- "
               "orders <- reviews <- privacy); move what both need to the lower one";
    }
    if (from == to || admits(to) || admits(header)) return {};
    return from + " may not include " + to +
           " (see kMayInclude); move the shared part down, or pass "
           "a function in from server/app";
}

std::vector<Finding> check_includes(const SourceFile& file) {
    static const std::regex kInclude(R"re(^\s*#\s*include\s*["<]([^">]+)[">].*)re");
    std::vector<Finding> findings;
    const auto lines = lines_of(file.text);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        std::smatch match;
        if (!std::regex_match(lines[i], match, kInclude)) continue;
        if (const auto advice = refuse(file.path, match[1]))
            findings.push_back({file.path, i + 1, *advice});
    }
    return findings;
}

bool refused(const std::string& path, const std::string& header) {
    return !check_includes({path, "#include \"" + header + "\"\n"}).empty();
}

}  // namespace

TEST_CASE("every include of the product points down", "[tidy]") {
    const auto files = sources({"src"}, {".cpp", ".hpp"});
    REQUIRE(files.size() > 40);  // the walk found the sources

    std::vector<Finding> findings;
    for (const SourceFile& file : files) {
        const auto found = check_includes(file);
        findings.insert(findings.end(), found.begin(), found.end());
    }

    INFO(to_text(findings));
    CHECK(findings.empty());
}

TEST_CASE("the include rules refuse what ARCHITECTURE.md forbids", "[tidy]") {
    CHECK(refused("src/base/text.cpp", "storage/database.hpp"));
    CHECK(refused("src/transport/stdio.cpp", "mcp/session.hpp"));
    CHECK(refused("src/mcp/session.cpp", "tools/registry.hpp"));
    CHECK(refused("src/tools/registry.cpp", "mcp/session.hpp"));
    CHECK(refused("src/mcp/client/client.cpp", "mcp/session.hpp"));
    CHECK(refused("src/mcp/session.cpp", "mcp/client/client.hpp"));
    CHECK(refused("src/storage/sqlite.cpp", "domains/shop/shop.hpp"));
    CHECK(refused("src/domains/products/list.cpp", "domains/orders/order.hpp"));
    CHECK(refused("src/domains/warehouse/stock.cpp", "domains/products/product.hpp"));
    CHECK(refused("src/domains/auth/login.cpp", "domains/telegram/client.hpp"));
    CHECK(refused("src/domains/orders/create.cpp", "base/json.hpp"));
    CHECK(refused("src/domains/orders/create.cpp", "nlohmann/json.hpp"));
    CHECK(refused("src/storage/migrate.cpp", "sqlite3.h"));
    CHECK(refused("src/storage/sqlite.cpp", "pqxx/pqxx"));
    CHECK(refused("src/storage/postgresql.cpp", "libpq-fe.h"));
    CHECK(refused("src/net/http_server.hpp", "boost/beast.hpp"));
    CHECK(refused("src/transport/sse.cpp", "net/engine/connection.hpp"));
    CHECK(refused("src/net/http_client.hpp", "curl/curl.h"));
    CHECK(refused("src/oauth_client/client.hpp", "openssl/evp.h"));
    CHECK(refused("src/oauth_client/authorizer.cpp", "mcp/client/client.hpp"));
    CHECK(refused("src/attic/old.cpp", "base/text.hpp"));
}

TEST_CASE("the include rules admit what ARCHITECTURE.md draws", "[tidy]") {
    CHECK_FALSE(refused("src/tools/registry.cpp", "mcp/tool_host.hpp"));
    CHECK_FALSE(refused("src/mcp/client/client.cpp", "mcp/protocol.hpp"));
    CHECK_FALSE(refused("src/oauth_client/authorizer.hpp", "mcp/client/authorizer.hpp"));
    CHECK_FALSE(refused("src/domains/orders/create.cpp", "domains/products/product.hpp"));
    CHECK_FALSE(refused("src/domains/auth/token.cpp", "base/json.hpp"));  // a JWT is JSON
    CHECK_FALSE(refused("src/domains/products/list.cpp", "domains/warehouse/stock.hpp"));
    CHECK_FALSE(refused("src/domains/orders/create.cpp", "base/json_writer.hpp"));
    CHECK_FALSE(refused("src/storage/sqlite.cpp", "sqlite3.h"));
    CHECK_FALSE(refused("src/storage/postgresql_session.cpp", "pqxx/pqxx"));
    CHECK_FALSE(refused("src/net/http_server.cpp", "boost/beast.hpp"));
    CHECK_FALSE(refused("src/base/text.cpp", "utf8proc.h"));
    CHECK_FALSE(refused("src/server/app.cpp", "mcp/session.hpp"));
}

}  // namespace shopkeeper::tidy
