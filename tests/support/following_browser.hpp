#pragma once

#include <string>
#include <utility>

#include "net/http_client.hpp"
#include "oauth_client/browser.hpp"

namespace shopkeeper::test {

/// A person who says yes to everything: opens the URL, and is sent back at once.
class FollowingBrowser final : public oauth_client::Browser {
public:
    explicit FollowingBrowser(net::HttpClient& http,
                              std::string redirect_uri = "http://127.0.0.1:3000/callback")
        : http_(http), redirect_uri_(std::move(redirect_uri)) {}

    Result<std::string> redirect_uri() override { return redirect_uri_; }

    Result<std::string> visit(const std::string& url, const std::string&,
                              std::stop_token stop) override {
        const auto response = http_.request({.url = url}, {}, std::move(stop));
        if (!response) return refuse(ErrorCode::unavailable, response.error().message);
        // As it stands on the wire: whatever is escaped in it belongs to a value.
        const std::string_view location = response->header("Location").value_or("");
        if (!location.starts_with(redirect_uri_ + "?")) {
            return refuse(ErrorCode::unavailable,
                          "the browser stays at status " + std::to_string(response->status));
        }
        return std::string(location.substr(redirect_uri_.size() + 1));
    }

private:
    net::HttpClient& http_;
    const std::string redirect_uri_;
};

}  // namespace shopkeeper::test
