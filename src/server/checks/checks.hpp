#pragma once

#include <span>

#include "server/db_check.hpp"

/// The rules of docs/rules.md that whole tables keep, one file an idea. Each query is portable,
/// finds nothing in a sound database, and takes a time that grows with the rows, not their square.
namespace shopkeeper::server::checks {

std::span<const Invariant> stock();
std::span<const Invariant> orders();
std::span<const Invariant> order_histories();
std::span<const Invariant> catalogue();
std::span<const Invariant> people();
std::span<const Invariant> journal();

}  // namespace shopkeeper::server::checks
