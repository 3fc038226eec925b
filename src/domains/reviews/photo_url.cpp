#include "domains/reviews/photo_url.hpp"

#include <algorithm>
#include <vector>

#include "base/text.hpp"

namespace shopkeeper::reviews {
namespace {

constexpr std::string_view kScheme = "https://";

/// Names that mean something only inside a network or a machine.
constexpr std::string_view kLocalEndings[] = {"localhost", "local",   "internal", "intranet",
                                              "lan",       "home",    "corp",     "arpa",
                                              "test",      "invalid", "onion",    "localdomain"};

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// Plain ASCII without spaces, quotes, brackets and backslashes: nothing a renderer could trip on.
bool is_plain(std::string_view url) {
    constexpr std::string_view kRefused = "\"'<>\\^`{|}";
    return std::all_of(url.begin(), url.end(), [&](char c) {
        return c > ' ' && c < 0x7F && kRefused.find(c) == std::string_view::npos;
    });
}

std::vector<std::string_view> labels_of(std::string_view host) {
    std::vector<std::string_view> labels;
    for (;;) {
        const std::size_t dot = host.find('.');
        labels.push_back(host.substr(0, dot));
        if (dot == std::string_view::npos) return labels;
        host.remove_prefix(dot + 1);
    }
}

bool is_label(std::string_view label) {
    constexpr std::size_t kLabelMax = 63;
    return !label.empty() && label.size() <= kLabelMax && label.front() != '-' &&
           label.back() != '-' && std::all_of(label.begin(), label.end(), [](char c) {
               return is_letter(c) || is_digit(c) || c == '-';
           });
}

/// At least two labels, the last one of letters first: so no dotted, hexadecimal or shortened
/// address passes for a name.
bool is_public_host(std::string_view host) {
    const auto labels = labels_of(host);
    if (labels.size() < 2 || !std::all_of(labels.begin(), labels.end(), is_label)) return false;
    if (!is_letter(labels.back().front())) return false;
    const std::string ending = text::lower(labels.back());
    return std::find(std::begin(kLocalEndings), std::end(kLocalEndings), ending) ==
           std::end(kLocalEndings);
}

}  // namespace

Result<void> check_photo_url(std::string_view url, const std::string& field) {
    const auto wrong = [&](std::string_view why) {
        return invalid_argument(field,
                                "A photo is an https address with a public host name, for "
                                "instance https://example.com/photo.jpg: " +
                                    std::string(why),
                                std::string(url));
    };
    if (text::lower(url.substr(0, kScheme.size())) != kScheme) {
        return wrong("it must begin with https://.");
    }
    if (!is_plain(url)) return wrong("write other characters percent-encoded.");
    const std::string_view rest = url.substr(kScheme.size());
    const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
    if (authority.find('@') != std::string_view::npos) return wrong("no user name in it.");
    if (authority.find(':') != std::string_view::npos) return wrong("no port in it.");
    if (!is_public_host(authority)) return wrong("addresses and local names are refused.");
    return {};
}

}  // namespace shopkeeper::reviews
