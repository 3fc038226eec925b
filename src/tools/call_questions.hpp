#pragma once

#include <vector>

#include "base/question.hpp"
#include "mcp/client_input.hpp"

namespace shopkeeper::tools {

/// The questions of one call: puts a tool's forms into the words of MCP, and reads what a client
/// has answered. An answer that does not fit its form counts as none: the person is asked again.
/// Not thread-safe.
class CallQuestions final : public Questioner {
public:
    /// `input` may be null. REQUIRES: it outlives this.
    CallQuestions(bool can_ask, const mcp::ClientInput* input) : can_ask_(can_ask), input_(input) {}

    FormReply ask(const Question& question) override;

    /// The work begins again.
    void begin() { open_.clear(); }
    /// Something was asked that is not answered.
    bool has_open() const { return !open_.empty(); }
    std::vector<mcp::InputRequest> take_open() { return std::move(open_); }

private:
    const bool can_ask_;
    const mcp::ClientInput* const input_;
    std::vector<mcp::InputRequest> open_;
};

}  // namespace shopkeeper::tools
