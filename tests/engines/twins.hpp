#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "harness/local_shop.hpp"
#include "storage/database.hpp"
#include "support/fakes.hpp"

namespace shopkeeper::test {

/// One shop twice: in SQLite, and copied from there into PostgreSQL, with the same clock and the
/// same "random" numbers. What one answers the other has to answer, to the byte. Rule: domain C12.
class Twins {
public:
    /// `fill` makes the shop in an empty, migrated SQLite database.
    Twins(UnixMs now_ms, const std::function<void(Twins&, storage::Database&)>& fill);

    /// Calls both and compares what they say. `who`: "guest", or the phone of a member of staff.
    harness::Reply ask(const std::string& who, std::string_view tool, Json arguments);

    /// Compares the rows of both; what holds numbers of this process (request ids, and the hashes
    /// over them) is left out.
    void compare_rows();

    /// The tools that were asked and did what they were asked for.
    const std::set<std::string, std::less<>>& succeeded() const { return succeeded_; }
    std::size_t tools() { return side(sqlite_, "guest").registry().tools().size(); }

    FakeClock clock;

private:
    struct Side {
        std::shared_ptr<storage::Database> database;
        SeededRandom random{7};  // not that of the fill: its tracking numbers are taken
        std::map<std::string, std::unique_ptr<harness::LocalShop>> callers;
    };
    harness::LocalShop& side(Side& side, const std::string& who);

    Side sqlite_;
    Side postgresql_;
    std::set<std::string, std::less<>> succeeded_;
};

}  // namespace shopkeeper::test
