#include "mcp/session.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <stop_token>
#include <utility>

#include "base/json_writer.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "mcp/call_notes.hpp"
#include "mcp/era.hpp"
#include "mcp/session_request.hpp"
#include "mcp/task_json.hpp"

namespace shopkeeper::mcp {

using jsonrpc::Message;
using transport::Reply;

namespace {

bool has_completer(const Features& features) {
    return features.completer != nullptr;
}
bool has_changes(const Features& features) {
    return features.changes != nullptr;
}
bool has_prompts(const Features& features) {
    return features.prompts != nullptr;
}
bool has_resources(const Features& features) {
    return features.resources != nullptr;
}
bool has_tasks(const Features& features) {
    return features.tasks != nullptr;
}

}  // namespace

const Session::Method* Session::find_method(std::string_view name) {
    using enum Revision;
    constexpr auto kRequest = Message::Kind::request;
    constexpr auto kNotification = Message::Kind::notification;
    constexpr bool kMayAsk = true;
    static constexpr std::array kMethods = {
        Method{"completion/complete", kRequest, r2024_11_05, r2026_07_28, &Session::complete,
               has_completer},
        Method{"initialize", kRequest, r2024_11_05, r2025_11_25, &Session::initialize},
        Method{"logging/setLevel", kRequest, r2024_11_05, r2025_11_25, &Session::set_log_level},
        Method{"notifications/cancelled", kNotification, r2024_11_05, r2026_07_28,
               &Session::cancel},
        Method{"notifications/initialized", kNotification, r2024_11_05, r2025_11_25,
               &Session::ignore},
        Method{"notifications/progress", kNotification, r2024_11_05, r2025_11_25, &Session::ignore},
        Method{"notifications/roots/list_changed", kNotification, r2024_11_05, r2025_11_25,
               &Session::ignore},
        Method{"ping", kRequest, r2024_11_05, r2025_11_25, &Session::ping},
        Method{"prompts/get", kRequest, r2024_11_05, r2026_07_28, &Session::get_prompt, has_prompts,
               kMayAsk},
        Method{"prompts/list", kRequest, r2024_11_05, r2026_07_28, &Session::list_prompts,
               has_prompts},
        Method{"resources/list", kRequest, r2024_11_05, r2026_07_28, &Session::list_resources,
               has_resources},
        Method{"resources/read", kRequest, r2024_11_05, r2026_07_28, &Session::read_resource,
               has_resources},
        Method{"resources/subscribe", kRequest, r2024_11_05, r2025_11_25, &Session::subscribe,
               has_changes},
        Method{"resources/templates/list", kRequest, r2024_11_05, r2026_07_28,
               &Session::list_resource_templates, has_resources},
        Method{"resources/unsubscribe", kRequest, r2024_11_05, r2025_11_25, &Session::unsubscribe,
               has_changes},
        Method{"server/discover", kRequest, r2026_07_28, r2026_07_28, &Session::discover},
        Method{"subscriptions/listen", kRequest, r2026_07_28, r2026_07_28, &Session::listen,
               has_changes},
        Method{"tasks/cancel", kRequest, r2026_07_28, r2026_07_28, &Session::cancel_task,
               has_tasks},
        Method{"tasks/get", kRequest, r2026_07_28, r2026_07_28, &Session::get_task, has_tasks},
        Method{"tasks/update", kRequest, r2026_07_28, r2026_07_28, &Session::update_task,
               has_tasks},
        Method{"tools/call", kRequest, r2024_11_05, r2026_07_28, &Session::call_tool, nullptr,
               kMayAsk},
        Method{"tools/list", kRequest, r2024_11_05, r2026_07_28, &Session::list_tools},
    };
    static_assert(std::ranges::is_sorted(kMethods, {}, &Method::name));
    const auto row = std::ranges::lower_bound(kMethods, name, {}, &Method::name);
    return row != kMethods.end() && row->name == name ? &*row : nullptr;
}

namespace {

/// Rule: protocol.md 3.9: an unknown method is a missing page to the stateless revision only.
ProtocolError unknown_method(const std::string& method, Revision revision) {
    return {jsonrpc::kMethodNotFound,
            "Method not found: " + text::truncate(method, kEchoedMax),
            {},
            has_handshake(revision) ? 200 : 404};
}

/// Of one that is hidden, too: it is as if it were not there.
ProtocolError unknown_tool(const std::string& tool) {
    return invalid_params("Unknown tool: " + text::truncate(tool, kEchoedMax) +
                          ". tools/list names those there are.");
}

std::string_view word(ToolOutcome::Kind kind) {
    switch (kind) {
        case ToolOutcome::Kind::answered:
            return "answered";
        case ToolOutcome::Kind::unknown_tool:
            return "unknown_tool";
        case ToolOutcome::Kind::not_theirs:
            return "not_theirs";
        case ToolOutcome::Kind::needs_tasks:
            return "needs_tasks";
        case ToolOutcome::Kind::failed:
            return "failed";
    }
    return "failed";
}

void note_begin(LogNotes& notes, const std::string& tool) {
    if (!notes.wants(LogLevel::debug)) return;
    JsonWriter data;
    data.begin_object();
    data.field("message", "tool call begins");
    data.field("tool", tool);
    data.end_object();
    notes.write(LogLevel::debug, data.view());
}

void note_end(LogNotes& notes, const std::string& tool, const ToolOutcome& outcome,
              UnixMs took_ms) {
    const LogLevel level =
        outcome.kind == ToolOutcome::Kind::failed ? LogLevel::error : LogLevel::info;
    if (!notes.wants(level)) return;
    JsonWriter data;
    data.begin_object();
    data.field("message", "tool call ends");
    data.field("tool", tool);
    data.field("outcome", word(outcome.kind));
    data.field("took_ms", took_ms);
    data.field_if("request_id", outcome.request_id);
    data.end_object();
    notes.write(level, data.view());
}

}  // namespace

void Session::announce(Message& message) {
    const bool can_be_found = kind_ == Kind::conversation && message.kind == Message::Kind::request;
    // One whose id is in use is received as if nobody had spoken of it, and refused then.
    message.is_announced = can_be_found && in_flight_.announce(message.id);
}

bool Session::is_quick(const Message& message) const {
    if (message.kind == Message::Kind::response) return !pending_->knows(message);
    if (message.kind != Message::Kind::request) return true;
    if (message.method != "tools/call") return is_quick_beside_tools(message.method);
    const Json* name = member(&message.params, "name");
    return name == nullptr || !name->is_string() ||
           service_.tools().is_quick(name->get_ref<const std::string&>());
}

bool Session::is_quick_beside_tools(std::string_view method) const {
    const Features& features = service_.features();
    const auto is_quick = [](const auto* host) { return host == nullptr || host->is_quick(); };
    const bool reads_resources = method == "resources/list" || method == "resources/read" ||
                                 method == "resources/subscribe" ||
                                 method == "subscriptions/listen";
    if (reads_resources) return is_quick(features.resources);
    if (method.starts_with("tasks/")) return is_quick(features.tasks);
    if (method == "tools/list") return service_.tools().is_listing_quick();
    if (method == "prompts/get") return is_quick(features.prompts);
    if (method == "completion/complete") return is_quick(features.completer);
    return true;
}

std::string Session::protocol_version() const {
    const Agreement agreed = agreed_.load();
    return agreed.is_made ? std::string(word(agreed.revision)) : std::string();
}

std::optional<Reply> Session::receive(const Message& message, const transport::Peer& peer,
                                      transport::Outlet& outlet) {
    try {
        switch (message.kind) {
            case Message::Kind::invalid:
                return ProtocolError{jsonrpc::kInvalidRequest, message.problem, {}, 400}.reply(
                    message.id);
            case Message::Kind::response:
                if (const auto call = pending_->take(message)) go_on(*call);
                return std::nullopt;
            case Message::Kind::notification: {
                const Method* method = find_method(message.method);
                if (method == nullptr || method->kind != message.kind) return std::nullopt;
                static_cast<void>(
                    (this->*method->serve)(Request{message, peer, outlet, {}, kAssumed, {}}));
                return std::nullopt;
            }
            case Message::Kind::request:
                return answer(message, peer, outlet);
        }
    } catch (const std::exception& error) {
        log::error("mcp", std::string("a message could not be served error=") + error.what());
        if (message.kind == Message::Kind::request) {
            return ProtocolError{jsonrpc::kInternalError, "Internal error.", {}, 500}.reply(
                message.id);
        }
    }
    return std::nullopt;
}

std::optional<InFlight::Ticket> Session::enter(const Message& message) {
    if (kind_ == Kind::stateless) return InFlight::Ticket::unlisted();
    return message.is_announced ? in_flight_.enter_announced(message.id)
                                : in_flight_.enter(message.id);
}

std::optional<Reply> Session::answer(const Message& message, const transport::Peer& peer,
                                     transport::Outlet& outlet) {
    auto ticket = enter(message);
    if (!ticket) {
        return ProtocolError{
            jsonrpc::kInvalidRequest, "A request with this id is not answered yet.", {}, 400}
            .reply(message.id);
    }
    if (ticket->was_cancelled()) return std::nullopt;  // while it waited for a thread
    std::optional<Demand> demand;
    Request request{message, peer, outlet, ticket->stop(), kAssumed, {}, &ticket};
    request.demand = &demand;
    Answer answer = dispatch(request);
    const bool is_kept_open = !ticket;  // whoever answers it later has taken it
    if (is_kept_open || ticket->was_cancelled()) return std::nullopt;
    if (!answer) return answer.error().reply(message.id);
    return Reply{jsonrpc::result_message(message.id, *answer), 200, std::move(demand)};
}

bool Session::is_offered(const Method& method) const {
    return method.belongs_to == nullptr || method.belongs_to(service_.features());
}

Answer Session::dispatch(Request& request) {
    if (auto problem = read_context(request)) return fail(*std::move(problem));
    if (auto problem = read_choice(request)) return fail(*std::move(problem));
    const Message& message = request.message;
    const Method* method = find_method(message.method);
    const bool is_served = method != nullptr && method->kind == message.kind &&
                           method->since <= request.revision && request.revision <= method->until &&
                           is_offered(*method);
    if (!is_served) return fail(unknown_method(message.method, request.revision));
    if (message.params.is_array()) return fail(invalid_params("\"params\" must be an object."));
    const bool comes_back =
        method->may_ask && request.revision == kStateless && brings_answers(message.params);
    return comes_back ? come_back(request, *method) : (this->*method->serve)(request);
}

std::optional<ProtocolError> Session::read_context(Request& request) const {
    const EraOf era = era_of(request.message, request.headers());
    if (!era) return era.error();
    if (*era == Era::handshake) {
        const Agreement agreed = agreed_.load();
        request.revision = agreed.revision;
        request.abilities = agreed.abilities;
        request.log_level = log_level_.load();
        return std::nullopt;
    }
    if (auto problem = check_envelope(request.message, request.headers())) return problem;
    request.revision = kStateless;
    request.abilities = abilities_of(
        member(meta_of(request.message.params), meta_key::kClientCapabilities), kStateless);
    const Json* level = member(meta_of(request.message.params), meta_key::kLogLevel);
    if (level == nullptr) return std::nullopt;
    if (level->is_string())
        request.log_level = find_log_level(level->get_ref<const std::string&>());
    if (!request.log_level)
        return invalid_params(std::string("params._meta[\"") + meta_key::kLogLevel +
                              "\"] is no log level.");
    return std::nullopt;
}

std::optional<ProtocolError> Session::read_choice(Request& request) const {
    if (request.peer.choices.empty()) return std::nullopt;
    const auto chosen = service_.tools().choose(request.peer.choices);
    if (!chosen) return ProtocolError{jsonrpc::kInvalidParams, chosen.error(), {}, 400};
    request.chosen = *chosen;
    return std::nullopt;
}

Answer Session::initialize(const Request& request) {
    const Json* asked = request.param("protocolVersion");
    if (asked == nullptr || !asked->is_string()) {
        return fail(invalid_params("\"protocolVersion\" must be a string."));
    }
    // Exactly the asked version where it is one of ours: some clients drop a server that answers an
    // older one (protocol.md 2.1).
    const auto known = find_revision(asked->get_ref<const std::string&>());
    const Revision agreed = known && has_handshake(*known) ? *known : kLatestHandshake;
    agreed_ = Agreement{true, agreed, abilities_of(request.param("capabilities"), agreed)};
    return service_.initialize_result(agreed, request.chosen);
}

Answer Session::discover(const Request& request) {
    return service_.discover_result(request.chosen);
}

Answer Session::ping(const Request&) {
    return "{}";
}

Answer Session::ignore(const Request&) {
    return "{}";
}

Answer Session::list_tools(const Request& request) {
    const auto pages = service_.tool_pages(request.chosen, asker_of(request));
    const Json* cursor = request.param("cursor");
    if (cursor == nullptr || cursor->is_null()) return pages->first(request.era());
    if (cursor->is_string()) {
        if (auto page = pages->after(cursor->get_ref<const std::string&>(), request.era()))
            return *std::move(page);
    }
    return fail(invalid_cursor());
}

Answer Session::call_tool(const Request& request) {
    const Json* name = request.param("name");
    if (name == nullptr || !name->is_string())
        return fail(invalid_params("\"name\" must be a string: the tool to call."));
    const Json* arguments = request.param("arguments");
    const bool has_arguments = arguments != nullptr && !arguments->is_null();
    if (has_arguments && !arguments->is_object())
        return fail(invalid_params("\"arguments\" must be an object."));

    const auto& tool = name->get_ref<const std::string&>();
    if (!service_.offers(request.chosen, tool)) return fail(unknown_tool(tool));
    const Json* meta = meta_of(request.message.params);
    ProgressNotes progress(member(meta, meta_key::kProgressToken), request.revision, request.outlet,
                           request.asked == nullptr ? kNothingTold : request.asked->told);
    LogNotes notes(request.log_level, request.outlet);
    std::stop_source stop = request.stop;
    const std::stop_callback relay(request.peer.gone, [&stop] { stop.request_stop(); });

    ToolCall call;
    call.name = tool;
    call.arguments = has_arguments ? *arguments : Json::object();
    if (request.era() == Era::stateless && request.peer.over_http) {
        if (auto problem =
                service_.param_headers().check(tool, call.arguments, request.peer.headers.params))
            return fail(*std::move(problem));
    }
    call.meta = meta;
    call.bearer = request.peer.bearer;
    call.address = request.peer.address;
    call.is_loopback = request.peer.is_loopback;
    call.session = request.peer.session;
    call.cancelled = stop.get_token();
    call.progress = &progress;
    call.stream = &notes;
    call.abilities = request.abilities;
    call.input = request.input();

    note_begin(notes, tool);
    const UnixMs began_ms = service_.clock().now_ms();
    const ToolOutcome outcome = service_.tools().call(std::move(call));
    note_end(notes, tool, outcome, service_.clock().now_ms() - began_ms);

    switch (outcome.kind) {
        case ToolOutcome::Kind::unknown_tool:
            return fail(unknown_tool(tool));
        case ToolOutcome::Kind::not_theirs:
            return fail(invalid_params("Another caller was asked: call again without answers."));
        case ToolOutcome::Kind::needs_tasks:
            return fail(tasks_needed());
        case ToolOutcome::Kind::failed:
            return fail(
                {jsonrpc::kInternalError, "internal error (request " + outcome.request_id + ")"});
        case ToolOutcome::Kind::answered:
            break;
    }
    if (request.demand != nullptr) *request.demand = outcome.demand;
    if (outcome.task != nullptr)
        return service_.special_result(created_task_members(*outcome.task));
    if (outcome.needs == nullptr) return service_.call_result(outcome, request.era());
    Answer otherwise =
        fail({kRefusedByHost, "This call must ask its client, which cannot be done."});
    if (!outcome.members.empty()) otherwise = service_.call_result(outcome, request.era());
    return ask(request, *outcome.needs, std::move(otherwise), progress.told());
}

Answer Session::set_log_level(const Request& request) {
    const Json* word = request.param("level");
    const auto level = word != nullptr && word->is_string()
                           ? find_log_level(word->get_ref<const std::string&>())
                           : std::nullopt;
    if (!level) {
        return fail(
            invalid_params("\"level\" must be one of debug, info, notice, warning, error, "
                           "critical, alert, emergency."));
    }
    log_level_ = level;
    return "{}";
}

Answer Session::cancel(const Request& request) {
    const Json* id = request.param("requestId");
    if (id != nullptr && (id->is_string() || id->is_number_integer()))
        in_flight_.cancel({dump_json(*id)});
    return "{}";
}

}  // namespace shopkeeper::mcp
