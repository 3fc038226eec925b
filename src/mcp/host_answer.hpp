#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <utility>

#include "base/demand.hpp"
#include "mcp/client_input.hpp"

namespace shopkeeper::mcp {

/// Why a host of resources, prompts or completions gives nothing; the session puts it into the
/// words of the revision.
struct HostFailure {
    enum class Kind {
        not_found,  ///< names nothing that this asker may see
        invalid,    ///< the parameters are at fault
        refused,    ///< the host's own no: `data_json` is its error object
        asks,       ///< nothing yet: the client is asked for `needs` first
        failed,     ///< a bug or a broken environment: `message` names the request
    };
    Kind kind = Kind::failed;
    std::string message;
    std::string data_json = {};
    InputNeeded needs = {};
    std::optional<Demand> demand = {};
};

template <class T>
using HostAnswer = tl::expected<T, HostFailure>;

inline tl::unexpected<HostFailure> give_nothing(HostFailure failure) {
    return tl::unexpected(std::move(failure));
}

/// How long a client of the stateless revision may keep what it got, and for whom.
struct CacheHint {
    std::int64_t ttl_ms = 0;
    bool is_public = false;  ///< the same for every asker
};

}  // namespace shopkeeper::mcp
