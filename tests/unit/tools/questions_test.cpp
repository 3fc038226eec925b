// How a tool asks: the verb refuses, nothing of it stays, and the call is run again with the
// answer.
#include <catch2/catch.hpp>

#include "support/shop_fixture.hpp"
#include "tools/registry.hpp"

namespace shopkeeper::doorbell {

struct Ring {
    std::string name;
};
struct Rung {
    std::string text;
};

void from_json(const Json& json, Ring& ring) {
    ring.name = json.value("name", "");
}

void to_json(JsonWriter& out, const Rung& rung) {
    out.begin_object();
    out.field("text", rung.text);
    out.end_object();
}

const Question kWho{
    .key = "who",
    .message = "Who is it?",
    .fields = {
        {.name = "name", .title = "Name", .length_max = 10},
        {.name = "floor",
         .title = "Floor",
         .kind = FormField::Kind::choice,
         .choices = {{"1", "First"}, {"2", "Second"}},
         .is_required = false},
        {.name = "loud", .title = "Loud", .kind = FormField::Kind::yes_no, .is_required = false}}};

/// Writes first, so that a test can see it undone.
Result<Rung> ring(storage::Connection& connection, const CallContext& context,
                  const Ring& command) {
    connection.execute("UPDATE shop SET description = 'rung' WHERE id = $1", {context.shop_id});
    if (!command.name.empty()) return Rung{command.name};
    const FormReply who = context.ask(kWho);
    if (command.name.empty() && who.kind == FormReply::Kind::declined)
        return conflict("declined", "Nobody says who it is.");
    if (!who) return conflict("no_name", "Say who it is: give \"name\".");
    return Rung{who.text("name") + " on " + who.text("floor") + (who.yes("loud") ? "!" : "")};
}

Result<Rung> careless(storage::Connection&, const CallContext& context, const Ring&) {
    static_cast<void>(context.ask(kWho));
    return Rung{"done all the same"};
}

}  // namespace shopkeeper::doorbell

using namespace shopkeeper;
using test::ShopFixture;

namespace {

constexpr std::string_view kRing = R"json({
  "name": "ring", "description": "Rings.",
  "inputSchema": {"type": "object", "additionalProperties": false, "properties": {
    "name": {"type": "string", "maxLength": 10}, "shop_id": {"type": "integer", "minimum": 1},
    "idempotency_key": {"type": "string", "maxLength": 255}}},
  "outputSchema": {"type": "object", "additionalProperties": false, "required": ["text"], "properties": {
    "text": {"type": "string"}, "idempotent_replay": {"type": "boolean"}}},
  "annotations": {"readOnlyHint": false, "destructiveHint": false, "idempotentHint": false, "openWorldHint": false}
})json";

struct Door {
    ShopFixture shop = ShopFixture({});
    tools::LocalRateLimits limits{tools::RateOptions{.write = {2, 60, 2}}};
    tools::Registry registry{with_limits(shop.registry->environment(), limits)};

    explicit Door(Result<doorbell::Rung> (*verb)(storage::Connection&, const CallContext&,
                                                 const doorbell::Ring&) = doorbell::ring) {
        static constexpr EmbeddedFile kFile{"shop/ring.json", kRing};
        registry.write("ring", tools::Access::everyone(), verb);
        registry.seal({&kFile, 1});
    }

    static tools::Environment with_limits(const tools::Environment& environment,
                                          tools::RateLimits& limits) {
        return {.database = environment.database,
                .clock = environment.clock,
                .random = environment.random,
                .authority = environment.authority,
                .defaults = environment.defaults,
                .rate_limits = limits,
                .check_everything = environment.check_everything};
    }

    mcp::ToolOutcome call(const mcp::ClientInput* input = nullptr, bool can_ask = true,
                          Json arguments = Json::object()) {
        return registry.call({.name = "ring",
                              .arguments = std::move(arguments),
                              .address = "local",
                              .abilities = {.form = can_ask},
                              .input = input});
    }

    /// What its person answers to what `outcome` asks.
    static mcp::ClientInput answer(const mcp::ToolOutcome& outcome, Json answers) {
        return {.answers = std::move(answers),
                .state = outcome.needs->state,
                .principal = outcome.needs->principal,
                .round = "round-1"};
    }

    static Json accepted(Json content) {
        return {{"who", {{"action", "accept"}, {"content", std::move(content)}}}};
    }

    static Json document(const mcp::ToolOutcome& outcome) {
        const Json members = Json::parse("{" + outcome.members + "}");
        return Json::parse(members.at("content")[0].at("text").get<std::string>());
    }
    static std::string reason(const mcp::ToolOutcome& outcome) {
        return document(outcome).at("error").at("details").value("reason", "");
    }

    std::string stored() {
        return shop.text("SELECT COALESCE(description, '') FROM shop WHERE id = 8");
    }
};

}  // namespace

TEST_CASE("a question is a flat form, and what was done before it is undone", "[questions]") {
    Door door;
    const auto outcome = door.call();

    REQUIRE(outcome.needs != nullptr);
    REQUIRE(outcome.needs->requests.size() == 1);
    const mcp::InputRequest& request = outcome.needs->requests.front();
    CHECK(request.key == "who");
    CHECK(request.kind == mcp::InputRequest::Kind::form);
    CHECK(Json::parse(request.params_json) == Json::parse(R"json({
        "message": "Who is it?", "requestedSchema": {"type": "object", "required": ["name"], "properties": {
            "name": {"type": "string", "title": "Name", "minLength": 1, "maxLength": 10},
            "floor": {"type": "string", "title": "Floor", "enum": ["1", "2"], "enumNames": ["First", "Second"]},
            "loud": {"type": "boolean", "title": "Loud"}}}})json"));
    CHECK(Door::reason(outcome) == "no_name");  // for a client that cannot be asked after all
    CHECK(door.stored().empty());
}

TEST_CASE("the answer finishes the call", "[questions]") {
    Door door;
    const auto input = Door::answer(
        door.call(), Door::accepted({{"name", " Aru "}, {"floor", "2"}, {"loud", true}, {"x", 1}}));
    const auto outcome = door.call(&input);

    CHECK(outcome.needs == nullptr);
    CHECK(Door::document(outcome)["text"] == "Aru on 2!");
    CHECK(door.stored() == "rung");
}

TEST_CASE("an answer that does not fit the form is asked for again", "[questions]") {
    Door door;
    const Json unfit = GENERATE(
        Door::accepted({{"name", 12345}}), Door::accepted({{"name", "  "}}),
        Door::accepted({{"name", "longer than ten"}}),
        Door::accepted({{"name", "a"}, {"floor", "3"}}),
        Door::accepted({{"name", "a"}, {"loud", "yes"}}), Door::accepted(Json::object()),
        Json({{"who", {{"action", "accept"}}}}), Json({{"who", "Aru"}}),
        Json({{"who", {{"action", "shrug"}}}}), Json({{"whose", Json::object()}}), Json(nullptr));
    const auto input = Door::answer(door.call(), unfit);
    const auto outcome = door.call(&input);

    REQUIRE(outcome.needs != nullptr);
    CHECK(outcome.needs->requests.front().key == "who");
    CHECK(door.stored().empty());
}

TEST_CASE("who declines, and who cannot be asked, gets a refusal", "[questions]") {
    Door door;
    const auto cannot = door.call(nullptr, /*can_ask=*/false);
    CHECK(cannot.needs == nullptr);
    CHECK(Door::reason(cannot) == "no_name");

    const auto input =
        Door::answer(door.call(), {{"who", {{"action", GENERATE("decline", "cancel")}}}});
    const auto declined = door.call(&input);
    CHECK(declined.needs == nullptr);
    CHECK(Door::reason(declined) == "declined");
}

TEST_CASE("only the caller who was asked can answer", "[questions]") {
    Door door;
    auto input = Door::answer(door.call(), Door::accepted({{"name", "Aru"}}));
    input.principal = "8:staff:1";
    const auto outcome = door.call(&input);

    CHECK(outcome.kind == mcp::ToolOutcome::Kind::not_theirs);
    CHECK(door.stored().empty());
}

TEST_CASE("a call and its answers count once against the rates, shown again they count",
          "[questions]") {
    Door door;  // two writes at once
    const auto input = Door::answer(door.call(), Door::accepted({{"name", "Aru"}}));
    CHECK(Door::document(door.call(&input)).contains("text"));
    CHECK(Door::document(door.call(&input)).contains("text"));
    CHECK(Door::document(door.call(&input))["error"]["code"] == "rate_limited");
}

TEST_CASE("a key claims nothing while its call asks", "[questions]") {
    Door door;
    const Json arguments{{"idempotency_key", "k1"}};
    const auto input =
        Door::answer(door.call(nullptr, true, arguments), Door::accepted({{"name", "Aru"}}));
    const auto first = Door::document(door.call(&input, true, arguments));
    const auto again = Door::document(door.call(&input, true, arguments));

    CHECK_FALSE(first.contains("idempotent_replay"));
    CHECK(again["idempotent_replay"] == true);
    CHECK(again["text"] == first["text"]);
}

TEST_CASE("a verb that succeeds although it asked is a bug, and changes nothing", "[questions]") {
    Door door(doorbell::careless);
    CHECK(door.call().kind == mcp::ToolOutcome::Kind::failed);
    CHECK(door.call(nullptr, /*can_ask=*/false).kind == mcp::ToolOutcome::Kind::answered);
}

TEST_CASE("what is answered before it was asked is taken, and paid for like any call",
          "[questions]") {
    Door door;  // two writes at once
    const mcp::ClientInput beforehand{.answers = Door::accepted({{"name", "Aru"}})};
    CHECK(Door::document(door.call(&beforehand)).contains("text"));
    CHECK(Door::document(door.call(&beforehand)).contains("text"));
    CHECK(Door::document(door.call(&beforehand))["error"]["code"] == "rate_limited");
}
