#pragma once

#include <string>
#include <string_view>

/// Triggers that refuse changes of a table, in PostgreSQL's words. Rule: domain T5.
namespace shopkeeper::storage::postgresql {

/// See Database::append_only_guard, Database::maintainable_guard.
std::string append_only_guard(std::string_view table);
std::string maintainable_guard(std::string_view table);

}  // namespace shopkeeper::storage::postgresql
