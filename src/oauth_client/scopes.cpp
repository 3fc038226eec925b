#include "oauth_client/scopes.hpp"

#include <algorithm>

namespace shopkeeper::oauth_client {
namespace {

bool is_scope(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return c > ' ' && c < 0x7f && c != '"' && c != '\\';
    });
}

}  // namespace

Scopes read_scopes(std::string_view text) {
    Scopes scopes;
    while (!text.empty() && scopes.size() < kScopesMax) {
        const std::string_view word = text.substr(0, text.find(' '));
        text.remove_prefix(std::min(text.size(), word.size() + 1));
        if (is_scope(word) && !contains(scopes, word)) scopes.emplace_back(word);
    }
    return scopes;
}

std::string spaced(const Scopes& scopes) {
    std::string text;
    for (const std::string& scope : scopes) {
        if (!text.empty()) text += ' ';
        text += scope;
    }
    return text;
}

Scopes united(Scopes first, const Scopes& second) {
    for (const std::string& scope : second) {
        if (!contains(first, scope)) first.push_back(scope);
    }
    return first;
}

bool contains(const Scopes& scopes, std::string_view scope) {
    return std::find(scopes.begin(), scopes.end(), scope) != scopes.end();
}

bool contains_all(const Scopes& scopes, const Scopes& wanted) {
    return std::all_of(wanted.begin(), wanted.end(),
                       [&](const std::string& scope) { return contains(scopes, scope); });
}

}  // namespace shopkeeper::oauth_client
