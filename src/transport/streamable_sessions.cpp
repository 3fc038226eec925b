#include <unordered_set>

#include "transport/http_replies.hpp"
#include "transport/streamable_session.hpp"

// Which session a request belongs to, and when sessions end.

namespace shopkeeper::transport {
namespace {

using SteadyClock = std::chrono::steady_clock;

/// Streams of adopted sessions are numbered from a random number beyond this, those of sessions
/// opened here from 1: an event id of one process names no stream of another.
constexpr std::uint64_t kAdoptedStreams = std::uint64_t{1} << 32;

}  // namespace

bool StandaloneChannel::post(std::string json) {
    const auto session = session_.lock();
    return session && session->post(json);
}

std::shared_ptr<StreamableHttp::Session> StreamableHttp::keep(std::shared_ptr<Session> session) {
    session->endpoint->reach_by(std::make_shared<StandaloneChannel>(session));
    const std::string& id = session->id.text;
    if (auto kept = sessions_.insert(id, session)) return kept;
    close_idle(options_.session_idle_when_full);
    return sessions_.insert(id, session);
}

std::shared_ptr<StreamableHttp::Session> StreamableHttp::adopt(std::string_view id, bool may_wait,
                                                               NoSession& why) {
    why = {404, "This session does not exist any more; send initialize again."};
    const auto genuine = session_ids_.read(id);
    if (!genuine) return nullptr;
    if (!may_wait) {
        why.must_wait = true;
        return nullptr;
    }
    const auto state = session_ids_.ask(genuine->name);
    if (state == SessionIds::State::unknown) {
        why = {503, "Whether this session is open cannot be told now; try again in a second."};
    }
    if (state != SessionIds::State::open) return nullptr;
    auto endpoint = endpoints_.resume(genuine->agreement);
    if (!endpoint) return nullptr;
    auto session = keep(std::make_shared<Session>(
        SessionIds::Id{std::string(id), genuine->name}, std::move(endpoint),
        kAdoptedStreams + random_.below(kAdoptedStreams)));
    if (!session) why = {503, kTooManySessions};
    return session;
}

std::shared_ptr<StreamableHttp::Session> StreamableHttp::find_session(const net::Request& request,
                                                                      bool may_wait,
                                                                      NoSession& why) {
    const auto id = request.header(kSessionHeader);
    if (!id || id->empty()) {
        why = {400,
               "The header Mcp-Session-Id is missing; send initialize first and repeat the id of "
               "its reply."};
        return nullptr;
    }
    auto session = sessions_.find(*id);
    if (!session) session = adopt(*id, may_wait, why);
    if (!session) return nullptr;
    const auto version = request.header("MCP-Protocol-Version");
    if (version && !endpoints_.knows_version(*version)) {
        why = {400, "MCP-Protocol-Version names a revision that sessions here do not have."};
        return nullptr;
    }
    session->touch();
    return session;
}

net::Reply StreamableHttp::no_session(const NoSession& why, const jsonrpc::Id& id) {
    return why.status == 503 ? busy(why.message, id)
                             : refusal(why.status, jsonrpc::kInvalidRequest, why.message, id);
}

void StreamableHttp::close_session(Session& session) {
    sessions_.take(session.id.text);
    session.ended.request_stop();
    const std::scoped_lock lock(session.mutex);
    session.standalone.end();
}

void StreamableHttp::close_idle(std::chrono::milliseconds idle) {
    const auto now = SteadyClock::now();
    for (const auto& session : sessions_.all()) {
        if (session->is_idle(now, idle)) close_session(*session);
    }
}

/// Those that a client has ended on another process.
void StreamableHttp::close_ended() {
    const auto names = session_ids_.lately_ended();
    if (names.empty()) return;
    const std::unordered_set<std::string_view> ended(names.begin(), names.end());
    for (const auto& session : sessions_.all()) {
        if (ended.contains(session->id.name)) close_session(*session);
    }
}

void StreamableHttp::housekeep() {
    close_idle(options_.session_idle);
    close_ended();
    const auto now = SteadyClock::now();
    for (const auto& session : sessions_.all()) {
        const std::scoped_lock lock(session->mutex);
        std::erase_if(session->logs, [&](const auto& entry) {
            const auto finished = entry.second->finished();
            return finished && now - *finished > options_.log_kept;
        });
    }
}

void StreamableHttp::end_streams() {
    for (const auto& session : sessions_.all()) {
        const std::scoped_lock lock(session->mutex);
        session->standalone.end();
    }
}

void StreamableHttp::cancel_calls() {
    for (const auto& session : sessions_.all()) session->ended.request_stop();
}

}  // namespace shopkeeper::transport
