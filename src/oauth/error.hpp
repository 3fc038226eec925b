#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace shopkeeper::oauth {

/// A refusal in OAuth's own words. Rule: RFC 6749 4.1.2.1, 5.2; RFC 7591 3.2.2.
struct OAuthError {
    std::string_view code;  ///< a literal: "invalid_grant"
    std::string description;
};

template <class T>
using OAuthResult = tl::expected<T, OAuthError>;

inline tl::unexpected<OAuthError> fail(std::string_view code, std::string description) {
    return tl::unexpected(OAuthError{code, std::move(description)});
}

}  // namespace shopkeeper::oauth
