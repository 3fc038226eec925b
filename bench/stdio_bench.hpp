#pragma once

#include <string>
#include <vector>

namespace shopkeeper::bench {

/// How an MCP server on stdio is asked, and which answer counts.
struct StdioPlan {
    std::string revision = "2025-11-25";  ///< or "2026-07-28", which needs no handshake
    std::string tool;
    std::string arguments = "{}";  ///< JSON
    std::string expect;  ///< text that every answer must contain: a fast error is no result
    double seconds = 2;
    int window = 1;  ///< calls in flight: 1 is ping-pong
    std::vector<std::string> command;
};

/// Calls for `seconds` after a warm-up. One JSON object: calls_per_s, p50_us, p99_us (ping-pong),
/// cpu_us_per_call, resident_kib.
std::string measure_calls(const StdioPlan& plan);

/// Starts the process `times` times and waits for its first tools/list answer. One JSON object:
/// p50_ms, min_ms, resident_kib (idle, after the answer).
std::string measure_start(const StdioPlan& plan, int times);

}  // namespace shopkeeper::bench
