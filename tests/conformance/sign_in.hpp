#pragma once

#include <memory>
#include <string>

#include "base/json.hpp"
#include "base/random.hpp"
#include "net/http_client.hpp"
#include "oauth_client/authorizer.hpp"
#include "support/following_browser.hpp"

namespace shopkeeper::conformance {

/// The real authorizer for one scenario: with the client that its context names, if it names one,
/// and a person who says yes, unless the scenario is about programs without one.
class SignIn {
public:
    SignIn(net::HttpClient& http, const std::string& server_url, const std::string& scenario,
           const Json& context);

    mcp::client::Authorizer& authorizer() { return *authorizer_; }

private:
    SystemClock clock_;
    SystemRandom random_;
    test::FollowingBrowser browser_;
    oauth_client::MemoryCredentialStore store_;
    std::unique_ptr<oauth_client::Authorizer> authorizer_;
};

}  // namespace shopkeeper::conformance
