// What no source of ours may contain, each with the way out. The words are written in two halves
// where this file would otherwise find itself.
#include <catch2/catch.hpp>
#include <regex>

#include "tidy/sources.hpp"

namespace shopkeeper::tidy {
namespace {

constexpr std::size_t kColumnsMax = 120;
constexpr std::size_t kLinesMax = 600;

struct Banned {
    std::regex pattern;
    std::regex where;   ///< Paths the ban holds for.
    std::regex except;  ///< Paths it does not.
    std::string advice;
};

const std::regex kEverywhere(".*");
const std::regex kNowhere("");

const std::vector<Banned> kBanned = {
    {std::regex(R"(\bdetach\s*\()"), kEverywhere, kNowhere,
     "own the thread in a std::jthread and stop it with its stop_token"},
    {std::regex(R"(\bsleep_(for|until)\s*\(|\busleep\s*\()"), std::regex("tests/.*"), kNowhere,
     "wait on the condition itself, with a deadline; a sleep is slow and still races"},
    {std::regex("\\b(TO"
                "DO|FIX"
                "ME|XX"
                "X|HA"
                "CK)\\b"),
     kEverywhere, kNowhere, "do it now, or describe the limit in a sentence"},
    {std::regex(R"(\busing\s+namespace\s+std\s*;)"), kEverywhere, kNowhere,
     "name what you use: using std::string_view, or write std::"},
    {std::regex(R"(\b(secure_)?getenv\s*\()"), std::regex("src/.*"),
     std::regex("src/server/options\\.cpp"),
     "only server/options.cpp reads the environment; take an option instead"},
    {std::regex(R"(\bstd::(cout|cin)\b|\bprintf\s*\()"), std::regex("src/.*"),
     std::regex("src/server/.*"),
     "stdout belongs to the protocol; log with base/log.hpp, print only in server/"},
    {std::regex(R"(\bsystem_clock::now\s*\(|\btime\s*\(\s*(nullptr|NULL|0)\s*\))"),
     std::regex("src/(domains|tools|mcp|journal)/.*"), kNowhere,
     "ask the clock of the call (base/clock.hpp), so that a test can set it"},
    {std::regex(R"(\brand\s*\(\s*\)|\bsrand\s*\(|\brandom_device\b)"), std::regex("src/.*"),
     std::regex("src/base/random\\.cpp"), "take randomness from base/random.hpp"},
    {std::regex("(^|[\"' ])/(ro"
                "ot|wo"
                "rk)/"),
     kEverywhere, kNowhere,
     "no path of one machine; start from SHOPKEEPER_SOURCE_DIR or a temporary folder"},
};

/// Columns as a reader counts them: code points, not bytes.
std::size_t columns(std::string_view line) {
    std::size_t count = 0;
    for (const char c : line)
        if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) ++count;
    return count;
}

std::vector<Finding> check_banned(const SourceFile& file) {
    std::vector<Finding> findings;
    const auto lines = lines_of(file.text);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        for (const Banned& rule : kBanned)
            if (std::regex_match(file.path, rule.where) &&
                !std::regex_match(file.path, rule.except) &&
                std::regex_search(lines[i], rule.pattern))
                findings.push_back({file.path, i + 1, rule.advice});
        if (columns(lines[i]) > kColumnsMax)
            findings.push_back(
                {file.path, i + 1, "longer than 120 columns; run ./dev format or break it"});
    }
    if (lines.size() > kLinesMax)
        findings.push_back({file.path, lines.size(),
                            "more than 600 lines; which two ideas are in it? Give each a file"});
    return findings;
}

bool refused(const std::string& path, const std::string& line) {
    return !check_banned({path, line + "\n"}).empty();
}

}  // namespace

TEST_CASE("no source contains what is banned", "[tidy]") {
    const auto files = sources({"src", "tests", "harness", "bench", "prove"}, {".cpp", ".hpp"});
    REQUIRE(files.size() > 40);

    std::vector<Finding> findings;
    for (const SourceFile& file : files) {
        const auto found = check_banned(file);
        findings.insert(findings.end(), found.begin(), found.end());
    }

    INFO(to_text(findings));
    CHECK(findings.empty());
}

TEST_CASE("the bans catch what they name", "[tidy]") {
    CHECK(refused("src/net/a.cpp",
                  "worker.det"
                  "ach();"));
    CHECK(refused("tests/unit/a.cpp",
                  "std::this_thread::sleep"
                  "_for(10ms);"));
    CHECK(refused("src/net/a.cpp",
                  "// TO"
                  "DO: later"));
    CHECK(refused("src/net/a.cpp",
                  "using name"
                  "space std;"));
    CHECK(refused("src/net/a.cpp",
                  "const char* home = get"
                  "env(\"HOME\");"));
    CHECK(refused("src/net/a.cpp", std::string(121, 'x')));
    CHECK(refused("src/tools/a.cpp",
                  "std::"
                  "cout << reply;"));
    CHECK(refused("src/domains/a.cpp",
                  "const auto now = std::chrono::system_clock::no"
                  "w();"));
    std::string long_file;
    for (int i = 0; i < 601; ++i) long_file += "\n";
    CHECK(refused("src/net/a.cpp", long_file));
}

TEST_CASE("the bans leave alone what only looks alike", "[tidy]") {
    CHECK_FALSE(refused("src/server/options.cpp",
                        "const char* home = std::get"
                        "env(\"HOME\");"));
    CHECK_FALSE(refused("src/server/supervisor.cpp",
                        "std::this_thread::sleep"
                        "_for(10ms);"));
    CHECK_FALSE(refused("src/base/log.cpp", "std::snprintf(buffer, size, format);"));
    CHECK_FALSE(refused("src/net/a.cpp",
                        "using name"
                        "space std::chrono_literals;"));
    std::string wide;
    for (int i = 0; i < 100; ++i) wide += "ж";  // 200 bytes, 100 columns
    CHECK_FALSE(refused("src/net/a.cpp", wide));
}

TEST_CASE("every header guards itself and says what it promises", "[tidy]") {
    for (const SourceFile& file : sources({"src"}, {".hpp"})) {
        CAPTURE(file.path);
        CHECK(file.text.find("#pragma once") != std::string::npos);  // add it as the first line
        CHECK(file.text.find("///") != std::string::npos);  // write the contract of the face
    }
}

}  // namespace shopkeeper::tidy
