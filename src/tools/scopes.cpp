#include "tools/scopes.hpp"

#include <array>
#include <stdexcept>
#include <string>
#include <utility>

namespace shopkeeper::tools {

std::optional<auth::Area> area_of(std::string_view domain) {
    using auth::Area;
    constexpr std::array<std::pair<std::string_view, std::optional<Area>>, 7> kAreas = {{
        {"auth", std::nullopt},
        {"products", Area::catalogue},
        {"orders", Area::orders},
        {"warehouse", Area::warehouse},
        {"shop", Area::shop},
        {"reviews", Area::reviews},
        {"telegram", Area::customers},
    }};
    for (const auto& [name, area] : kAreas) {
        if (name == domain) return area;
    }
    throw std::logic_error("no area for tools of schemas/" + std::string(domain) +
                           ": add a line to the table in tools/scopes.cpp");
}

Result<void> check_area(const auth::Scopes& scopes, std::optional<auth::Scope> needed,
                        std::optional<Demand>& demand) {
    if (!scopes.areas || !needed || scopes.areas->has(*needed)) return {};
    const std::string scope = word(*needed);
    demand = Demand{Demand::Kind::scopes, scope};
    return permission_denied(
        "role", "The access token lacks the scope " + scope + "; sign in again to allow it.",
        scope);
}

std::optional<Demand> demand_of(const Error& refusal, std::optional<auth::Scope> needed) {
    if (refusal.code != ErrorCode::unauthenticated) return std::nullopt;
    auth::ScopeSet scopes = auth::ScopeSet::reading();
    if (needed) scopes.add(*needed);
    return Demand{Demand::Kind::token, scopes.text()};
}

}  // namespace shopkeeper::tools
