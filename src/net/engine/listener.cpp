#include "net/engine/listener.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <string>

#include "base/log.hpp"

namespace shopkeeper::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

tcp::endpoint resolve(asio::io_context& context, const std::string& host, std::uint16_t port) {
    error_code error;
    if (const auto address = asio::ip::make_address(host, error); !error) return {address, port};
    tcp::resolver resolver(context);
    const auto found = resolver.resolve(host, std::to_string(port), error);
    if (error || found.empty()) {
        throw ListenError("cannot listen on " + host + ": the name is not known (" +
                          error.message() + "); give an address of this machine");
    }
    // A name like localhost has two addresses; clients that are told 127.0.0.1 must find us.
    for (const auto& entry : found) {
        if (entry.endpoint().address().is_v4()) return entry.endpoint();
    }
    return found.begin()->endpoint();
}

}  // namespace

tcp::acceptor listen(asio::io_context& context, const HttpOptions& options) {
    const tcp::endpoint endpoint = resolve(context, options.host, options.port);
    const std::string where = options.host + ":" + std::to_string(options.port);
    tcp::acceptor acceptor(context);
    error_code error;
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(options.listen_backlog, error);
    if (error == asio::error::address_in_use) {
        throw PortTaken("cannot listen on " + where +
                        ": another program uses this port; stop it or choose another port");
    }
    if (error) throw ListenError("cannot listen on " + where + ": " + error.message());
    return acceptor;
}

void allow_descriptors(std::size_t wanted) {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return;
    const rlim_t before = limit.rlim_cur;
    limit.rlim_cur = std::min<rlim_t>(wanted, limit.rlim_max);
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0) limit.rlim_cur = before;
    if (limit.rlim_cur < wanted) {
        log::warning("net", "open_files=" + std::to_string(limit.rlim_cur) +
                                " wanted=" + std::to_string(wanted) +
                                ": fewer connections than configured will fit; raise ulimit -n");
    }
}

}  // namespace shopkeeper::net
