#include "mcp/client/questions.hpp"

#include "jsonrpc/message.hpp"

namespace shopkeeper::mcp::client {
namespace {

using Answer = tl::expected<Json, Unanswered>;

Answer no(int code, std::string message) {
    return tl::unexpected(Unanswered{code, std::move(message)});
}

std::string text_of(const Json& params, const char* key) {
    const Json* value = member(&params, key);
    return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

const char* word(ElicitationAnswer::Action action) {
    switch (action) {
        case ElicitationAnswer::Action::accept:
            return "accept";
        case ElicitationAnswer::Action::decline:
            return "decline";
        case ElicitationAnswer::Action::cancel:
            break;
    }
    return "cancel";
}

Answer elicit(const Callbacks& callbacks, const Json& params, std::stop_token stop) {
    const std::string mode = text_of(params, "mode");
    const bool is_url = mode == "url";
    if (!mode.empty() && mode != "form" && !is_url) {
        return no(jsonrpc::kInvalidParams, "no such mode of elicitation");
    }
    if (is_url && !callbacks.elicits_urls) {
        return no(jsonrpc::kInvalidParams, "links are not taken here");
    }
    Elicitation question{.message = text_of(params, "message"), .defaults = Json::object()};
    if (is_url) {
        question.url = text_of(params, "url");
    } else {
        const Json* schema = member(&params, "requestedSchema");
        if (schema == nullptr || !schema->is_object()) {
            return no(jsonrpc::kInvalidParams, "a form needs a requestedSchema");
        }
        question.schema = *schema;
        question.defaults = defaults_of(*schema);
    }
    ElicitationAnswer given = callbacks.elicit(question, std::move(stop));
    Json result = {{"action", word(given.action)}};
    if (given.action == ElicitationAnswer::Action::accept && !is_url) {
        Json content = std::move(question.defaults);
        if (given.content.is_object()) content.update(given.content);
        result["content"] = std::move(content);
    }
    return result;
}

}  // namespace

Json capabilities_of(const Callbacks& callbacks, Revision revision) {
    Json capabilities = Json::object();
    if (callbacks.elicit && revision >= Revision::r2025_06_18) {
        Json modes = Json::object();
        if (revision >= Revision::r2025_11_25) {
            modes["form"] = Json::object();
            if (callbacks.elicits_urls) modes["url"] = Json::object();
        }
        capabilities["elicitation"] = std::move(modes);
    }
    if (callbacks.sample) capabilities["sampling"] = Json::object();
    if (callbacks.roots) capabilities["roots"] = Json::object();
    return capabilities;
}

Answer answer(const Callbacks& callbacks, const std::string& method, const Json& params,
              std::stop_token stop) {
    if (method == "elicitation/create" && callbacks.elicit) {
        return elicit(callbacks, params, std::move(stop));
    }
    if (method == "sampling/createMessage" && callbacks.sample) {
        auto result = callbacks.sample(params, std::move(stop));
        if (!result) return no(jsonrpc::kInternalError, result.error());
        return std::move(*result);
    }
    if (method == "roots/list" && callbacks.roots) return Json{{"roots", callbacks.roots()}};
    return no(jsonrpc::kMethodNotFound, "this client does not answer " + method);
}

Json defaults_of(const Json& form_schema) {
    Json defaults = Json::object();
    const Json* properties = member(&form_schema, "properties");
    if (properties == nullptr || !properties->is_object()) return defaults;
    for (const auto& [name, property] : properties->items()) {
        if (const Json* value = member(&property, "default")) defaults[name] = *value;
    }
    return defaults;
}

}  // namespace shopkeeper::mcp::client
