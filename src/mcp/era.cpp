#include "mcp/era.hpp"

#include <string>
#include <string_view>

#include "base/json_writer.hpp"
#include "mcp/protocol.hpp"

namespace shopkeeper::mcp {
namespace {

constexpr int kBadRequest = 400;

const Json* claimed_version(const jsonrpc::Message& message) {
    return member(meta_of(message.params), meta_key::kVersion);
}

const Json* claimed_capabilities(const jsonrpc::Message& message) {
    return member(meta_of(message.params), meta_key::kClientCapabilities);
}

bool has_whole_envelope(const jsonrpc::Message& message) {
    const Json* version = claimed_version(message);
    const Json* capabilities = claimed_capabilities(message);
    return version != nullptr && version->is_string() && capabilities != nullptr &&
           capabilities->is_object();
}

bool header_is_stateless(const transport::McpHeaders* headers) {
    if (headers == nullptr || !headers->protocol_version) return false;
    const auto revision = find_revision(*headers->protocol_version);
    return revision && !has_handshake(*revision);
}

ProtocolError bad_envelope(std::string message) {
    return {jsonrpc::kInvalidParams, std::move(message), {}, kBadRequest};
}

ProtocolError mismatch(std::string message) {
    return {kHeaderMismatch, std::move(message), {}, kBadRequest};
}

ProtocolError unsupported_version(std::string_view requested) {
    JsonWriter data;
    data.begin_object();
    data.raw_field("supported", supported_versions_json());
    data.field("requested", requested);
    data.end_object();
    return {kUnsupportedVersion, "Unsupported protocol version.", std::move(data).take(),
            kBadRequest};
}

/// What the Mcp-Name header must repeat; nullptr where the method has no such parameter.
const std::string* named_target(const jsonrpc::Message& message) {
    const auto parameter = [&]() -> const char* {
        if (message.method == "tools/call" || message.method == "prompts/get") return "name";
        if (message.method == "resources/read") return "uri";
        const bool of_task = message.method == "tasks/get" || message.method == "tasks/update" ||
                             message.method == "tasks/cancel";
        return of_task ? "taskId" : nullptr;
    }();
    if (parameter == nullptr) return nullptr;
    const Json* name = member(&message.params, parameter);
    return name != nullptr && name->is_string() ? name->get_ptr<const std::string*>() : nullptr;
}

std::optional<ProtocolError> check_routing_headers(const jsonrpc::Message& message,
                                                   const transport::McpHeaders& headers) {
    if (!headers.method) return mismatch("The Mcp-Method header is missing.");
    if (*headers.method != message.method) {
        return mismatch("The Mcp-Method header differs from the request's method.");
    }
    const std::string* target = named_target(message);
    if (target == nullptr) return std::nullopt;
    if (!headers.name) return mismatch("The Mcp-Name header is missing.");
    const auto name = decode_header(*headers.name);
    if (!name) return mismatch("The Mcp-Name header holds broken base64.");
    if (*name != *target)
        return mismatch("The Mcp-Name header differs from the name in the request.");
    return std::nullopt;
}

}  // namespace

bool claims_stateless(const jsonrpc::Message& message) {
    return claimed_version(message) != nullptr;
}

EraOf era_of(const jsonrpc::Message& message, const transport::McpHeaders* headers) {
    const bool stateless_header = header_is_stateless(headers);
    if (message.kind != jsonrpc::Message::Kind::request) {
        const bool notifies = message.kind == jsonrpc::Message::Kind::notification;
        return notifies && stateless_header ? Era::stateless : Era::handshake;
    }
    if (message.method == "initialize" && !has_whole_envelope(message)) {
        if (!stateless_header) return Era::handshake;
        return fail(mismatch(
            "initialize belongs to revisions before the one of the MCP-Protocol-Version header."));
    }
    if (claims_stateless(message)) return Era::stateless;
    if (stateless_header || message.method == "server/discover") {
        return fail(
            bad_envelope(std::string("params._meta must hold \"") + meta_key::kVersion + "\"."));
    }
    return Era::handshake;
}

std::optional<ProtocolError> check_envelope(const jsonrpc::Message& message,
                                            const transport::McpHeaders* headers) {
    const Json* version = claimed_version(message);
    if (version == nullptr || !version->is_string()) {
        return bad_envelope(std::string("params._meta[\"") + meta_key::kVersion +
                            "\"] must be a string.");
    }
    const auto& requested = version->get_ref<const std::string&>();
    if (headers != nullptr) {
        if (!headers->protocol_version)
            return mismatch("The MCP-Protocol-Version header is missing.");
        if (*headers->protocol_version != requested) {
            return mismatch(
                "The MCP-Protocol-Version header differs from the version in params._meta.");
        }
    }
    if (!has_whole_envelope(message)) {
        return bad_envelope(std::string("params._meta[\"") + meta_key::kClientCapabilities +
                            "\"] must be an object.");
    }
    const auto revision = find_revision(requested);
    if (!revision || has_handshake(*revision)) return unsupported_version(requested);
    return headers == nullptr ? std::nullopt : check_routing_headers(message, *headers);
}

}  // namespace shopkeeper::mcp
