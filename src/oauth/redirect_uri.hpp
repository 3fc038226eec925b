#pragma once

#include <string>
#include <string_view>

/// Where the answer to an authorization may be sent. Rule: OAuth 2.1 2.3, RFC 8252 7.
namespace shopkeeper::oauth {

inline constexpr std::size_t kRedirectUriMax = 2000;  ///< bytes

/// True for what a program may register: https, http on loopback, or a scheme of the program's own
/// (a reverse domain name, or one of the few well-known without dots). No user name, no fragment,
/// no character that a URI must escape.
bool is_registrable_redirect(std::string_view uri);

/// True when `presented` is the registered URI to the letter. Of an http URI on loopback the port
/// may be another: programs take a free one when they start.
bool matches_redirect(std::string_view registered, std::string_view presented);

/// True when the answer stays on the machine of the browser, where any program may pose as any
/// other.
bool is_loopback_redirect(std::string_view uri);

/// Scheme, host and port, or the scheme of a program's own: a source of the form-action directive.
/// REQUIRES: is_registrable_redirect(uri).
std::string redirect_source(std::string_view uri);

}  // namespace shopkeeper::oauth
