#include "transport/http_peer.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "transport/http_tool_choice.hpp"

namespace shopkeeper::transport {
namespace {

using net::equals_ignoring_case;
using net::trimmed;

constexpr std::string_view kParamPrefix = "Mcp-Param-";

/// 4 or 16 bytes; empty when the text is no address. IPv4 inside IPv6 counts as IPv4.
std::vector<std::uint8_t> address_bytes(std::string_view text) {
    const std::string address(text);
    std::vector<std::uint8_t> bytes(16);
    if (inet_pton(AF_INET, address.c_str(), bytes.data()) == 1) {
        bytes.resize(4);
        return bytes;
    }
    if (inet_pton(AF_INET6, address.c_str(), bytes.data()) != 1) return {};
    constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    if (std::equal(kMapped.begin(), kMapped.end(), bytes.begin()))
        bytes.erase(bytes.begin(), bytes.begin() + 12);
    return bytes;
}

bool is_trusted(std::string_view address, const std::vector<AddressBlock>& proxies) {
    return std::any_of(proxies.begin(), proxies.end(),
                       [&](const AddressBlock& block) { return block.contains(address); });
}

/// Read from the right: each entry was written by the proxy after it, and only ours are believed.
void believe_proxies(const net::Request& request, const std::vector<AddressBlock>& proxies,
                     Peer& peer) {
    if (!is_trusted(peer.address, proxies)) return;
    auto chain = request.header("X-Forwarded-For").value_or("");
    while (!chain.empty()) {
        const auto comma = chain.rfind(',');
        const auto entry =
            trimmed(comma == std::string_view::npos ? chain : chain.substr(comma + 1));
        chain = comma == std::string_view::npos ? std::string_view() : chain.substr(0, comma);
        if (address_bytes(entry).empty()) break;
        peer.address = std::string(entry);
        // Who came through a proxy is not on this machine, whatever address the proxy wrote.
        peer.is_loopback = false;
        if (!is_trusted(entry, proxies)) break;
    }
}

std::optional<std::string> text_of(const std::optional<std::string_view>& value) {
    return value ? std::optional<std::string>(*value) : std::nullopt;
}

/// The value of the parameter `q` says "not at all".
bool is_excluded(std::string_view parameters) {
    while (!parameters.empty()) {
        const auto end = parameters.find(';');
        auto parameter = trimmed(parameters.substr(0, end));
        parameters =
            end == std::string_view::npos ? std::string_view() : parameters.substr(end + 1);
        if (!equals_ignoring_case(parameter.substr(0, 2), "q=")) continue;
        return parameter.find_first_not_of("0.", 2) == std::string_view::npos;
    }
    return false;
}

}  // namespace

std::optional<AddressBlock> AddressBlock::parse(std::string_view text) {
    const auto slash = text.find('/');
    AddressBlock block;
    block.bytes_ = address_bytes(text.substr(0, slash));
    if (block.bytes_.empty()) return std::nullopt;
    block.prefix_bits_ = static_cast<unsigned>(block.bytes_.size() * 8);
    if (slash == std::string_view::npos) return block;
    unsigned bits = 0;
    const auto* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data() + slash + 1, end, bits);
    if (error != std::errc() || stopped != end || bits > block.prefix_bits_) return std::nullopt;
    block.prefix_bits_ = bits;
    return block;
}

bool AddressBlock::contains(std::string_view address) const {
    const auto bytes = address_bytes(address);
    if (bytes.size() != bytes_.size()) return false;
    for (unsigned bit = 0; bit < prefix_bits_; ++bit) {
        const unsigned mask = 0x80U >> (bit % 8);
        if ((bytes[bit / 8] & mask) != (bytes_[bit / 8] & mask)) return false;
    }
    return true;
}

Peer read_peer(const net::Request& request, const std::vector<AddressBlock>& trusted_proxies) {
    Peer peer;
    peer.over_http = true;
    peer.address = request.peer_address;
    peer.is_loopback = request.peer_is_loopback;
    if (!trusted_proxies.empty()) believe_proxies(request, trusted_proxies, peer);
    peer.bearer = credentials(request);
    peer.headers.protocol_version = text_of(request.header("MCP-Protocol-Version"));
    peer.headers.method = text_of(request.header("Mcp-Method"));
    peer.headers.name = text_of(request.header("Mcp-Name"));
    bool chooses = false;
    for (std::size_t i = 0; i < request.header_count(); ++i) {
        const auto [name, value] = request.header_at(i);
        chooses |= equals_ignoring_case(name.substr(0, kChoicePrefix.size()), kChoicePrefix);
        if (!equals_ignoring_case(name.substr(0, kParamPrefix.size()), kParamPrefix)) continue;
        peer.headers.params.emplace_back(name.substr(kParamPrefix.size()), value);
    }
    if (chooses) {
        if (auto choice = read_choice_headers(request)) peer.choices.push_back(*std::move(choice));
    }
    peer.gone = request.gone;
    return peer;
}

std::optional<std::string> credentials(const net::Request& request) {
    constexpr std::string_view kScheme = "Bearer ";
    if (const auto header = request.header("Authorization")) {
        if (equals_ignoring_case(header->substr(0, kScheme.size()), kScheme)) {
            return std::string(trimmed(header->substr(kScheme.size())));
        }
    }
    return text_of(request.header("X-API-Key"));
}

std::optional<std::string_view> differing_header(const net::Request& request) {
    for (std::size_t i = 0; i < request.header_count(); ++i) {
        const auto name = request.header_at(i).name;
        const bool ours =
            equals_ignoring_case(name.substr(0, 4), "Mcp-") ||
            equals_ignoring_case(name.substr(0, kChoicePrefix.size()), kChoicePrefix) ||
            equals_ignoring_case(name, "Authorization");
        if (ours && request.header_differs(name)) return name;
    }
    return std::nullopt;
}

Accepted read_accept(const net::Request& request) {
    Accepted accepted;
    bool is_given = false;
    for (std::size_t i = 0; i < request.header_count(); ++i) {
        const auto [name, value] = request.header_at(i);
        if (!equals_ignoring_case(name, "Accept")) continue;
        is_given = true;
        std::string_view rest = value;
        while (!rest.empty()) {
            const auto comma = rest.find(',');
            const auto range = rest.substr(0, comma);
            rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
            const auto semicolon = range.find(';');
            if (semicolon != std::string_view::npos && is_excluded(range.substr(semicolon + 1)))
                continue;
            const auto type = trimmed(range.substr(0, semicolon));
            const bool any = type == "*/*";
            accepted.json |= any || equals_ignoring_case(type, "application/json") ||
                             equals_ignoring_case(type, "application/*");
            accepted.events |= any || equals_ignoring_case(type, "text/event-stream") ||
                               equals_ignoring_case(type, "text/*");
        }
    }
    return is_given ? accepted : Accepted{true, true};
}

bool is_json(const net::Request& request) {
    const auto type = request.header("Content-Type").value_or("");
    return equals_ignoring_case(trimmed(type.substr(0, type.find(';'))), "application/json");
}

}  // namespace shopkeeper::transport
