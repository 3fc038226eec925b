#pragma once

#include <sys/socket.h>

namespace shopkeeper::net {

/// An address of the public Internet: nothing that means "here", "this network", "this house" or
/// "everybody", also when it is wrapped into an IPv6 one. Rule: RFC 6890 and its registries.
bool is_public_address(const sockaddr& address);

}  // namespace shopkeeper::net
