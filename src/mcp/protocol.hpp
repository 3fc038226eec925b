#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/json.hpp"

/// The words and numbers of the MCP specification, and what differs between its revisions.
namespace shopkeeper::mcp {

/// The revisions this server speaks, oldest first, so that "has it" is a comparison.
enum class Revision : std::uint8_t {
    r2024_11_05,
    r2025_03_26,
    r2025_06_18,
    r2025_11_25,
    r2026_07_28
};

/// The newest revision that begins with `initialize`; it answers a client that asks for an unknown
/// one.
inline constexpr Revision kLatestHandshake = Revision::r2025_11_25;
/// The revision without handshake and session: every request carries its own context.
inline constexpr Revision kStateless = Revision::r2026_07_28;
/// What a request before `initialize`, or without a version header, is taken to speak.
inline constexpr Revision kAssumed = Revision::r2025_03_26;

std::string_view word(Revision revision);
std::optional<Revision> find_revision(std::string_view version);
/// All versions, newest first, as a JSON array.
std::string_view supported_versions_json();

constexpr bool has_handshake(Revision revision) {
    return revision < kStateless;
}
/// Whether it has a capability of that name; the method is older.
constexpr bool has_completions(Revision revision) {
    return revision >= Revision::r2025_03_26;
}
constexpr bool has_elicitation(Revision revision) {
    return revision >= Revision::r2025_06_18;
}
/// Whether it tells forms from pages to visit, and has tools in sampling.
constexpr bool has_elicitation_modes(Revision revision) {
    return revision >= Revision::r2025_11_25;
}
constexpr bool progress_has_message(Revision revision) {
    return revision >= Revision::r2025_03_26;
}

// Codes that MCP adds to those of JSON-RPC. Rule: protocol.md 3.9.
inline constexpr int kHeaderMismatch = -32020;
inline constexpr int kMissingCapability = -32021;
inline constexpr int kUnsupportedVersion = -32022;
/// Ours: what a host refuses where the protocol has no word for it (who may read, how often).
/// Outside of the ranges that JSON-RPC and MCP keep for themselves.
inline constexpr int kRefusedByHost = -31000;

/// The reserved keys of `_meta`.
namespace meta_key {
inline constexpr const char* kProgressToken = "progressToken";
inline constexpr const char* kVersion = "io.modelcontextprotocol/protocolVersion";
inline constexpr const char* kClientCapabilities = "io.modelcontextprotocol/clientCapabilities";
inline constexpr const char* kClientInfo = "io.modelcontextprotocol/clientInfo";
inline constexpr const char* kLogLevel = "io.modelcontextprotocol/logLevel";
inline constexpr const char* kServerInfo = "io.modelcontextprotocol/serverInfo";
inline constexpr const char* kSubscriptionId = "io.modelcontextprotocol/subscriptionId";
}  // namespace meta_key

/// Severity of `notifications/message`, least first (RFC 5424 words).
enum class LogLevel { debug, info, notice, warning, error, critical, alert, emergency };

std::string_view word(LogLevel level);
std::optional<LogLevel> find_log_level(std::string_view word);

/// The member `_meta` of a request's params; nullptr when it is absent or no object.
const Json* meta_of(const Json& params);
/// The value under `key` of an object; nullptr when there is none or `object` is not an object.
const Json* member(const Json* object, const char* key);

/// A value of an Mcp-Name or Mcp-Param header as the client meant it: `=?base64?...?=` is decoded,
/// anything else is literal; nullopt for a sentinel around broken base64.
/// Rule: protocol.md 3.4.
std::optional<std::string> decode_header(std::string_view raw);

}  // namespace shopkeeper::mcp
