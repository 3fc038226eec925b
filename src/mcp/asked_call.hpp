#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "base/clock.hpp"
#include "base/json_writer.hpp"
#include "mcp/call_notes.hpp"
#include "mcp/client_input.hpp"
#include "mcp/protocol.hpp"
#include "mcp/protocol_error.hpp"
#include "mcp/state_seal.hpp"

/// A call that asks its client before it can be done, whatever the revision.
namespace shopkeeper::mcp {

/// Rule: protocol.md 3.5: rounds of questions of one call.
inline constexpr int kRoundsMax = 10;
/// The parameters and the answers of a call that asks: they are kept, or carried by the client.
inline constexpr std::size_t kAskedBytesMax = std::size_t{64} * 1024;
/// How long a client of the stateless revision may take to come back with an answer.
inline constexpr std::int64_t kStateTtlMs = 30 * 60'000;

/// A call as it is run again.
struct AskedCall {
    ClientInput input;
    int rounds = 0;  ///< of questions, so far
    /// How far the same request has said to be; a request that comes back is another.
    double told = kNothingTold;
};

/// The first request that a client with these abilities cannot be asked for; nullptr: none.
const InputRequest* beyond(const InputNeeded& needs, Abilities abilities);
/// -32021 in the stateless revision, -32602 in the others. Rule: protocol.md 3.3 step 10, 5.2.
ProtocolError missing_ability(InputRequest::Kind kind, Revision revision);

std::string_view method_of(InputRequest::Kind kind);
/// The params of the request as a revision has them.
std::string params_of(const InputRequest& request, Revision revision);

/// What a call is, apart from what its client has answered: state is bound to it.
std::string essence_of(std::string_view method, const Json& params);

/// Adds what the client answers to what it has answered before. The state of the host stays.
void add_answers(ClientInput& input, const Json& responses);

/// The object of what is asked, by key, as the stateless revision has it.
void write_input_requests(JsonWriter& out, const InputNeeded& needs);

/// The result that asks, without its braces. REQUIRES: what is kept stays below kAskedBytesMax.
std::string input_required_members(const InputNeeded& needs, std::string_view state);

/// What is sealed into `requestState`; `before` is null in the first round.
std::string state_content(const InputNeeded& needs, const AskedCall* before, UnixMs now_ms);

/// Whether the params of a request hold a state, or answers.
bool brings_answers(const Json& params);

/// The call that such a request comes back to. Answers without a state are those of a client that
/// knew what it would be asked; it says them itself, so they need no seal.
/// Errors: -32602: the state was not sealed for this call, or is too old.
tl::expected<AskedCall, ProtocolError> read_asked(const StateSeal& seal, const Json& params,
                                                  std::string_view essence, UnixMs now_ms);

}  // namespace shopkeeper::mcp
