#pragma once

#include <memory>
#include <string>
#include <vector>

#include "mcp/client/channel.hpp"

namespace shopkeeper::mcp::client {

/// A server that is started as a child and spoken to over its standard input and output.
struct ServerProgram {
    std::vector<std::string> words;        ///< the program's path and its arguments
    std::vector<std::string> environment;  ///< all of it, "NAME=value"
};

/// Starts the program; its standard error is ours. The child ends with the channel: its input is
/// closed, and if it does not leave by itself it is asked to, then killed.
/// `unsolicited` gets what belongs to no request, on a thread of the channel.
/// Errors: unreachable.
Outcome<std::unique_ptr<Channel>> start_server(const ServerProgram& program,
                                               std::size_t message_bytes_max,
                                               Channel::Receiver unsolicited);

}  // namespace shopkeeper::mcp::client
