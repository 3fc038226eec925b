#include "oauth_client/url.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace shopkeeper::oauth_client {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// Characters that a URL without a fragment may hold. Rule: RFC 3986 appendix A.
bool is_url_character(char c) {
    constexpr std::string_view kMarks = "-._~:/?[]@!$&'()*+,;=%";
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x80 && (std::isalnum(byte) != 0 || kMarks.find(c) != kMarks.npos);
}

bool is_host(std::string_view host) {
    if (host.empty()) return false;
    if (host.front() == '[') {
        const std::string_view address = host.substr(1, host.size() - 2);
        return host.size() > 4 && host.back() == ']' &&
               address.find_first_not_of("0123456789abcdef:.") == address.npos;
    }
    return std::all_of(host.begin(), host.end(), [](char c) {
        return is_digit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '.' || c == '_';
    });
}

bool is_port(std::string_view port) {
    unsigned number = 0;
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
    return error == std::errc() && end == port.data() + port.size() && number > 0 &&
           number <= 65535 && port.front() != '0';
}

std::string lowered(std::string_view text) {
    std::string low(text);
    std::transform(low.begin(), low.end(), low.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return low;
}

std::string_view own_port(std::string_view scheme) {
    return scheme == "https" ? "443" : "80";
}

/// 127.x.y.z in plain decimal digits: nothing that a resolver might look up as a name.
bool is_loopback_v4(std::string_view host) {
    return host.starts_with("127.") && std::count(host.begin(), host.end(), '.') == 3 &&
           host.back() != '.' && host.find("..") == host.npos &&
           host.find_first_not_of("0123456789.") == host.npos;
}

}  // namespace

std::string Url::origin() const {
    std::string text = scheme + "://" + host;
    if (port != own_port(scheme)) text += ":" + port;
    return text;
}

bool Url::is_loopback() const {
    return host == "localhost" || host == "[::1]" || is_loopback_v4(host);
}

std::optional<Url> parse_url(std::string_view text) {
    if (text.size() > kUrlBytesMax) return std::nullopt;
    if (!std::all_of(text.begin(), text.end(), is_url_character)) return std::nullopt;

    Url url;
    const auto scheme_end = text.find("://");
    if (scheme_end == text.npos) return std::nullopt;
    url.scheme = lowered(text.substr(0, scheme_end));
    if (url.scheme != "https" && url.scheme != "http") return std::nullopt;
    text.remove_prefix(scheme_end + 3);

    std::string_view authority = text.substr(0, text.find_first_of("/?"));
    text.remove_prefix(authority.size());
    if (authority.empty()) return std::nullopt;
    const auto host_end = authority.front() == '[' ? authority.find(']') + 1 : authority.find(':');
    url.host = lowered(authority.substr(0, host_end));
    authority.remove_prefix(std::min(authority.size(), url.host.size()));
    if (!is_host(url.host)) return std::nullopt;
    url.port = own_port(url.scheme);
    if (!authority.empty()) {
        if (authority.front() != ':' || !is_port(authority.substr(1))) return std::nullopt;
        url.port = authority.substr(1);
    }

    url.path = text.substr(0, text.find('?'));
    url.query = text.substr(std::min(text.size(), url.path.size() + 1));
    return url;
}

bool may_visit(const Url& url, const Url& server) {
    return url.scheme == "https" || (url.is_loopback() && server.is_loopback());
}

}  // namespace shopkeeper::oauth_client
