#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "mcp/agreement.hpp"
#include "mcp/in_flight.hpp"
#include "mcp/listens.hpp"
#include "mcp/pending_calls.hpp"
#include "mcp/protocol.hpp"
#include "mcp/protocol_error.hpp"
#include "mcp/service.hpp"
#include "transport/transport.hpp"

namespace shopkeeper::mcp {

/// One client's conversation. Every message is classified on its own (era.hpp), so one connection
/// may use the handshake and the stateless revision in any order. Thread-safe.
///
/// Before `initialize` requests are served all the same, as `kAssumed`: many clients send
/// tools/list at once, and a person may pipe a single line into the process (protocol.md 2.1). A
/// second `initialize` agrees anew.
class Session final : public transport::Endpoint {
public:
    enum class Kind {
        conversation,  ///< one client: ids are unique among its requests, cancelled by id
        stateless,     ///< everybody's requests of the stateless revision: ids mean nothing across
                       ///< them
    };

    /// `agreed`: by an `initialize` before this session's time.
    Session(const Service& service, Kind kind, Agreement agreed = {})
        : service_(service),
          kind_(kind),
          agreed_(agreed),
          notices_(std::make_shared<SessionNotices>()),
          listens_(service.subscriptions()),
          pending_(std::make_shared<PendingCalls>(service.pending_limits())) {}
    ~Session() override { service_.subscriptions().remove(*notices_); }

    void announce(jsonrpc::Message& message) override;
    std::optional<transport::Reply> receive(const jsonrpc::Message& message,
                                            const transport::Peer& peer,
                                            transport::Outlet& outlet) override;
    bool is_quick(const jsonrpc::Message& message) const override;
    void reach_by(std::shared_ptr<transport::Channel> channel) override {
        notices_->reach_by(std::move(channel));
    }
    void on_reachable() override { service_.subscriptions().retry(*notices_); }
    void end_open_answers() override {
        listens_.end_all();
        pending_->end_all();
    }
    std::string protocol_version() const override;
    std::string agreement() const override { return agreed_.load().text(); }

private:
    struct Request;
    struct Method;

    static const Method* find_method(std::string_view name);
    static Asker asker_of(const Request& request);

    bool is_offered(const Method& method) const;
    bool is_quick_beside_tools(std::string_view method) const;

    /// Nullopt when the id is in use.
    std::optional<InFlight::Ticket> enter(const jsonrpc::Message& message);
    std::optional<transport::Reply> answer(const jsonrpc::Message& message,
                                           const transport::Peer& peer, transport::Outlet& outlet);
    Answer dispatch(Request& request);
    /// Nullopt: all is well and the request knows its revision and log level.
    std::optional<ProtocolError> read_context(Request& request) const;
    /// Nullopt: all is well and the request knows which tools it is about.
    std::optional<ProtocolError> read_choice(Request& request) const;
    /// Serves a request of the stateless revision that brings answers.
    Answer come_back(Request& request, const Method& method);
    /// Runs a call again whose client has answered everything.
    void go_on(PendingCall& call);
    /// Asks the client for what a call needs; `otherwise` is the answer where that cannot be.
    /// `told`: how far the call has said to be.
    Answer ask(const Request& request, const InputNeeded& needs, Answer otherwise,
               double told = kNothingTold);
    bool ask_now(const Request& request, const InputNeeded& needs, const Answer& otherwise,
                 double told);

    Answer initialize(const Request& request);
    Answer discover(const Request& request);
    Answer ping(const Request& request);
    Answer list_tools(const Request& request);
    Answer list_prompts(const Request& request);
    Answer list_resources(const Request& request);
    Answer list_resource_templates(const Request& request);
    Answer get_prompt(const Request& request);
    Answer complete(const Request& request);
    Answer subscribe(const Request& request);
    Answer unsubscribe(const Request& request);
    Answer listen(const Request& request);
    Answer read_resource(const Request& request);
    Answer call_tool(const Request& request);
    static tl::expected<std::string, ProtocolError> task_id(const Request& request);
    Answer get_task(const Request& request);
    Answer update_task(const Request& request);
    Answer cancel_task(const Request& request);
    Answer set_log_level(const Request& request);
    Answer cancel(const Request& request);
    Answer ignore(const Request& request);

    const Service& service_;
    const Kind kind_;
    InFlight in_flight_;
    std::atomic<Agreement> agreed_;
    std::atomic<std::optional<LogLevel>>
        log_level_{};  ///< empty until the client asks for log lines
    const std::shared_ptr<SessionNotices> notices_;
    // Last: what they hold leaves in_flight_.
    Listens listens_;
    const std::shared_ptr<PendingCalls> pending_;
};

}  // namespace shopkeeper::mcp
