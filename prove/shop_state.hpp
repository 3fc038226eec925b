#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "storage/database.hpp"

namespace shopkeeper::prove {

/// Tells whether anything in a database changed, the records of idempotency keys left out: of every
/// table the number of rows and the sum of what an update of a row changes.
class ShopState {
public:
    ShopState();

    std::vector<std::int64_t> of(storage::Database& database) const;

    static std::int64_t audit_rows(storage::Database& database);

private:
    std::vector<std::string> queries_;
};

}  // namespace shopkeeper::prove
