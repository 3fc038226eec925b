#include <algorithm>
#include <utility>
#include <vector>

#include "base/base64.hpp"
#include "base/json_writer.hpp"
#include "base/text.hpp"
#include "mcp/session_request.hpp"

// What a session serves beside tools: resources, their changes, prompts and completions.

namespace shopkeeper::mcp {
namespace {

/// Bytes of a URI; a longer one names nothing of ours.
constexpr std::size_t kUriMax = 2'048;

/// The first words of a decoded cursor, so that a text which happens to be base64 is no cursor, and
/// one of another list neither.
constexpr std::string_view kResourcesMark = "resources-from:";

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// RFC 3986: a scheme, and nothing that a URI must escape.
bool is_uri(std::string_view text) {
    const std::size_t colon = text.find(':');
    if (colon == 0 || colon == std::string_view::npos || text.size() > kUriMax) return false;
    const std::string_view scheme = text.substr(0, colon);
    const bool has_scheme =
        is_letter(scheme.front()) && std::all_of(scheme.begin(), scheme.end(), [](char c) {
            return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
        });
    return has_scheme && std::all_of(text.begin(), text.end(), [](char c) {
               return c > ' ' && c < '\x7f' &&
                      std::string_view("\"<>\\^`{|}").find(c) == std::string_view::npos;
           });
}

std::string uri_data(std::string_view uri) {
    JsonWriter data;
    data.begin_object();
    data.field("uri", text::truncate(uri, kUriMax));
    data.end_object();
    return std::move(data).take();
}

/// The position in `cursor`; nullopt when it is none of this list's.
std::optional<std::string> position_of(const Json* cursor, std::string_view mark) {
    if (cursor == nullptr || cursor->is_null()) return std::string();
    if (!cursor->is_string()) return std::nullopt;
    const auto decoded = decode_base64(cursor->get_ref<const std::string&>());
    if (!decoded || !decoded->starts_with(mark) || decoded->size() == mark.size())
        return std::nullopt;
    return decoded->substr(mark.size());
}

/// `"<member>":<list>` and the cursor of the page after, where there is one.
std::string page_members(std::string_view name, std::string_view list_json, std::string_view mark,
                         std::string_view next) {
    JsonWriter members;
    members.begin_object();
    members.raw_field(name, list_json);
    if (!next.empty()) members.field("nextCursor", encode_base64(std::string(mark).append(next)));
    members.end_object();
    const std::string_view whole = members.view();
    return std::string(whole.substr(1, whole.size() - 2));
}

const std::string* text_of(const Json* value) {
    return value != nullptr ? value->get_ptr<const std::string*>() : nullptr;
}

/// The members of an object of strings, an absent one being empty; nullopt for anything else.
std::optional<PromptArguments> read_texts(const Json* object) {
    PromptArguments texts;
    if (object == nullptr || object->is_null()) return texts;
    if (!object->is_object()) return std::nullopt;
    for (const auto& [name, value] : object->items()) {
        if (!value.is_string()) return std::nullopt;
        texts.emplace(name, value.get<std::string>());
    }
    return texts;
}

ProtocolError of(HostFailure failure) {
    switch (failure.kind) {
        case HostFailure::Kind::not_found:
        case HostFailure::Kind::invalid:
            return {jsonrpc::kInvalidParams, std::move(failure.message),
                    std::move(failure.data_json)};
        case HostFailure::Kind::refused:
            return {kRefusedByHost, std::move(failure.message), std::move(failure.data_json), 200,
                    std::move(failure.demand)};
        case HostFailure::Kind::asks:  // only who gets a prompt is asked
        case HostFailure::Kind::failed:
            break;
    }
    return {jsonrpc::kInternalError, std::move(failure.message)};
}

}  // namespace

Asker Session::asker_of(const Request& request) {
    return {.meta = meta_of(request.message.params),
            .bearer = request.peer.bearer,
            .address = request.peer.address,
            .is_loopback = request.peer.is_loopback,
            .session = request.peer.session,
            .gone = request.stop.get_token(),
            .abilities = request.abilities,
            .input = request.input()};
}

Answer Session::list_resources(const Request& request) {
    const auto position = position_of(request.param("cursor"), kResourcesMark);
    if (!position) return fail(invalid_cursor());
    auto page = service_.features().resources->list(*position, asker_of(request));
    if (!page) {
        const bool is_cursor = page.error().kind == HostFailure::Kind::invalid;
        return fail(is_cursor ? invalid_cursor() : of(std::move(page.error())));
    }
    return service_.cacheable_result(
        page_members("resources", page->resources_json, kResourcesMark, page->next), page->cache,
        request.era());
}

Answer Session::list_resource_templates(const Request& request) {
    const Json* cursor = request.param("cursor");
    if (cursor != nullptr && !cursor->is_null()) return fail(invalid_cursor());
    return service_.fixed_list("resourceTemplates", service_.features().resources->templates(),
                               request.era());
}

Answer Session::read_resource(const Request& request) {
    const std::string* uri = request.text("uri");
    if (uri == nullptr)
        return fail(invalid_params("\"uri\" must be a string: the resource to read."));
    const std::string shown = text::truncate(*uri, kEchoedMax);
    if (!is_uri(*uri)) {
        return fail({jsonrpc::kInvalidParams, "Not a URI: " + shown, uri_data(*uri)});
    }
    auto read = service_.features().resources->read(*uri, asker_of(request));
    if (!read && read.error().kind == HostFailure::Kind::not_found) {
        // Rule: protocol.md 3.9: the code of its own is for the handshake revisions only.
        return fail(
            {request.era() == Era::handshake ? jsonrpc::kResourceNotFound : jsonrpc::kInvalidParams,
             "Resource not found: " + shown, uri_data(*uri)});
    }
    if (!read) return fail(of(std::move(read.error())));
    return service_.cacheable_result("\"contents\":" + read->contents_json, read->cache,
                                     request.era());
}

/// A resource that the asker may not read cannot be subscribed to either, and in the same words.
Answer Session::subscribe(const Request& request) {
    if (Answer read = read_resource(request); !read) return read;
    const std::string& uri = *request.text("uri");
    if (service_.subscriptions().add(notices_, uri)) return "{}";
    return fail({kRefusedByHost, "A session subscribes to at most " +
                                     std::to_string(kSubscribedUrisMax) +
                                     " resources; unsubscribe from one first."});
}

Answer Session::unsubscribe(const Request& request) {
    const std::string* uri = request.text("uri");
    if (uri == nullptr)
        return fail(invalid_params("\"uri\" must be a string: the resource to unsubscribe from."));
    service_.subscriptions().remove(*notices_, *uri);
    return "{}";
}

/// Rule: protocol.md 3.6. Kinds of notices that there are not are left out of the acknowledgement,
/// and so are resources that the asker may not read.
Answer Session::listen(const Request& request) {
    const Json* filter = request.param("notifications");
    if (filter == nullptr || !filter->is_object())
        return fail(invalid_params("\"notifications\" must be an object: what to listen to."));
    const Json* uris = member(filter, "resourceSubscriptions");
    const bool is_list =
        uris == nullptr || (uris->is_array() && std::ranges::all_of(*uris, [](const Json& uri) {
                                return uri.is_string();
                            }));
    if (!is_list)
        return fail(invalid_params("\"resourceSubscriptions\" must be an array of URIs."));
    auto answer = request.outlet.keep_open();
    if (answer == nullptr) {
        return fail({kRefusedByHost,
                     "Listening needs an event stream: accept text/event-stream, "
                     "and try again later when too many are open."});
    }
    const auto listen = std::make_shared<Listen>(
        std::move(answer), request.message.id, *std::move(*request.ticket), request.peer.over_http);
    request.ticket->reset();
    if (!listens_.open(listen, request.peer.gone)) {
        listen->end();
        return "{}";  // has been said
    }
    std::vector<std::string> honoured;
    const std::size_t asked = uris == nullptr ? 0 : std::min(uris->size(), kSubscribedUrisMax);
    for (std::size_t at = 0; at < asked; ++at) {
        const auto& uri = (*uris)[at].get_ref<const std::string&>();
        const bool is_readable =
            is_uri(uri) && service_.features().resources->read(uri, asker_of(request));
        if (is_readable && service_.subscriptions().add(listen, uri)) honoured.push_back(uri);
    }
    listen->acknowledge(honoured);
    service_.subscriptions().retry(*listen);
    // Its peer may have left meanwhile, and then nobody else takes these back.
    if (!listens_.has(*listen)) service_.subscriptions().remove(*listen);
    return "{}";  // nobody reads it: the answer is kept open
}

Answer Session::list_prompts(const Request& request) {
    const Json* cursor = request.param("cursor");
    if (cursor != nullptr && !cursor->is_null()) return fail(invalid_cursor());
    return service_.fixed_list("prompts", service_.features().prompts->prompts(), request.era());
}

Answer Session::get_prompt(const Request& request) {
    const std::string* name = request.text("name");
    if (name == nullptr)
        return fail(invalid_params("\"name\" must be a string: the prompt to get."));
    const auto arguments = read_texts(request.param("arguments"));
    if (!arguments) {
        return fail(invalid_params("\"arguments\" must be an object of strings."));
    }
    auto members = service_.features().prompts->get(*name, *arguments, asker_of(request));
    if (members) return service_.complete_result(std::move(*members), request.era());
    if (members.error().kind == HostFailure::Kind::not_found) {
        return fail(invalid_params("Unknown prompt: " + text::truncate(*name, kEchoedMax) +
                                   ". prompts/list names those there are."));
    }
    const HostFailure& failure = members.error();
    if (failure.kind == HostFailure::Kind::asks) {
        return ask(request, failure.needs, fail({kRefusedByHost, failure.message}));
    }
    return fail(of(std::move(members.error())));
}

Answer Session::complete(const Request& request) {
    const Json* ref = request.param("ref");
    const Json* argument = request.param("argument");
    const std::string* type = text_of(member(ref, "type"));
    const bool of_resource = type != nullptr && *type == "ref/resource";
    const bool of_prompt = type != nullptr && *type == "ref/prompt";
    const std::string* name = text_of(member(ref, of_resource ? "uri" : "name"));
    if ((!of_resource && !of_prompt) || name == nullptr) {
        return fail(
            invalid_params("\"ref\" must be {type: \"ref/prompt\", name} or "
                           "{type: \"ref/resource\", uri}."));
    }
    const std::string* argument_name = text_of(member(argument, "name"));
    const std::string* value = text_of(member(argument, "value"));
    if (argument_name == nullptr || value == nullptr) {
        return fail(invalid_params("\"argument\" must be {name, value}, both strings."));
    }
    const auto context = read_texts(member(request.param("context"), "arguments"));
    if (!context) {
        return fail(invalid_params("\"context.arguments\" must be an object of strings."));
    }
    using Of = CompletionRequest::Of;
    auto completion = service_.features().completer->complete(
        {of_resource ? Of::resource : Of::prompt, *name, *argument_name, *value, *context},
        asker_of(request));
    if (!completion) return fail(of(std::move(completion.error())));
    const bool is_cut = completion->values.size() > kCompletionMax;
    if (is_cut) completion->values.resize(kCompletionMax);
    JsonWriter out;
    out.begin_object();
    out.field("values", completion->values);
    if (completion->total) out.field("total", *completion->total);
    out.field("hasMore", completion->has_more || is_cut);
    out.end_object();
    return service_.complete_result("\"completion\":" + std::move(out).take(), request.era());
}

}  // namespace shopkeeper::mcp
