#pragma once

#include <memory>
#include <string_view>

#include "base/clock.hpp"
#include "mcp/service.hpp"
#include "mcp/session.hpp"
#include "mcp/tool_host.hpp"
#include "transport/transport.hpp"

namespace shopkeeper::mcp {

/// The MCP server behind every carrier: opens conversations and routes what has none. Thread-safe.
/// The sessions it opens must not outlive it.
class Server final : public transport::Endpoints {
public:
    /// REQUIRES: `tools`, `clock` and the features outlive this; the tools do not change any more.
    Server(ToolHost& tools, const Clock& clock, const ServerOptions& options = {},
           const Features& features = {});

    std::shared_ptr<transport::Endpoint> open() override;
    std::shared_ptr<transport::Endpoint> resume(std::string_view agreement) override;
    transport::Endpoint& stateless() override { return stateless_; }
    transport::Routing route(const jsonrpc::Incoming& incoming,
                             const transport::McpHeaders& headers) const override;
    bool knows_version(std::string_view version) const override;

private:
    const Service service_;
    Session stateless_;
};

}  // namespace shopkeeper::mcp
