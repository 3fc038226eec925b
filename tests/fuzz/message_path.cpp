#include "fuzz/message_path.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>

#include "base/clock.hpp"
#include "base/text.hpp"
#include "mcp/server.hpp"
#include "support/fake_prompt_host.hpp"
#include "support/fake_resource_host.hpp"

namespace shopkeeper::test {
namespace {

/// Answers its arguments, and waits for nothing.
class EchoHost final : public mcp::ToolHost {
public:
    std::span<const mcp::ToolEntry> tools() const override { return entries_; }
    bool is_quick(std::string_view) const override { return true; }
    mcp::ToolOutcome call(mcp::ToolCall call) override {
        if (call.name != entries_.front().name)
            return {.kind = mcp::ToolOutcome::Kind::unknown_tool, .request_id = "r-1"};
        if (call.progress != nullptr) call.progress->report(1, 2, "half");
        return {.members = "\"content\":[],\"structuredContent\":" + dump_json(call.arguments)};
    }

private:
    const std::vector<mcp::ToolEntry> entries_ = {
        {"echo", R"({"name":"echo","description":"echo","inputSchema":{"type":"object"}})"}};
};

[[noreturn]] void broken(const std::string& promise, std::string_view bytes) {
    throw std::logic_error(promise + ": " + std::string(bytes.substr(0, 2000)));
}

Json parsed(std::string_view bytes) {
    if (bytes.find('\n') != std::string_view::npos) broken("a message is one line", bytes);
    auto json = parse_json(bytes);
    if (!json || !json->is_object()) broken("a message is a JSON object", bytes);
    if (json->value("jsonrpc", "") != "2.0") broken("a message says jsonrpc 2.0", bytes);
    return *std::move(json);
}

/// What comes before a reply, or on an answer that stays open.
class CheckingOutlet final : public transport::Outlet {
public:
    void send(std::string json) override { check(json); }
    std::shared_ptr<transport::OpenAnswer> keep_open() override {
        return is_open = true, std::make_shared<Answer>();
    }
    bool is_open = false;

private:
    struct Answer final : transport::OpenAnswer {
        bool post(std::string json) override { return check(json), true; }
        void finish(std::string json) override { check(json); }
    };
    static void check(std::string_view bytes) {
        const Json message = parsed(bytes);
        if (!message.contains("method") && !message.contains("id"))
            broken("a message is a request, a notification or an answer", bytes);
    }
};

void check_reply(const jsonrpc::Message& message, const transport::Reply& reply) {
    constexpr std::array kStatuses = {200, 202, 400, 404, 503};
    if (std::ranges::find(kStatuses, reply.http_status) == kStatuses.end())
        broken("a status of the protocol", reply.json);
    const Json answer = parsed(reply.json);
    if (answer.contains("result") == answer.contains("error"))
        broken("a result or an error", reply.json);
    if (!answer.contains("id") ||
        dump_json(answer["id"]) != dump_json(*parse_json(message.id.json)))
        broken("answered under its own id", reply.json);
}

class Conversations {
public:
    void take(std::string_view line) {
        if (line.starts_with("H ")) return take_header(line.substr(2));
        if (line.empty()) return forget_headers();
        const auto incoming = jsonrpc::parse(line);
        if (!incoming) return;
        transport::Endpoint* endpoint = session_.get();
        if (peer_.over_http) {
            const auto routing = server_.route(*incoming, peer_.headers);
            if (routing.kind == transport::Routing::Kind::refused) {
                if (!routing.refusal) broken("a refusal says something", line);
                parsed(routing.refusal->json);
                ++judged_;
                return;
            }
            if (routing.kind == transport::Routing::Kind::stateless)
                endpoint = &server_.stateless();
        }
        for (const jsonrpc::Message& message : incoming->messages) deliver(*endpoint, message);
    }

    std::size_t judged() const { return judged_; }

private:
    void deliver(transport::Endpoint& endpoint, const jsonrpc::Message& message) {
        CheckingOutlet outlet;
        endpoint.is_quick(message);
        const auto reply = endpoint.receive(message, peer_, outlet);
        const bool wants_reply = message.kind == jsonrpc::Message::Kind::request ||
                                 message.kind == jsonrpc::Message::Kind::invalid;
        if (reply && !wants_reply) broken("only requests are answered", reply->json);
        if (!reply && wants_reply && !outlet.is_open)
            broken("every request is answered", message.method);
        if (!reply) return;
        check_reply(message, *reply);
        ++judged_;
    }

    void take_header(std::string_view line) {
        const auto colon = line.find(':');
        if (colon == std::string_view::npos) return;
        const std::string name = text::lower(line.substr(0, colon));
        std::string value(line.substr(colon + 1));
        if (value.starts_with(' ')) value.erase(0, 1);
        peer_.over_http = true;
        if (name == "mcp-protocol-version") peer_.headers.protocol_version = value;
        if (name == "mcp-method") peer_.headers.method = value;
        if (name == "mcp-name") peer_.headers.name = value;
        if (name.starts_with("mcp-param-"))
            peer_.headers.params.emplace_back(name.substr(10), value);
    }

    void forget_headers() {
        peer_.headers = {};
        peer_.over_http = false;
    }

    EchoHost tools_;
    FakeResourceHost resources_;
    FakePromptHost prompts_;
    FakeCompleter completer_;
    SystemClock clock_;
    mcp::Server server_{tools_,
                        clock_,
                        {},
                        {.resources = &resources_, .prompts = &prompts_, .completer = &completer_}};
    std::shared_ptr<transport::Endpoint> session_ = server_.open();
    transport::Peer peer_;
    std::size_t judged_ = 0;
};

}  // namespace

std::size_t exercise(std::string_view input) {
    Conversations conversations;
    for (std::size_t begin = 0; begin <= input.size();) {
        const std::size_t feed = std::min(input.find('\n', begin), input.size());
        conversations.take(input.substr(begin, feed - begin));
        begin = feed + 1;
    }
    return conversations.judged();
}

}  // namespace shopkeeper::test
