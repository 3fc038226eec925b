#pragma once

#include <string_view>

#include "base/caller.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "mcp/tool_host.hpp"
#include "tools/rate_limits.hpp"

/// Which bucket which call draws on. Rule: operations C17, domain A22.
namespace shopkeeper::tools {

struct RatedCall {
    std::string_view tool;
    bool is_write;
    const Caller& caller;
    const mcp::ToolCall& call;
    const Json& arguments;
    UnixMs now_ms;
};

/// Takes what the call costs before it runs. Errors: rate_limited.
Result<void> charge_before(RateLimits& limits, const RatedCall& rated);

/// Takes what only failures cost: unknown tracking ids, proofs that did not fit.
/// `result_json` is null for a refusal, `error` for a success.
void charge_after(RateLimits& limits, const RatedCall& rated, const std::string* result_json,
                  const Error* error);

}  // namespace shopkeeper::tools
