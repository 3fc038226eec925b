#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "base/json.hpp"
#include "net/http_client.hpp"

/// What a stateless request repeats of itself in HTTP headers, so that proxies can route it without
/// reading its body. Rule: protocol.md 3.4.
namespace shopkeeper::mcp::client {

/// A value of Mcp-Name or Mcp-Param: itself, or its base64 form where a header could not carry it
/// or it could be taken for such a form.
std::string encode_header(std::string_view value);

/// An argument of a tool that its schema annotates with `x-mcp-header`.
struct HeaderArgument {
    std::string header;             ///< "Mcp-Param-Region"
    std::vector<std::string> path;  ///< the members that lead to it from the arguments
};

/// The annotations of an input schema. The error says which of the rules an annotation breaks; such
/// a tool must not be called.
tl::expected<std::vector<HeaderArgument>, std::string> header_arguments(const Json& input_schema);

/// The headers of a call; an argument that is absent or null has none.
net::HeaderFields mirror(const std::vector<HeaderArgument>& annotated, const Json& arguments);

}  // namespace shopkeeper::mcp::client
