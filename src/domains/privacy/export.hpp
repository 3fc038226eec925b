#pragma once

#include <string>

#include "base/clock.hpp"
#include "domains/privacy/person.hpp"

namespace shopkeeper::privacy {

/// One JSON document with every row that is held on the person, all its columns under their names:
/// `{"shop_id", "client_id", "exported_ms", "tables": {"client": [...], "orders": [...], ...},
/// "named_in": [...]}`. `named_in` has what orders of other clients say of the person, and nothing
/// else of them. Rule: domain T8.
std::string export_person(storage::Connection& connection, const Person& person, UnixMs now_ms);

}  // namespace shopkeeper::privacy
