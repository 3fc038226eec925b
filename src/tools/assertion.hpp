#pragma once

#include <optional>

#include "base/json.hpp"
#include "base/result.hpp"
#include "domains/auth/identity.hpp"

namespace shopkeeper::tools {

/// The customer that a service says it speaks for, in the `_meta` of its request; none where it
/// says nothing. Whether it may is decided by auth::identify. `meta` may be null.
/// Errors: invalid_argument (an assertion that cannot be read). Rule: domain A6.
Result<std::optional<auth::Assertion>> read_assertion(const Json* meta);

}  // namespace shopkeeper::tools
