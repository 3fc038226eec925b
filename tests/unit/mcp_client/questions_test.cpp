#include "mcp/client/questions.hpp"

#include <catch2/catch.hpp>

#include "jsonrpc/message.hpp"

namespace shopkeeper::mcp::client {
namespace {

const Json kForm = Json::parse(R"({"message": "Who?", "requestedSchema": {"type": "object",
    "properties": {"name": {"type": "string", "default": "John Doe"},
                   "age": {"type": "integer", "default": 30},
                   "score": {"type": "number", "default": 95.5},
                   "verified": {"type": "boolean", "default": true},
                   "note": {"type": "string"}}}})");

Callbacks answering(ElicitationAnswer given) {
    Callbacks callbacks;
    callbacks.elicit = [given](const Elicitation&, const std::stop_token&) { return given; };
    return callbacks;
}

int code_of(const Callbacks& callbacks, const char* method, const Json& params) {
    const auto result = answer(callbacks, method, params, {});
    return result ? 0 : result.error().code;
}

}  // namespace

TEST_CASE("what an accepted form lacks is filled in from its defaults") {
    const auto result =
        answer(answering({ElicitationAnswer::Action::accept, {{"age", 41}, {"note", "hello"}}}),
               "elicitation/create", kForm, {});
    REQUIRE(result);
    CHECK(*result == Json::parse(R"({"action": "accept", "content": {"name": "John Doe", "age": 41,
        "score": 95.5, "verified": true, "note": "hello"}})"));
}

TEST_CASE("a form that is not accepted carries nothing") {
    using Action = ElicitationAnswer::Action;
    CHECK(*answer(answering({Action::decline, {{"age", 1}}}), "elicitation/create", kForm, {}) ==
          Json{{"action", "decline"}});
    CHECK(*answer(answering({Action::cancel}), "elicitation/create", kForm, {}) ==
          Json{{"action", "cancel"}});
}

TEST_CASE("the one who is asked sees the message, the form and its defaults, or the link") {
    Elicitation seen;
    Callbacks callbacks;
    callbacks.elicits_urls = true;
    callbacks.elicit = [&](const Elicitation& question, const std::stop_token&) {
        seen = question;
        return ElicitationAnswer{ElicitationAnswer::Action::accept};
    };
    answer(callbacks, "elicitation/create", kForm, {});
    CHECK(seen.message == "Who?");
    CHECK(seen.schema == kForm["requestedSchema"]);
    CHECK(seen.defaults["name"] == "John Doe");
    CHECK(seen.url.empty());

    const auto result = answer(callbacks, "elicitation/create",
                               {{"mode", "url"}, {"url", "https://pay.example.com"}}, {});
    CHECK(seen.url == "https://pay.example.com");
    CHECK(*result == Json{{"action", "accept"}});
}

TEST_CASE("what was not declared is refused") {
    const Callbacks deaf;
    CHECK(code_of(deaf, "elicitation/create", kForm) == jsonrpc::kMethodNotFound);
    CHECK(code_of(deaf, "sampling/createMessage", {}) == jsonrpc::kMethodNotFound);
    CHECK(code_of(deaf, "roots/list", {}) == jsonrpc::kMethodNotFound);
    const auto forms = answering({});
    CHECK(code_of(forms, "elicitation/create", {{"mode", "url"}, {"url", "https://a.example"}}) ==
          jsonrpc::kInvalidParams);
    CHECK(code_of(forms, "elicitation/create", {{"mode", "fax"}}) == jsonrpc::kInvalidParams);
    CHECK(code_of(forms, "elicitation/create", Json::object()) == jsonrpc::kInvalidParams);
}

TEST_CASE("sampling and roots go to their callbacks") {
    Callbacks callbacks;
    callbacks.sample = [](const Json& params,
                          const std::stop_token&) -> tl::expected<Json, std::string> {
        if (params["maxTokens"] > 100) return tl::unexpected<std::string>("too much");
        return Json{{"role", "assistant"}};
    };
    callbacks.roots = [] { return Json::parse(R"([{"uri": "file:///srv"}])"); };
    CHECK(*answer(callbacks, "sampling/createMessage", {{"maxTokens", 100}}, {}) ==
          Json{{"role", "assistant"}});
    CHECK(answer(callbacks, "sampling/createMessage", {{"maxTokens", 101}}, {}).error().message ==
          "too much");
    CHECK(*answer(callbacks, "roots/list", {}, {}) ==
          Json::parse(R"({"roots": [{"uri": "file:///srv"}]})"));
}

TEST_CASE("capabilities are written as the revision knows them") {
    auto callbacks = answering({});
    CHECK(capabilities_of(callbacks, Revision::r2025_03_26) == Json::object());
    CHECK(capabilities_of(callbacks, Revision::r2025_06_18) ==
          Json::parse(R"({"elicitation": {}})"));
    CHECK(capabilities_of(callbacks, Revision::r2025_11_25) ==
          Json::parse(R"({"elicitation": {"form": {}}})"));
    callbacks.elicits_urls = true;
    callbacks.roots = [] { return Json::array(); };
    CHECK(capabilities_of(callbacks, Revision::r2026_07_28) ==
          Json::parse(R"({"elicitation": {"form": {}, "url": {}}, "roots": {}})"));
}

}  // namespace shopkeeper::mcp::client
