#include "tools/uri_template.hpp"

#include <algorithm>
#include <stdexcept>

namespace shopkeeper::tools {

UriTemplate::UriTemplate(std::string_view text) {
    for (;;) {
        const std::size_t open = text.find('{');
        literals_.emplace_back(text.substr(0, open));
        if (open == std::string_view::npos) break;
        const std::size_t close = text.find('}', open);
        if (close == std::string_view::npos)
            throw std::logic_error("a brace of the URI template is not closed");
        variables_.emplace_back(text.substr(open + 1, close - open - 1));
        text.remove_prefix(close + 1);
    }
}

std::optional<UriTemplate::Values> UriTemplate::match(std::string_view uri) const {
    Values values;
    for (std::size_t at = 0; at < variables_.size(); ++at) {
        if (!uri.starts_with(literals_[at])) return std::nullopt;
        uri.remove_prefix(literals_[at].size());
        const auto end =
            std::find_if_not(uri.begin(), uri.end(), [](char c) { return c >= '0' && c <= '9'; });
        const auto digits = static_cast<std::size_t>(end - uri.begin());
        if (digits == 0 || digits > kDigitsMax) return std::nullopt;
        values.emplace_back(variables_[at], uri.substr(0, digits));
        uri.remove_prefix(digits);
    }
    if (uri != literals_.back()) return std::nullopt;
    return values;
}

std::string UriTemplate::expand(const std::vector<std::string>& values) const {
    std::string uri = literals_.front();
    for (std::size_t at = 0; at < variables_.size(); ++at)
        uri.append(values.at(at)).append(literals_[at + 1]);
    return uri;
}

}  // namespace shopkeeper::tools
