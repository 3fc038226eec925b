#include "net/public_address.hpp"

#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace shopkeeper::net {
namespace {

struct Block4 {
    std::uint32_t first;  ///< host byte order
    int prefix_bits;
};

constexpr std::uint32_t ip(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
    return a << 24 | b << 16 | c << 8 | d;
}

constexpr Block4 kSpecial4[] = {
    {ip(0, 0, 0, 0), 8},                                  // this network
    {ip(10, 0, 0, 0), 8},                                 // private
    {ip(100, 64, 0, 0), 10},                              // shared by a provider's customers
    {ip(127, 0, 0, 0), 8},                                // loopback
    {ip(169, 254, 0, 0), 16},                             // link-local: metadata services of clouds
    {ip(172, 16, 0, 0), 12},                              // private
    {ip(192, 0, 0, 0), 24},                               // protocol assignments
    {ip(192, 0, 2, 0), 24},                               // documentation
    {ip(192, 88, 99, 0), 24},                             // 6to4 relays
    {ip(192, 168, 0, 0), 16},                             // private
    {ip(198, 18, 0, 0), 15},                              // benchmarks
    {ip(198, 51, 100, 0), 24}, {ip(203, 0, 113, 0), 24},  // documentation
    {ip(224, 0, 0, 0), 3},                                // multicast, reserved, broadcast
};

bool is_public4(std::uint32_t address) {
    return std::none_of(std::begin(kSpecial4), std::end(kSpecial4), [&](const Block4& block) {
        return (address ^ block.first) >> (32 - block.prefix_bits) == 0;
    });
}

using Bytes6 = std::array<std::uint8_t, 16>;

std::uint32_t last4(const Bytes6& bytes) {
    return ip(bytes[12], bytes[13], bytes[14], bytes[15]);
}

bool starts_with(const Bytes6& bytes, std::initializer_list<std::uint8_t> prefix) {
    return std::equal(prefix.begin(), prefix.end(), bytes.begin());
}

bool is_public6(const Bytes6& bytes) {
    if (starts_with(bytes, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff})) {  // IPv4-mapped
        return is_public4(last4(bytes));
    }
    if (starts_with(bytes, {0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0})) {  // NAT64
        return is_public4(last4(bytes));
    }
    if ((bytes[0] & 0xe0) != 0x20) return false;                   // only 2000::/3 is handed out
    return !starts_with(bytes, {0x20, 0x01, 0x0d, 0xb8}) &&        // documentation
           !(starts_with(bytes, {0x20, 0x01}) && bytes[2] < 2) &&  // protocols, Teredo among them
           !starts_with(bytes, {0x20, 0x02}) &&                    // 6to4
           !starts_with(bytes, {0x3f, 0xff});                      // documentation
}

}  // namespace

bool is_public_address(const sockaddr& address) {
    if (address.sa_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, &address, sizeof v4);
        return is_public4(ntohl(v4.sin_addr.s_addr));
    }
    if (address.sa_family == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, &address, sizeof v6);
        Bytes6 bytes{};
        std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
        return is_public6(bytes);
    }
    return false;
}

}  // namespace shopkeeper::net
