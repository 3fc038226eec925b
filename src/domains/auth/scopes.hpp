#pragma once

#include <bitset>
#include <cstddef>
#include <string>
#include <string_view>

/// What an OAuth token may be used for: parts of the shop, to read or to change.
namespace shopkeeper::auth {

enum class Area { catalogue, orders, warehouse, shop, reviews, customers };
inline constexpr std::size_t kAreaCount = 6;

std::string_view word(Area area);

/// "orders:read" or "orders:write".
struct Scope {
    Area area;
    bool writes;
};
std::string word(Scope scope);

/// Some of the scopes. Changing includes reading: a set with `orders:write` has `orders:read`.
class ScopeSet {
public:
    static ScopeSet all();
    static ScopeSet reading();
    /// The scopes of a list with blanks between them, as OAuth writes it; words that are none of
    /// ours are left out.
    static ScopeSet parse(std::string_view list);

    void add(Scope scope);
    /// The same areas, to change as well.
    ScopeSet with_changes() const;
    bool has(Scope scope) const { return bits_.test(index(scope)); }
    bool empty() const { return bits_.none(); }
    /// The list, every scope by name, in one order.
    std::string text() const;

    friend ScopeSet operator|(ScopeSet left, const ScopeSet& right) {
        left.bits_ |= right.bits_;
        return left;
    }
    friend ScopeSet operator&(ScopeSet left, const ScopeSet& right) {
        left.bits_ &= right.bits_;
        return left;
    }
    friend bool operator==(const ScopeSet&, const ScopeSet&) = default;

private:
    static std::size_t index(Scope scope) {
        return static_cast<std::size_t>(scope.area) * 2 + (scope.writes ? 1 : 0);
    }
    std::bitset<kAreaCount * 2> bits_;
};

/// Every scope there is, readers before writers of each area: what lists of them are made of.
template <class Use>
void for_each_scope(Use&& use) {
    for (std::size_t area = 0; area < kAreaCount; ++area) {
        use(Scope{static_cast<Area>(area), false});
        use(Scope{static_cast<Area>(area), true});
    }
}

}  // namespace shopkeeper::auth
