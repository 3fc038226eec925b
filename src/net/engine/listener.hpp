#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstddef>

#include "net/http_server.hpp"

namespace shopkeeper::net {

/// A socket that listens where the options say. Throws PortTaken, ListenError.
boost::asio::ip::tcp::acceptor listen(boost::asio::io_context& context, const HttpOptions& options);

/// Makes room for that many open files: the usual limit of 1,024 is below what the stream limit
/// promises. Warns when the system does not allow it.
void allow_descriptors(std::size_t wanted);

}  // namespace shopkeeper::net
