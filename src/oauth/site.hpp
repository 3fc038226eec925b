#pragma once

#include <string>

namespace shopkeeper::oauth {

/// Under which names the server is known. From configuration only: no header of a request has a
/// say. Immutable.
struct Site {
    std::string issuer;    ///< scheme and host, without a slash: https://shop.example
    std::string resource;  ///< what tokens are for: <issuer>/mcp

    static Site at(const std::string& base_url) { return {base_url, base_url + "/mcp"}; }
    /// Cookies and pages go over TLS only.
    bool is_secure() const { return issuer.starts_with("https://"); }
};

}  // namespace shopkeeper::oauth
