#include "storage/postgresql_url.hpp"

#include <algorithm>

namespace shopkeeper::storage {
namespace {

constexpr std::string_view kSchemes[] = {"postgresql://", "postgres://"};

bool has_parameter(std::string_view url, std::string_view name) {
    std::size_t at = url.find('?');
    while (at != std::string_view::npos) {
        std::string_view rest = url.substr(at + 1);
        if (rest.starts_with(name) && rest.substr(name.size()).starts_with('=')) return true;
        at = url.find('&', at + 1);
    }
    return false;
}

}  // namespace

bool is_postgresql_url(std::string_view text) {
    return std::any_of(std::begin(kSchemes), std::end(kSchemes),
                       [&](std::string_view scheme) { return text.starts_with(scheme); });
}

std::string with_defaults(std::string_view url, std::span<const UrlParameter> defaults) {
    std::string result(url);
    for (const UrlParameter& parameter : defaults) {
        if (has_parameter(result, parameter.name)) continue;
        result += result.find('?') == std::string::npos ? '?' : '&';
        result += parameter.name;
        result += '=';
        result += parameter.value;
    }
    return result;
}

std::string shown_url(std::string_view url) {
    const std::string_view address = url.substr(0, url.find('?'));
    std::string shown;
    std::string_view rest = address;
    if (const std::size_t scheme = rest.find("://"); scheme != std::string_view::npos) {
        shown = rest.substr(0, scheme + 3);
        rest.remove_prefix(shown.size());
    }
    // A password may itself hold an unescaped '@': what follows the last one is the host.
    if (const std::size_t at = rest.rfind('@'); at != std::string_view::npos) {
        shown += rest.substr(0, std::min(rest.find(':'), at));
        rest.remove_prefix(at);
    }
    shown += rest;
    char separator = '?';
    for (std::string_view left = url.substr(address.size()); !left.empty();) {
        left.remove_prefix(1);  // the separator
        const std::string_view parameter = left.substr(0, left.find('&'));
        left.remove_prefix(parameter.size());
        const bool is_secret = parameter.substr(0, parameter.find('=')).ends_with("password");
        if (is_secret || parameter.empty()) continue;
        shown += separator;
        shown += parameter;
        separator = '&';
    }
    return shown;
}

}  // namespace shopkeeper::storage
