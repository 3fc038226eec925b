#pragma once

#include <string>

namespace shopkeeper {

/// A refusal would be none with another token: the caller has shown none (or one that is no good),
/// or one that does not allow this. A carrier that knows where tokens come from says so.
struct Demand {
    enum class Kind { token, scopes };
    Kind kind;
    std::string scopes;  ///< what the token has to allow, as OAuth writes it
};

}  // namespace shopkeeper
