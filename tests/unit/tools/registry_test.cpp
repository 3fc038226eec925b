// The gate itself: what happens to a call before and after its verb, on tools of this test's own.
#include "tools/registry.hpp"

#include <catch2/catch.hpp>

#include "support/shop_fixture.hpp"
#include "tools/listing.hpp"

namespace shopkeeper::greeting {

struct Greet {
    std::string name;
    std::int64_t times = 1;
    bool fail = false;
};
struct Greeting {
    std::string text;
    bool breaks_schema = false;
};

void from_json(const Json& json, Greet& greet) {
    greet.name = json.at("name").get<std::string>();
    greet.times = json.at("times").get<std::int64_t>();
    greet.fail = json.value("fail", false);
}

void to_json(JsonWriter& out, const Greeting& greeting) {
    out.begin_object();
    if (greeting.breaks_schema) out.field("surprise", 1);
    out.field("text", greeting.text);
    out.end_object();
}

Result<Greeting> greet(storage::Connection& connection, const CallContext& context,
                       const Greet& command) {
    connection.execute("UPDATE shop SET description = $1 WHERE id = $2",
                       {command.name, context.shop_id});
    if (command.fail) return conflict("stock_changed", "no");
    if (command.name == "bug") throw std::runtime_error("a secret detail");
    if (command.name == "away") throw storage::Unavailable("disk /secret/path full");
    if (command.name == "doubt") throw storage::InDoubt("lost on the way to /secret/path");
    if (command.name == "idle") context.audit.effective = false;
    return Greeting{"hello " + command.name, command.name == "odd"};
}

}  // namespace shopkeeper::greeting

using namespace shopkeeper;
using test::ShopFixture;
using test::Who;

namespace {

constexpr std::string_view kSchema = R"json({
  "name": "greet", "description": "Greets.",
  "inputSchema": {"type": "object", "additionalProperties": false, "required": ["name"], "properties": {
    "name": {"type": "string", "maxLength": 10}, "times": {"type": "integer", "minimum": 1, "default": 1},
    "fail": {"type": "boolean"}, "status": {"type": "string", "enum": ["accepted"]},
    "shop_id": {"type": "integer", "minimum": 1}, "token": {"type": "string", "maxLength": 4096},
    "idempotency_key": {"type": "string", "maxLength": 255}}},
  "outputSchema": {"type": "object", "additionalProperties": false, "required": ["text"], "properties": {
    "text": {"type": "string"}, "idempotent_replay": {"type": "boolean"}}},
  "annotations": {"readOnlyHint": false, "destructiveHint": false, "idempotentHint": false, "openWorldHint": false}
})json";
constexpr EmbeddedFile kFile{"shop/greet.json", kSchema};

/// The fixture's shop behind a registry that knows the one tool above.
struct Gate {
    ShopFixture shop = ShopFixture({});
    tools::Registry registry{shop.registry->environment()};

    explicit Gate(tools::Access access = tools::Access::everyone()) {
        registry.write("greet", access, greeting::greet)
            .aliases({{"status", "подтверждён", "accepted"}});
        registry.seal({&kFile, 1});
    }

    mcp::ToolOutcome raw(Json arguments, const Json* meta = nullptr,
                         std::optional<std::string> bearer = {}) {
        return registry.call({.name = "greet",
                              .arguments = std::move(arguments),
                              .meta = meta,
                              .bearer = std::move(bearer),
                              .address = "local",
                              .session = ""});
    }
    Json call(const char* arguments) {
        const auto outcome = raw(Json::parse(arguments));
        const Json document = Json::parse("{" + outcome.members + "}");
        return Json::parse(document.at("content")[0].at("text").get<std::string>());
    }
    std::string stored() {
        return shop.text("SELECT COALESCE(description, '') FROM shop WHERE id = 8");
    }
};

}  // namespace

TEST_CASE("C6: a success is the same document as structured content and as text", "[registry]") {
    Gate gate;
    const auto outcome = gate.raw({{"name", "роза"}});
    const Json document = Json::parse("{" + outcome.members + "}");

    CHECK(document["structuredContent"]["text"] == "hello роза");
    CHECK(Json::parse(document["content"][0]["text"].get<std::string>()) ==
          document["structuredContent"]);
    CHECK_FALSE(document.contains("isError"));
    CHECK(gate.stored() == "роза");
}

TEST_CASE("E1: a refusal is an error object as text, and never structured content", "[registry]") {
    Gate gate;
    const auto outcome = gate.raw({{"name", "x"}, {"fail", true}});
    const Json document = Json::parse("{" + outcome.members + "}");
    const Json meta = Json::parse("{" + outcome.meta + "}");
    const Json error = Json::parse(document["content"][0]["text"].get<std::string>()).at("error");

    CHECK(document["isError"] == true);
    CHECK_FALSE(document.contains("structuredContent"));
    CHECK(error["code"] == "conflict");
    CHECK(error["request_id"] == outcome.request_id);
    CHECK(meta["dev.shopkeeper/error"] == error);
    CHECK(gate.stored().empty());  // C13: nothing is half done
}

TEST_CASE("C4, E2: all violations are told at once, the first as details.field", "[registry]") {
    Gate gate;
    const Json error =
        gate.call(R"({"name": "longer than ten", "times": 0, "colour": "red"})").at("error");

    CHECK(error["code"] == "invalid_argument");
    const std::string message = error["message"];
    for (const char* named : {"name", "times", "colour", "idempotency_key"})
        CHECK(message.find(named) != std::string::npos);
    CHECK(gate.stored().empty());
}

TEST_CASE("U3: what was given is repeated cut and cleaned", "[registry]") {
    Gate gate;
    const std::string long_name = "<b>" + std::string(300, 'x') + "\u202E";
    const Json error = Json::parse(
        Json::parse("{" + gate.raw({{"name", long_name}}).members + "}")["content"][0]["text"]
            .get<std::string>())["error"];

    CHECK(error["details"]["given"] == std::string(100, 'x'));
}

TEST_CASE("C3: an alias is another word for an enum value", "[registry]") {
    Gate gate;
    CHECK(gate.call(R"({"name": "a", "status": "Подтверждён"})").contains("text"));
    CHECK(gate.call(R"({"name": "a", "status": "processing"})").contains("error"));
}

TEST_CASE("E3: a caller who may not call learns nothing of the arguments", "[registry]") {
    Gate gate(tools::Access::staff(Permission::create_products));
    const Json error = gate.call(R"({"nonsense": 1})").at("error");

    CHECK(error["code"] == "unauthenticated");
    CHECK(error["message"].get<std::string>().find("nonsense") == std::string::npos);
}

TEST_CASE("I3, I5: a key replays a success and forgets a refusal", "[registry]") {
    Gate gate;
    CHECK(gate.call(R"({"name": "a", "fail": true, "idempotency_key": "k"})").contains("error"));
    CHECK(gate.shop.number("SELECT COUNT(*) FROM idempotency_keys") == 0);

    CHECK_FALSE(
        gate.call(R"({"name": "a", "idempotency_key": "k"})").contains("idempotent_replay"));
    gate.shop.execute("UPDATE shop SET description = 'untouched'");
    const Json replay = gate.call(R"({"name": "a", "times": 1.0, "idempotency_key": "k"})");

    CHECK(replay["idempotent_replay"] == true);
    CHECK(replay["text"] == "hello a");
    CHECK(gate.stored() == "untouched");
    CHECK(gate.call(R"({"name": "b", "idempotency_key": "k"})")["error"]["details"]["reason"] ==
          "idempotency_conflict");
}

TEST_CASE("I7: without a key a call simply runs, each time", "[registry]") {
    Gate gate;
    gate.call(R"({"name": "a"})");
    gate.shop.execute("UPDATE shop SET description = 'changed since'");

    CHECK_FALSE(gate.call(R"({"name": "a"})").contains("idempotent_replay"));
    CHECK(gate.stored() == "a");
    CHECK(gate.shop.number("SELECT COUNT(*) FROM idempotency_keys") == 0);
}

TEST_CASE("I9: an effective write is audited, one without effect is not", "[registry]") {
    Gate gate;
    gate.call(R"({"name": "a"})");
    gate.call(R"({"name": "idle"})");
    gate.call(R"({"name": "a", "fail": true})");

    CHECK(gate.shop.number("SELECT COUNT(*) FROM audit_log WHERE tool = 'greet'") == 1);
}

TEST_CASE("a bug and a result outside its schema become internal errors without details",
          "[registry]") {
    Gate gate;
    for (const char* name : {"bug", "odd"}) {
        const auto outcome = gate.raw({{"name", name}});
        CHECK(outcome.kind == mcp::ToolOutcome::Kind::failed);
        CHECK(outcome.members.find("secret") == std::string::npos);
        CHECK_FALSE(outcome.request_id.empty());
    }
}

TEST_CASE("E5: storage that is away is `unavailable`, told without paths", "[registry]") {
    Gate gate;
    const Json error = gate.call(R"({"name": "away"})").at("error");

    CHECK(error["code"] == "unavailable");
    CHECK(error["details"]["retry_after_s"] == 1);
    CHECK(error.dump().find("secret") == std::string::npos);
}

TEST_CASE("I3: a commit in doubt tells the client to repeat with the same key", "[registry]") {
    Gate gate;
    const Json error = gate.call(R"({"name": "doubt"})").at("error");

    CHECK(error["code"] == "unavailable");
    CHECK(error.dump().find("same idempotency_key") != std::string::npos);
    CHECK(error.dump().find("secret") == std::string::npos);
}

TEST_CASE("A5: only a service may assert who its customer is", "[registry]") {
    Gate gate;
    const Json meta = {
        {"dev.shopkeeper/caller", {{"shop_id", 8}, {"channel", "telegram"}, {"user_id", "1"}}}};
    const auto outcome = gate.raw({{"name", "a"}}, &meta);

    CHECK(outcome.meta.find("service_only") != std::string::npos);
    CHECK(gate.stored().empty());
}

TEST_CASE("A5: a malformed assertion is refused by name", "[registry]") {
    Gate gate;
    for (const char* text :
         {R"("x")", R"({})", R"({"shop_id": 8, "channel": "fax", "user_id": "1"})",
          R"({"shop_id": "8", "channel": "web", "user_id": "1"})",
          R"({"shop_id": 8, "channel": "web"})"}) {
        const Json meta = {{"dev.shopkeeper/caller", Json::parse(text)}};
        CHECK(gate.raw({{"name", "a"}}, &meta).meta.find("invalid_argument") != std::string::npos);
    }
}

TEST_CASE("A3: a bad token is refused, never taken for a guest", "[registry]") {
    Gate gate;
    CHECK(gate.raw({{"name", "a"}}, nullptr, "nonsense").meta.find("unauthenticated") !=
          std::string::npos);
    CHECK(gate.call(R"({"name": "a", "token": "nonsense"})")["error"]["code"] == "unauthenticated");
    CHECK(gate.stored().empty());
}

TEST_CASE("seal refuses a schema without handler and a handler without schema", "[registry]") {
    Gate gate;
    tools::Registry without_handler(gate.shop.registry->environment());
    CHECK_THROWS_WITH(without_handler.seal({&kFile, 1}), Catch::Contains("no handler"));

    tools::Registry without_schema(gate.shop.registry->environment());
    without_schema.write("greet", tools::Access::everyone(), greeting::greet);
    CHECK_THROWS_WITH(without_schema.seal({}), Catch::Contains("no schema"));
}

TEST_CASE("a schema outside the dialect stops the start of tests and debug builds", "[registry]") {
    Gate gate;
    std::string text(kSchema);
    text.replace(text.find("maxLength"), 9, "maxLetters");
    const EmbeddedFile file{"shop/greet.json", text};
    auto environment = gate.shop.registry->environment();
    REQUIRE(environment.check_everything);
    tools::Registry strict(environment);
    strict.write("greet", tools::Access::everyone(), greeting::greet);
    CHECK_THROWS_WITH(strict.seal({&file, 1}),
                      Catch::Contains("shop/greet.json") && Catch::Contains("maxLetters"));
}

TEST_CASE(
    "a release build reads a schema when its tool is called, and never calls past a broken one",
    "[registry]") {
    Gate gate;
    std::string text(kSchema);
    text.replace(text.find("maxLength"), 9, "maxLetters");
    const EmbeddedFile files[] = {{"shop/greet.json", text}};
    tools::Registry lazy({.database = *gate.shop.database,
                          .clock = gate.shop.clock,
                          .random = gate.shop.random,
                          .authority = gate.shop.authority,
                          .defaults = gate.shop.defaults,
                          .rate_limits = gate.shop.rate_limits});
    lazy.write("greet", tools::Access::everyone(), greeting::greet);
    lazy.seal(files);

    REQUIRE(lazy.tools().size() == 1);
    CHECK(lazy.tools()[0].json == tools::listed_tool(text));
    for (int i = 0; i < 2; ++i) {
        const auto outcome = lazy.call(
            {.name = "greet", .arguments = {{"name", "a"}}, .address = "local", .session = ""});
        CHECK(outcome.kind == mcp::ToolOutcome::Kind::failed);
    }
    CHECK(gate.stored().empty());
}

TEST_CASE("an unknown tool is told apart", "[registry]") {
    Gate gate;
    CHECK(gate.registry
              .call({.name = "greet_all",
                     .arguments = Json::object(),
                     .address = "local",
                     .session = ""})
              .kind == mcp::ToolOutcome::Kind::unknown_tool);
}
