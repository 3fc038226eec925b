#include <exception>
#include <memory>
#include <utility>

#include "base/log.hpp"
#include "mcp/session_request.hpp"

// How a session asks its client in the middle of a call. Rule: protocol.md 3.5, 5.2.

namespace shopkeeper::mcp {
namespace {

std::string message_of(const jsonrpc::Id& id, const Answer& answer) {
    return answer ? jsonrpc::result_message(id, *answer) : answer.error().reply(id).json;
}

/// What a call says while it is run again goes where its answer will.
class AnswerOutlet final : public transport::Outlet {
public:
    explicit AnswerOutlet(std::shared_ptr<transport::OpenAnswer> answer)
        : answer_(std::move(answer)) {}
    void send(std::string json) override { answer_->post(std::move(json)); }
    std::shared_ptr<transport::OpenAnswer> keep_open() override { return answer_; }

private:
    const std::shared_ptr<transport::OpenAnswer> answer_;
};

}  // namespace

Answer Session::come_back(Request& request, const Method& method) {
    const jsonrpc::Message& message = request.message;
    StateSeal* seal = service_.features().seal;
    if (seal == nullptr) return (this->*method.serve)(request);
    auto asked = read_asked(*seal, message.params, essence_of(message.method, message.params),
                            service_.clock().now_ms());
    if (!asked) return fail(asked.error());
    request.asked = &*asked;
    return (this->*method.serve)(request);
}

Answer Session::ask(const Request& request, const InputNeeded& needs, Answer otherwise,
                    double told) {
    if (const InputRequest* unable = beyond(needs, request.abilities)) {
        if (otherwise) return otherwise;
        return fail(missing_ability(unable->kind, request.revision));
    }
    const int rounds = request.asked == nullptr ? 0 : request.asked->rounds;
    if (rounds >= kRoundsMax) return otherwise;
    if (request.era() == Era::handshake)
        return ask_now(request, needs, otherwise, told) ? Answer("{}") : otherwise;

    StateSeal* seal = service_.features().seal;
    if (seal == nullptr) return otherwise;
    const std::string essence = essence_of(request.message.method, request.message.params);
    const std::string content = state_content(needs, request.asked, service_.clock().now_ms());
    if (essence.size() + content.size() > kAskedBytesMax) return otherwise;
    return service_.special_result(input_required_members(needs, seal->seal(content, essence)));
}

/// By requests of ours on the stream of the call, which is kept open meanwhile.
bool Session::ask_now(const Request& request, const InputNeeded& needs, const Answer& otherwise,
                      double told) {
    const jsonrpc::Message& message = request.message;
    const std::size_t answered =
        request.asked == nullptr ? 0 : dump_json(request.asked->input.answers).size();
    if (essence_of(message.method, message.params).size() + answered > kAskedBytesMax) return false;
    auto answer = request.outlet.keep_open();
    if (answer == nullptr) return false;
    AskedCall asked = request.asked == nullptr ? AskedCall{} : *request.asked;
    asked.rounds += 1;
    asked.told = told;
    asked.input.state = needs.state;
    asked.input.principal = needs.principal;
    const auto call = std::make_shared<PendingCall>(PendingCall{
        .message = message,
        .peer = request.peer,
        .revision = request.revision,
        .log_level = request.log_level,
        .answer = std::move(answer),
        .otherwise = message_of(message.id, otherwise),
        .asked = std::move(asked),
        .ticket = std::move(*request.ticket),
    });
    request.ticket->reset();
    if (pending_->add(call, needs)) return true;
    // Its answer is open by now, so this is where the reply goes.
    call->ticket->leave();
    call->answer->finish(call->otherwise);
    return true;
}

void Session::go_on(PendingCall& call) {
    AnswerOutlet outlet(call.answer);
    std::optional<InFlight::Ticket> ticket = std::move(call.ticket);
    if (!ticket) return;  // it has gone on already
    Request request{call.message, call.peer, outlet, ticket->stop(), call.revision, call.log_level};
    request.ticket = &ticket;
    request.abilities = agreed_.load().abilities;
    request.asked = &call.asked;
    Answer answer = fail({jsonrpc::kInternalError, "Internal error."});
    try {
        answer = (this->*find_method(call.message.method)->serve)(request);
    } catch (const std::exception& error) {
        log::error("mcp", std::string("a call could not go on error=") + error.what());
    }
    if (!ticket || ticket->was_cancelled()) return;  // it asks again, or nobody expects a reply
    ticket->leave();
    call.answer->finish(message_of(call.message.id, answer));
}

}  // namespace shopkeeper::mcp
