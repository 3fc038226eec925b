#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace shopkeeper::storage {

/// What keeps the rows of one shop from SQL that was meant for another, beside the SQL itself:
/// row-level security of PostgreSQL. ARCHITECTURE.md, "The second wall".
struct Wall {
    enum class Strength {
        none,   ///< policies are missing, or the login is above them (superuser, BYPASSRLS)
        rows,   ///< they hold, but who serves owns the tables and could take them down
        whole,  ///< who serves is a role that owns nothing
    };
    Strength strength = Strength::none;
    /// True when this login may work across all shops: migrate, check, copy, back up.
    bool sees_all = false;
    /// False when `raise_wall` has something to do that it may do.
    bool is_up_to_date = false;
    std::string login;
    std::vector<std::string> unguarded;  ///< tables with rows of shops and without a policy
    /// What is missing for a whole wall, in words for an operator; empty when nothing is.
    std::string missing;
};

std::string_view word(Wall::Strength strength);

}  // namespace shopkeeper::storage
