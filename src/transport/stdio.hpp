#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>

#include "transport/call_pool.hpp"
#include "transport/transport.hpp"

namespace shopkeeper::transport {

struct StdioOptions {
    /// A longer line is refused and skipped. Large enough for any call, small enough to hold in
    /// memory.
    std::size_t message_bytes_max = std::size_t{1} << 20;
    /// Replies that a slow reader has not taken yet; beyond it the calls wait.
    std::size_t unsent_bytes_max = std::size_t{16} << 20;
    CallPool::Options calls = {};
    /// How long calls may go on after the input ended or a stop was requested. Then they are asked
    /// to end.
    std::chrono::milliseconds grace{10'000};
    /// How long is waited for those that were asked, and then for the peer to take the answers.
    std::chrono::milliseconds last_answers{10'000};
    /// The token that every request carries: who the user of this process is.
    std::optional<std::string> bearer = std::nullopt;
};

/// Serves one client: a JSON-RPC message, or a batch, per line, in on `in_fd` and out on `out_fd`.
/// Returns when the input ends, the output breaks or `stop` is requested, and by then every request
/// that was read has been answered. Blocks. Ignores SIGPIPE in the whole process.
///
/// Calls that wait for nothing are answered on the reading thread, several ready replies in one
/// write; others run concurrently, so replies may overtake each other. Lines are never mixed. A
/// batch is accepted whatever handshake revision was agreed, which harms nobody (protocol.md 2.2).
void serve_stdio(int in_fd, int out_fd, Endpoints& endpoints, const std::stop_token& stop,
                 const StdioOptions& options = {});

}  // namespace shopkeeper::transport
