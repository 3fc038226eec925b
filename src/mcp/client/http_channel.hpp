#pragma once

#include <memory>

#include "mcp/client/channel.hpp"
#include "mcp/client/http_sender.hpp"

namespace shopkeeper::mcp::client {

/// Streamable HTTP, of sessions and without: a POST a message; a stream that breaks off before its
/// response is taken up again where the server has given its events ids. `http` outlives it;
/// `unsolicited` gets what belongs to no request, on a thread of the channel; null: nobody wants
/// it.
std::unique_ptr<Channel> make_http_channel(net::HttpClient& http, HttpServerPlace place,
                                           std::size_t message_bytes_max,
                                           Channel::Receiver unsolicited);

}  // namespace shopkeeper::mcp::client
