#include "mcp/asked_call.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/json_writer.hpp"

namespace shopkeeper::mcp {
namespace {

constexpr const char* kResponses = "inputResponses";
constexpr const char* kState = "requestState";

bool can(Abilities abilities, InputRequest::Kind kind) {
    switch (kind) {
        case InputRequest::Kind::form:
            return abilities.form;
        case InputRequest::Kind::url:
            return abilities.url;
        case InputRequest::Kind::sampling:
            return abilities.sampling;
        case InputRequest::Kind::sampling_tools:
            return abilities.sampling_tools;
        case InputRequest::Kind::roots:
            return abilities.roots;
    }
    return false;
}

std::string_view capability_of(InputRequest::Kind kind) {
    switch (kind) {
        case InputRequest::Kind::form:
            return R"({"elicitation":{"form":{}}})";
        case InputRequest::Kind::url:
            return R"({"elicitation":{"url":{}}})";
        case InputRequest::Kind::sampling:
            return R"({"sampling":{}})";
        case InputRequest::Kind::sampling_tools:
            return R"({"sampling":{"tools":{}}})";
        case InputRequest::Kind::roots:
            break;
    }
    return R"({"roots":{}})";
}

bool is_object(const Json* value) {
    return value != nullptr && value->is_object();
}

ProtocolError bad_state(std::string message) {
    return {jsonrpc::kInvalidParams, std::move(message)};
}

}  // namespace

const InputRequest* beyond(const InputNeeded& needs, Abilities abilities) {
    const auto request = std::ranges::find_if(
        needs.requests, [&](const InputRequest& each) { return !can(abilities, each.kind); });
    return request == needs.requests.end() ? nullptr : &*request;
}

ProtocolError missing_ability(InputRequest::Kind kind, Revision revision) {
    const std::string needed(capability_of(kind));
    if (has_handshake(revision)) {
        return {jsonrpc::kInvalidParams,
                "This call asks its client for what the client has not declared: " + needed};
    }
    return missing_capability(needed);
}

std::string_view method_of(InputRequest::Kind kind) {
    switch (kind) {
        case InputRequest::Kind::form:
        case InputRequest::Kind::url:
            return "elicitation/create";
        case InputRequest::Kind::sampling:
        case InputRequest::Kind::sampling_tools:
            return "sampling/createMessage";
        case InputRequest::Kind::roots:
            break;
    }
    return "roots/list";
}

std::string params_of(const InputRequest& request, Revision revision) {
    const bool is_form = request.kind == InputRequest::Kind::form;
    const bool is_url = request.kind == InputRequest::Kind::url;
    if ((!is_form && !is_url) || !has_elicitation_modes(revision)) return request.params_json;
    // An elicitation has a message, so the object is not empty.
    return (is_form ? R"({"mode":"form",)" : R"({"mode":"url",)") + request.params_json.substr(1);
}

std::string essence_of(std::string_view method, const Json& params) {
    Json bare = params;
    for (const char* name : {"_meta", kResponses, kState}) bare.erase(name);
    return std::string(method) + " " + dump_json(bare);
}

void add_answers(ClientInput& input, const Json& responses) {
    if (!input.answers.is_object()) input.answers = Json::object();
    if (responses.is_object()) input.answers.update(responses);
}

void write_input_requests(JsonWriter& out, const InputNeeded& needs) {
    out.begin_object();
    for (const InputRequest& request : needs.requests) {
        out.key(request.key);
        out.begin_object();
        out.field("method", method_of(request.kind));
        out.raw_field("params", params_of(request, kStateless));
        out.end_object();
    }
    out.end_object();
}

std::string input_required_members(const InputNeeded& needs, std::string_view state) {
    JsonWriter out;
    out.begin_object();
    out.field("resultType", "input_required");
    if (!needs.requests.empty()) {
        out.key("inputRequests");
        write_input_requests(out, needs);
    }
    out.field("requestState", state);
    out.end_object();
    const std::string_view whole = out.view();
    return std::string(whole.substr(1, whole.size() - 2));
}

std::string state_content(const InputNeeded& needs, const AskedCall* before, UnixMs now_ms) {
    JsonWriter out;
    out.begin_object();
    out.field("expires_ms", now_ms + kStateTtlMs);
    out.field("rounds", before == nullptr ? 1 : before->rounds + 1);
    out.field("state", needs.state);
    out.field("principal", needs.principal);
    out.raw_field("answers", before == nullptr ? "{}" : dump_json(before->input.answers));
    out.end_object();
    return std::move(out).take();
}

bool brings_answers(const Json& params) {
    return member(&params, kState) != nullptr || is_object(member(&params, kResponses));
}

tl::expected<AskedCall, ProtocolError> read_asked(const StateSeal& seal, const Json& params,
                                                  std::string_view essence, UnixMs now_ms) {
    AskedCall call;
    if (const Json* sealed = member(&params, kState)) {
        const auto opened = sealed->is_string()
                                ? seal.open(sealed->get_ref<const std::string&>(), essence)
                                : std::nullopt;
        const auto content = opened ? parse_json(opened->content) : std::nullopt;
        if (!content) {
            return fail(bad_state(
                "\"requestState\" is not what this call was answered: send it back unchanged, with "
                "the same parameters, or call again without it."));
        }
        if (content->at("expires_ms").get<UnixMs>() <= now_ms)
            return fail(bad_state("\"requestState\" is too old: call again without it."));
        call.rounds = content->at("rounds").get<int>();
        call.input.state = content->at("state").get<std::string>();
        call.input.principal = content->at("principal").get<std::string>();
        call.input.round = opened->name;
        add_answers(call.input, content->at("answers"));
    }
    if (const Json* responses = member(&params, kResponses)) add_answers(call.input, *responses);
    return call;
}

}  // namespace shopkeeper::mcp
