#pragma once

#include <optional>
#include <string_view>

#include "base/demand.hpp"
#include "base/result.hpp"
#include "domains/auth/identity.hpp"

/// Which OAuth scope a tool needs: its domain's area, to read or to change. One table.
namespace shopkeeper::tools {

/// `domain` is a folder of schemas/. nullopt: signing in and asking who one is need no scope.
std::optional<auth::Area> area_of(std::string_view domain);

/// Errors: permission_denied, and `demand` says what would help.
Result<void> check_area(const auth::Scopes& scopes, std::optional<auth::Scope> needed,
                        std::optional<Demand>& demand);

/// What a caller needs who was refused for having shown no credential that is good; nullopt for
/// other refusals. Asks for reading besides, so that a person is not sent to the login page once
/// for each part of the shop.
std::optional<Demand> demand_of(const Error& refusal, std::optional<auth::Scope> needed);

}  // namespace shopkeeper::tools
