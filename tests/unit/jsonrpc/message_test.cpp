#include "jsonrpc/message.hpp"

#include <catch2/catch.hpp>
#include <string>

namespace shopkeeper::jsonrpc {
namespace {

Message only(std::string_view text) {
    auto incoming = parse(text);
    REQUIRE(incoming);
    REQUIRE_FALSE(incoming->is_batch);
    REQUIRE(incoming->messages.size() == 1);
    return std::move(incoming->messages.front());
}

}  // namespace

TEST_CASE("a message is a request, a notification or a response by its members", "[jsonrpc]") {
    const Message request = only(R"({"jsonrpc":"2.0","id":7,"method":"m","params":{"a":1}})");
    CHECK(request.kind == Message::Kind::request);
    CHECK(request.id.json == "7");
    CHECK(request.method == "m");
    CHECK(request.params == Json{{"a", 1}});

    const Message notification = only(R"({"jsonrpc":"2.0","method":"m"})");
    CHECK(notification.kind == Message::Kind::notification);
    CHECK(notification.params.is_null());

    const Message response = only(R"({"jsonrpc":"2.0","id":"x","result":{"a":1}})");
    CHECK(response.kind == Message::Kind::response);
    CHECK(response.id.json == "\"x\"");
    CHECK(response.body["result"]["a"] == 1);

    CHECK(only(R"({"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"m"}})").kind ==
          Message::Kind::response);
}

TEST_CASE("what is JSON but no message is invalid and echoes the id that could be read",
          "[jsonrpc]") {
    const auto [text, id] = GENERATE(table<const char*, const char*>({
        {R"(5)", "null"},
        {R"("text")", "null"},
        {R"(null)", "null"},
        {R"({})", "null"},
        {R"({"id":1,"method":"m"})", "1"},
        {R"({"jsonrpc":"1.0","id":1,"method":"m"})", "1"},
        {R"({"jsonrpc":2.0,"id":1,"method":"m"})", "1"},
        {R"({"jsonrpc":"2.0","id":null,"method":"m"})", "null"},
        {R"({"jsonrpc":"2.0","id":1.5,"method":"m"})", "null"},
        {R"({"jsonrpc":"2.0","id":true,"method":"m"})", "null"},
        {R"({"jsonrpc":"2.0","id":[1],"method":"m"})", "null"},
        {R"({"jsonrpc":"2.0","id":1,"method":5})", "1"},
        {R"({"jsonrpc":"2.0","id":1,"method":"m","params":"p"})", "1"},
        {R"({"jsonrpc":"2.0","id":1})", "1"},
        {R"({"jsonrpc":"2.0","result":{}})", "null"},
    }));
    CAPTURE(text);
    const Message message = only(text);
    CHECK(message.kind == Message::Kind::invalid);
    CHECK(message.id.json == id);
    CHECK_FALSE(message.problem.empty());
}

TEST_CASE("what is not exactly one JSON value of UTF-8 is a parse error", "[jsonrpc]") {
    const std::string deep_arrays(1'000'000, '[');
    const auto text = GENERATE_COPY(std::string(), std::string("{"), std::string("{} {}"),
                                    std::string("{\"a\":\"\xff\"}"), std::string("{\"a\":'b'}"),
                                    std::string("\xc3\xa9"), deep_arrays,
                                    deep_arrays + std::string(1'000'000, ']'));
    CHECK_FALSE(parse(text));
}

TEST_CASE("a batch holds 1 to 1000 messages, each judged by itself (C16)", "[jsonrpc]") {
    const auto batch =
        parse(R"([{"jsonrpc":"2.0","id":1,"method":"m"},5,{"jsonrpc":"2.0","method":"n"}])");
    REQUIRE(batch);
    CHECK(batch->is_batch);
    REQUIRE(batch->messages.size() == 3);
    CHECK(batch->messages[0].kind == Message::Kind::request);
    CHECK(batch->messages[1].kind == Message::Kind::invalid);
    CHECK(batch->messages[2].kind == Message::Kind::notification);

    CHECK(only("[]").kind == Message::Kind::invalid);

    const auto of_size = [](std::size_t size) {
        std::string text = "[5";
        for (std::size_t i = 1; i < size; ++i) text += ",5";
        return text + "]";
    };
    CHECK(parse(of_size(kBatchMax))->messages.size() == kBatchMax);
    CHECK(only(of_size(kBatchMax + 1)).kind == Message::Kind::invalid);
}

TEST_CASE("messages are written as JSON on one line", "[jsonrpc]") {
    CHECK(result_message({"\"a\""}, R"({"x":1})") ==
          R"({"jsonrpc":"2.0","id":"a","result":{"x":1}})");
    const Json error =
        Json::parse(error_message({"5"}, kInvalidParams, "say \"please\"\n", R"({"why":1})"));
    CHECK(
        error ==
        Json::parse(
            R"({"jsonrpc":"2.0","id":5,"error":{"code":-32602,"message":"say \"please\"\n","data":{"why":1}}})"));
    CHECK(error_message({}, kParseError, "a\nb").find('\n') == std::string::npos);
    CHECK(Json::parse(error_message({}, kParseError, "broken \xff"))["id"].is_null());
    CHECK(Json::parse(notification_message("n", R"({"a":1})")) ==
          Json::parse(R"({"jsonrpc":"2.0","method":"n","params":{"a":1}})"));
    CHECK(Json::parse(notification_message("n", "")) ==
          Json::parse(R"({"jsonrpc":"2.0","method":"n"})"));
}

}  // namespace shopkeeper::jsonrpc
