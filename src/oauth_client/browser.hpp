#pragma once

#include <stop_token>
#include <string>

#include "base/result.hpp"

namespace shopkeeper::oauth_client {

/// The way to the person who grants access. Thread-safe.
class Browser {
public:
    virtual ~Browser() = default;

    /// Where authorization servers shall send the person back: a URL on this machine, the same for
    /// the life of the object.
    /// Errors: unavailable, when nobody can listen there.
    virtual Result<std::string> redirect_uri() = 0;

    /// Shows `url`, which asks for an answer with `state`, and waits for it: the query with which
    /// the browser came back, as it stood in the URL.
    /// Errors: unauthenticated, reason `no_answer`: the person did not come back in time;
    /// unavailable: the stop token.
    virtual Result<std::string> visit(const std::string& url, const std::string& state,
                                      std::stop_token stop) = 0;
};

}  // namespace shopkeeper::oauth_client
