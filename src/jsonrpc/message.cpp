#include "jsonrpc/message.hpp"

#include "base/json_writer.hpp"

namespace shopkeeper::jsonrpc {
namespace {

Message invalid(Id id, std::string problem) {
    Message message;
    message.id = std::move(id);
    message.problem = std::move(problem);
    return message;
}

/// The id's text, or nullopt for anything but a string or an integer.
std::optional<Id> read_id(const Json& id) {
    if (id.is_string() || id.is_number_integer()) return Id{dump_json(id)};
    return std::nullopt;
}

Message classify(Json&& json) {
    if (!json.is_object()) return invalid({}, "A message must be a JSON object.");
    const auto id_at = json.find("id");
    const bool has_id = id_at != json.end();
    const auto id = has_id ? read_id(*id_at) : std::nullopt;
    const Id echoed = id.value_or(Id{});
    const auto version = json.find("jsonrpc");
    if (version == json.end() || *version != "2.0")
        return invalid(echoed, "\"jsonrpc\" must be \"2.0\".");

    Message message;
    const auto method = json.find("method");
    if (method == json.end()) {
        const bool answers = has_id && (json.contains("result") || json.contains("error"));
        if (!answers)
            return invalid(
                echoed,
                "A message needs a \"method\", or an \"id\" with a \"result\" or \"error\".");
        message.kind = Message::Kind::response;
        message.id = echoed;
        message.body = std::move(json);
        return message;
    }
    if (!method->is_string()) return invalid(echoed, "\"method\" must be a string.");
    if (has_id && !id) return invalid({}, "\"id\" must be a string or an integer.");
    const auto params = json.find("params");
    if (params != json.end() && !params->is_object() && !params->is_array()) {
        return invalid(echoed, "\"params\" must be an object.");
    }
    message.kind = has_id ? Message::Kind::request : Message::Kind::notification;
    message.id = echoed;
    message.method = std::move(method->get_ref<std::string&>());
    if (params != json.end()) message.params = std::move(*params);
    return message;
}

}  // namespace

std::optional<Incoming> parse(std::string_view text) {
    auto json = parse_json(text);
    if (!json) return std::nullopt;
    Incoming incoming;
    if (!json->is_array()) {
        incoming.messages.push_back(classify(std::move(*json)));
        return incoming;
    }
    if (json->empty() || json->size() > kBatchMax) {
        incoming.messages.push_back(
            invalid({}, "A batch holds 1 to " + std::to_string(kBatchMax) + " messages."));
        return incoming;
    }
    incoming.is_batch = true;
    incoming.messages.reserve(json->size());
    for (Json& element : *json) incoming.messages.push_back(classify(std::move(element)));
    return incoming;
}

std::string result_message(const Id& id, std::string_view result_json) {
    std::string text;
    text.reserve(result_json.size() + id.json.size() + 40);
    text += R"({"jsonrpc":"2.0","id":)";
    text += id.json;
    text += R"(,"result":)";
    text += result_json;
    text += '}';
    return text;
}

std::string error_message(const Id& id, int code, std::string_view message,
                          std::string_view data_json) {
    std::string text = R"({"jsonrpc":"2.0","id":)" + id.json + R"(,"error":{"code":)" +
                       std::to_string(code) + R"(,"message":)";
    append_json_string(text, message);
    if (!data_json.empty()) text.append(R"(,"data":)").append(data_json);
    return text + "}}";
}

std::string request_message(const Id& id, std::string_view method, std::string_view params_json) {
    std::string text = R"({"jsonrpc":"2.0","id":)" + id.json + R"(,"method":)";
    append_json_string(text, method);
    return text.append(R"(,"params":)").append(params_json).append("}");
}

std::string notification_message(std::string_view method, std::string_view params_json) {
    std::string text = R"({"jsonrpc":"2.0","method":)";
    append_json_string(text, method);
    if (!params_json.empty()) text.append(R"(,"params":)").append(params_json);
    return text + "}";
}

}  // namespace shopkeeper::jsonrpc
