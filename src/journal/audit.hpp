#pragma once

#include <string>
#include <string_view>

#include "base/call_context.hpp"
#include "storage/database.hpp"

namespace shopkeeper::journal {

/// Appends one row to the shop's audit chain, in the transaction of the change. The row's hash
/// covers its content and the hash before it, so that a later alteration shows.
/// Rule: domain I9, I10; operations B7.
void append_audit(storage::Connection& connection, const CallContext& context,
                  std::string_view tool, std::string_view argument_digest);

/// The id of the first row of a shop's chain that does not fit the one before it; 0 when all fit.
std::int64_t first_broken_audit_row(storage::Connection& connection, std::int64_t shop_id);

}  // namespace shopkeeper::journal
