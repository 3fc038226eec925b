#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/http_message.hpp"
#include "transport/transport.hpp"

namespace shopkeeper::transport {

/// A block of addresses: `10.0.0.0/8`, `fd00::/8`, or one address.
class AddressBlock {
public:
    /// nullopt when the text is none.
    static std::optional<AddressBlock> parse(std::string_view text);
    bool contains(std::string_view address) const;

private:
    std::vector<std::uint8_t> bytes_;  ///< 4 or 16
    unsigned prefix_bits_ = 0;
};

/// What the protocol is told about the sender. `gone` is the connection's own token.
/// Behind a trusted proxy the address is the last one in X-Forwarded-For that is not a proxy of
/// ours. Rule: operations C7 (HTTP_TRUSTED_PROXIES).
Peer read_peer(const net::Request& request, const std::vector<AddressBlock>& trusted_proxies);

/// The token or key that a request shows. Rule: operations C12 (Bearer or X-API-Key).
std::optional<std::string> credentials(const net::Request& request);

/// The first MCP header that came twice with different values, if any: such a request is refused.
/// Rule: protocol.md 8.4.
std::optional<std::string_view> differing_header(const net::Request& request);

/// Which of the two answer types a client takes.
struct Accepted {
    bool json = false;
    bool events = false;
};
/// No Accept header accepts everything.
Accepted read_accept(const net::Request& request);

/// True for `application/json`, with or without parameters.
bool is_json(const net::Request& request);

}  // namespace shopkeeper::transport
