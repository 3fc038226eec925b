#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "mcp/resource_host.hpp"

namespace shopkeeper::test {

/// Resources that exercise the protocol and nothing else: `test://letters/<a..e>`, two on a page,
/// and URIs that are refused (`test://locked`) or break (`test://broken`).
class FakeResourceHost final : public mcp::ResourceHost {
public:
    std::span<const std::string> templates() const override { return templates_; }

    mcp::HostAnswer<mcp::ResourcePage> list(std::string_view position,
                                            const mcp::Asker& asker) override {
        last_bearer = asker.bearer.value_or("");
        const std::size_t from = position.empty() ? 0 : kLetters.find(position);
        if (from == std::string_view::npos || position.size() > 1)
            return mcp::give_nothing({.kind = mcp::HostFailure::Kind::invalid, .message = {}});
        Json page = Json::array();
        for (const char letter : kLetters.substr(from, kPage)) {
            const std::string name(1, letter);
            page.push_back({{"uri", "test://letters/" + name},
                            {"name", name},
                            {"description", "The letter " + name}});
        }
        const std::string_view rest = kLetters.substr(std::min(from + kPage, kLetters.size()));
        return mcp::ResourcePage{.resources_json = page.dump(),
                                 .next = std::string(rest.substr(0, 1)),
                                 .cache = {.ttl_ms = 7, .is_public = false}};
    }

    mcp::HostAnswer<mcp::ResourceRead> read(std::string_view uri,
                                            const mcp::Asker& asker) override {
        last_bearer = asker.bearer.value_or("");
        using Kind = mcp::HostFailure::Kind;
        if (uri == "test://locked") {
            return mcp::give_nothing({.kind = Kind::refused,
                                      .message = "Not for you.",
                                      .data_json = R"({"reason":"test"})"});
        }
        if (uri == "test://broken")
            return mcp::give_nothing({.kind = Kind::failed, .message = "internal error (r-1)"});
        constexpr std::string_view kPrefix = "test://letters/";
        const bool is_letter = uri.starts_with(kPrefix) && uri.size() == kPrefix.size() + 1 &&
                               kLetters.find(uri.back()) != std::string_view::npos;
        if (!is_letter) return mcp::give_nothing({.kind = Kind::not_found, .message = {}});
        const Json contents = {
            {{"uri", uri}, {"mimeType", "text/plain"}, {"text", std::string(1, uri.back())}}};
        return mcp::ResourceRead{.contents_json = contents.dump(),
                                 .cache = {.ttl_ms = 60'000, .is_public = true}};
    }

    bool is_quick() const override { return quick; }

    bool quick = true;
    std::string last_bearer;

private:
    static constexpr std::string_view kLetters = "abcde";
    static constexpr std::size_t kPage = 2;
    const std::vector<std::string> templates_ = {
        R"({"name":"letter","uriTemplate":"test://letters/{letter}"})"};
};

}  // namespace shopkeeper::test
