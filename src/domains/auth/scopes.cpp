#include "domains/auth/scopes.hpp"

#include <algorithm>
#include <array>

namespace shopkeeper::auth {

std::string_view word(Area area) {
    constexpr std::array<std::string_view, kAreaCount> kWords = {
        "catalogue", "orders", "warehouse", "shop", "reviews", "customers"};
    return kWords.at(static_cast<std::size_t>(area));
}

std::string word(Scope scope) {
    return std::string(word(scope.area)) + (scope.writes ? ":write" : ":read");
}

ScopeSet ScopeSet::all() {
    ScopeSet set;
    set.bits_.set();
    return set;
}

ScopeSet ScopeSet::reading() {
    ScopeSet set;
    for_each_scope([&](Scope scope) {
        if (!scope.writes) set.add(scope);
    });
    return set;
}

ScopeSet ScopeSet::parse(std::string_view list) {
    ScopeSet set;
    while (!list.empty()) {
        const std::size_t end = std::min(list.find(' '), list.size());
        for_each_scope([&](Scope scope) {
            if (word(scope) == list.substr(0, end)) set.add(scope);
        });
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return set;
}

void ScopeSet::add(Scope scope) {
    bits_.set(index(scope));
    bits_.set(index({scope.area, false}));
}

ScopeSet ScopeSet::with_changes() const {
    ScopeSet more = *this;
    for_each_scope([&](Scope scope) {
        if (has(scope)) more.add({scope.area, true});
    });
    return more;
}

std::string ScopeSet::text() const {
    std::string list;
    for_each_scope([&](Scope scope) {
        if (!has(scope)) return;
        if (!list.empty()) list += ' ';
        list += word(scope);
    });
    return list;
}

}  // namespace shopkeeper::auth
