#pragma once

#include <memory>

#include "mcp/client/channel.hpp"
#include "mcp/client/http_sender.hpp"

namespace shopkeeper::mcp::client {

/// HTTP+SSE of 2024-11-05: one stream brings everything, and says where to POST. `http` outlives
/// it; `unsolicited` gets what belongs to no request, on a thread of the channel.
/// Errors: what the GET failed with; broken when it names no place of the same server.
Outcome<std::unique_ptr<Channel>> open_sse_channel(net::HttpClient& http, HttpServerPlace place,
                                                   std::size_t message_bytes_max,
                                                   Channel::Receiver unsolicited,
                                                   const Patience& patience);

/// `place` as a page at `base` means it (an absolute URL, or a path), if it leads to the same
/// scheme, host and port; otherwise empty.
std::string same_origin_url(std::string_view base, std::string_view place);

}  // namespace shopkeeper::mcp::client
