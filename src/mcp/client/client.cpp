#include "mcp/client/client.hpp"

#include <algorithm>

#include "jsonrpc/message.hpp"
#include "mcp/client/call.hpp"

namespace shopkeeper::mcp::client {
namespace {

using Kind = Failure::Kind;
using std::chrono::milliseconds;

/// A cancellation is a courtesy: it may take this long.
constexpr milliseconds kCancelMax{2'000};

Outcome<Json> result_of(Response response) {
    if (const Json* error = member(&response.message, "error")) {
        const Json* code = member(error, "code");
        const Json* text = member(error, "message");
        const Json* data = member(error, "data");
        if (code == nullptr || !code->is_number_integer()) {
            return fail(Kind::broken, "the server's error has no code");
        }
        return tl::unexpected(
            Failure{.kind = Kind::refused,
                    .message = text != nullptr && text->is_string() ? text->get<std::string>() : "",
                    .code = code->get<int>(),
                    .status = response.status,
                    .data = data != nullptr ? *data : Json()});
    }
    const auto result = response.message.find("result");
    if (result == response.message.end() || !result->is_object()) {
        return fail(Kind::broken, "the server's response has neither a result nor an error");
    }
    return std::move(*result);
}

std::optional<double> number(const Json& params, const char* key) {
    const Json* value = member(&params, key);
    if (value == nullptr || !value->is_number()) return std::nullopt;
    return value->get<double>();
}

}  // namespace

Client::Client(ClientOptions options) : options_(std::move(options)) {}

Client::~Client() {
    closing_.request_stop();
}

// --- What it can be asked for ------------------------------------------------------------------

Outcome<ToolList> Client::list_tools(const CallOptions& options) {
    auto entries = list("tools/list", "tools", options);
    if (!entries) return tl::unexpected(entries.error());
    ToolList list;
    std::map<std::string, std::vector<HeaderArgument>> mirrored;
    std::map<std::string, std::string> dropped;
    for (Json& tool : *entries) {
        const Json* name = member(&tool, "name");
        if (name == nullptr || !name->is_string()) {
            list.dropped.push_back({"", "it has no name"});
            continue;
        }
        const Json* schema = member(&tool, "inputSchema");
        // Before the stateless era the annotation was any stranger's word.
        auto annotated = revision_ == kStateless && schema != nullptr
                             ? header_arguments(*schema)
                             : std::vector<HeaderArgument>{};
        if (!annotated) {
            list.dropped.push_back({name->get<std::string>(), annotated.error()});
            dropped.emplace(name->get<std::string>(), std::move(annotated.error()));
            continue;
        }
        mirrored.emplace(name->get<std::string>(), std::move(*annotated));
        list.tools.push_back(std::move(tool));
    }
    const std::scoped_lock lock(tools_mutex_);
    mirrored_ = std::move(mirrored);
    dropped_ = std::move(dropped);
    return list;
}

Outcome<std::vector<Json>> Client::list_resources(const CallOptions& options) {
    return list("resources/list", "resources", options);
}

Outcome<std::vector<Json>> Client::list_resource_templates(const CallOptions& options) {
    return list("resources/templates/list", "resourceTemplates", options);
}

Outcome<std::vector<Json>> Client::list_prompts(const CallOptions& options) {
    return list("prompts/list", "prompts", options);
}

Outcome<std::vector<Json>> Client::list(const char* method, const char* key,
                                        const CallOptions& options) {
    std::vector<Json> all;
    Call call{.method = method};
    for (int page = 0; page < kPagesMax; ++page) {
        auto result = ask(call, options);
        if (!result) return tl::unexpected(result.error());
        const auto entries = result->find(key);
        if (entries == result->end() || !entries->is_array()) {
            return fail(Kind::broken, std::string("the result has no ") + key);
        }
        if (all.size() + entries->size() > kEntriesMax) break;
        std::move(entries->begin(), entries->end(), std::back_inserter(all));
        const auto next = result->find("nextCursor");
        if (next == result->end() || next->is_null()) return all;
        if (call.params.contains("cursor") && call.params["cursor"] == *next) {
            return fail(Kind::broken, std::string(method) + " goes round in circles");
        }
        call.params["cursor"] = *next;
    }
    return fail(Kind::too_large, std::string(method) + " does not end");
}

Outcome<Json> Client::call_tool(const std::string& name, const Json& arguments,
                                const CallOptions& options) {
    for (bool is_again = false;; is_again = true) {
        Call call{.method = "tools/call",
                  .params = {{"name", name}, {"arguments", arguments}},
                  .name = name,
                  .may_be_asked_back = true};
        {
            const std::scoped_lock lock(tools_mutex_);
            if (const auto found = dropped_.find(name); found != dropped_.end()) {
                return fail(Kind::unsupported, name + " cannot be called: " + found->second);
            }
            if (const auto found = mirrored_.find(name); found != mirrored_.end()) {
                call.mirrored = mirror(found->second, arguments);
            }
        }
        auto result = ask(std::move(call), options);
        // The server mirrors other arguments than the list said that we know.
        const bool is_list_old = !result && result.error().kind == Kind::refused &&
                                 result.error().code == kHeaderMismatch;
        if (!is_list_old || is_again || !list_tools(options)) return result;
    }
}

Outcome<Json> Client::read_resource(const std::string& uri, const CallOptions& options) {
    return ask({.method = "resources/read",
                .params = {{"uri", uri}},
                .name = uri,
                .may_be_asked_back = true},
               options);
}

Outcome<Json> Client::get_prompt(const std::string& name, const Json& arguments,
                                 const CallOptions& options) {
    return ask({.method = "prompts/get",
                .params = {{"name", name}, {"arguments", arguments}},
                .name = name,
                .may_be_asked_back = true},
               options);
}

Outcome<Json> Client::complete(const Json& params, const CallOptions& options) {
    return ask({.method = "completion/complete", .params = params}, options);
}

// --- Asking ------------------------------------------------------------------------------------

Outcome<Json> Client::ask(Call call, const CallOptions& options) {
    const Patience patience{std::chrono::steady_clock::now() + options.timeout, options.stop};
    for (int round = 0;; ++round) {
        auto result = ask_once(call, options, patience);
        if (!result || revision_ != kStateless) return result;
        const Json* type = member(&*result, "resultType");
        if (type == nullptr || *type == "complete") return result;
        if (*type != "input_required" || !call.may_be_asked_back) {
            return fail(Kind::broken, "the server's result is of an unknown type");
        }
        if (round == kRoundsMax) {
            return fail(Kind::too_many_rounds, "the server asks again and again");
        }
        if (auto answered = answer_questions(*result, call.params, patience); !answered) {
            return tl::unexpected(answered.error());
        }
    }
}

Outcome<void> Client::answer_questions(const Json& result, Json& params, const Patience& patience) {
    params.erase("inputResponses");
    params.erase("requestState");
    const Json* questions = member(&result, "inputRequests");
    const Json* state = member(&result, "requestState");
    if (questions == nullptr && state == nullptr) {
        return fail(Kind::broken, "the server wants an input but does not say which");
    }
    if (state != nullptr) params["requestState"] = *state;
    if (questions == nullptr) return {};
    if (!questions->is_object()) return fail(Kind::broken, "inputRequests is no object");
    Json answers = Json::object();
    for (const auto& [key, question] : questions->items()) {
        const Json* method = member(&question, "method");
        const Json* its_params = member(&question, "params");
        if (method == nullptr || !method->is_string()) {
            return fail(Kind::broken, "an input request has no method");
        }
        auto given = answer(options_.callbacks, method->get<std::string>(),
                            its_params != nullptr ? *its_params : Json::object(), patience.stop);
        if (!given) return fail(Kind::unsupported, given.error().message);
        answers[key] = std::move(*given);
    }
    params["inputResponses"] = std::move(answers);
    return {};
}

Outcome<Json> Client::ask_once(const Call& call, const CallOptions& options,
                               const Patience& patience) {
    const std::uint64_t session = sessions_;
    auto response = exchange(call, options, patience);
    if (!response && response.error().kind == Kind::session_ended && call.method != "initialize") {
        if (auto renewed = renew_session(session, patience); !renewed) {
            return tl::unexpected(renewed.error());
        }
        response = exchange(call, options, patience);
    }
    if (!response) return tl::unexpected(response.error());
    return result_of(std::move(*response));
}

Outcome<Response> Client::exchange(const Call& call, const CallOptions& options,
                                   const Patience& patience) {
    const OutgoingRequest request = write(call, options);
    auto response = channel_->exchange(request, patience, [&](const Json& message) {
        hear(message, request.id, options, patience);
    });
    if (!response && call.method != "initialize") cancel(request.id, response.error());
    return response;
}

OutgoingRequest Client::write(const Call& call, const CallOptions& options) {
    OutgoingRequest request{
        .id = next_id_++, .method = call.method, .may_resume = has_handshake(revision_)};
    Json params = call.params;
    if (revision_ == kStateless) params["_meta"] = envelope();
    if (options.on_progress) params["_meta"][meta_key::kProgressToken] = request.id;
    Json message = {{"jsonrpc", "2.0"}, {"id", request.id}, {"method", call.method}};
    if (!params.empty()) message["params"] = std::move(params);
    request.text = dump_json(message);
    request.headers = headers(call.method);
    if (revision_ == kStateless) {
        if (!call.name.empty()) {
            request.headers.emplace_back("Mcp-Name", encode_header(call.name));
        }
        request.headers.insert(request.headers.end(), call.mirrored.begin(), call.mirrored.end());
    }
    return request;
}

net::HeaderFields Client::headers(const std::string& method) const {
    net::HeaderFields headers;
    // What is asked for with `initialize` is agreed on only by its answer.
    if (revision_ >= Revision::r2025_06_18 && method != "initialize") {
        headers.emplace_back("MCP-Protocol-Version", word(revision_));
    }
    if (revision_ == kStateless) headers.emplace_back("Mcp-Method", method);
    return headers;
}

Json Client::envelope() const {
    return {{meta_key::kVersion, word(revision_)},
            {meta_key::kClientCapabilities, capabilities_of(options_.callbacks, revision_)},
            {meta_key::kClientInfo, {{"name", options_.name}, {"version", options_.version}}}};
}

void Client::cancel(std::int64_t id, const Failure& why) {
    if (why.kind != Kind::timed_out && why.kind != Kind::stopped) return;
    if (revision_ == kStateless && channel_->closing_cancels()) return;
    Json params = {{"requestId", id}, {"reason", why.message}};
    if (revision_ == kStateless) params["_meta"] = envelope();
    const Json message = {
        {"jsonrpc", "2.0"}, {"method", "notifications/cancelled"}, {"params", std::move(params)}};
    channel_->post(dump_json(message), headers("notifications/cancelled"),
                   {std::chrono::steady_clock::now() + kCancelMax, closing_.get_token()});
}

// --- Hearing -----------------------------------------------------------------------------------

void Client::hear(const Json& message, std::int64_t call_id, const CallOptions& options,
                  const Patience& patience) {
    const Json* method = member(&message, "method");
    if (method == nullptr || !method->is_string()) return;
    if (message.contains("id")) {
        if (has_handshake(revision_)) answer_request(message, patience);
        return;  // a stateless server asks in its results
    }
    const std::string& name = method->get_ref<const std::string&>();
    const Json* found = member(&message, "params");
    const Json params = found != nullptr ? *found : Json::object();
    if (name == "notifications/progress") {
        const Json* token = member(&params, meta_key::kProgressToken);
        if (!options.on_progress || token == nullptr || *token != call_id) return;
        const Json* text = member(&params, "message");
        options.on_progress(
            {.progress = number(params, "progress").value_or(0),
             .total = number(params, "total"),
             .message = text != nullptr && text->is_string() ? text->get<std::string>() : ""});
    } else if (name == "notifications/message") {
        if (options_.callbacks.log) options_.callbacks.log(params);
    } else if (name.ends_with("/list_changed") || name == "notifications/resources/updated") {
        if (options_.callbacks.changed) options_.callbacks.changed(name, params);
    }
}

void Client::answer_request(const Json& message, const Patience& patience) {
    const std::string& method = message["method"].get_ref<const std::string&>();
    Json reply = {{"jsonrpc", "2.0"}, {"id", message["id"]}};
    if (method == "ping") {
        reply["result"] = Json::object();
    } else {
        const Json* params = member(&message, "params");
        auto given = answer(options_.callbacks, method,
                            params != nullptr ? *params : Json::object(), patience.stop);
        if (given) {
            reply["result"] = std::move(*given);
        } else {
            reply["error"] = {{"code", given.error().code}, {"message", given.error().message}};
        }
    }
    // A reply that does not arrive leaves the server's question, and so the call, to its deadline.
    channel_->post(dump_json(reply), headers(method), patience);
}

}  // namespace shopkeeper::mcp::client
