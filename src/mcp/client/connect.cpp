// How a client finds out what a server speaks. Rule: protocol.md 5.3.
#include <algorithm>

#include "jsonrpc/message.hpp"
#include "mcp/client/call.hpp"
#include "mcp/client/http_channel.hpp"
#include "mcp/client/sse_channel.hpp"

namespace shopkeeper::mcp::client {
namespace {

using Kind = Failure::Kind;

Patience patience_of(const ClientOptions& options, std::stop_token stop) {
    return {std::chrono::steady_clock::now() + options.connect_timeout, std::move(stop)};
}

/// Whether a list of versions names one that satisfies `speaks`; absent: unknown.
std::optional<bool> any_version(const Json* versions, bool (*speaks)(Revision)) {
    if (versions == nullptr || !versions->is_array()) return std::nullopt;
    return std::any_of(versions->begin(), versions->end(), [&](const Json& version) {
        const auto revision = version.is_string()
                                  ? find_revision(version.get_ref<const std::string&>())
                                  : std::nullopt;
        return revision && speaks(*revision);
    });
}

bool is_stateless(Revision revision) {
    return revision == kStateless;
}

bool says_unsupported(const Failure& failure) {
    return failure.kind == Kind::refused && failure.code == kUnsupportedVersion;
}

/// A refusal that only a server of the stateless era gives.
bool is_stateless_refusal(const Failure& failure) {
    if (failure.kind != Kind::refused) return false;
    if (failure.code <= kHeaderMismatch && failure.code >= kUnsupportedVersion) return true;
    return failure.code == jsonrpc::kMethodNotFound && failure.status == 404;
}

/// A refusal of a server that does not know the question: try an older one.
bool is_older_server(const Failure& failure) {
    if (failure.kind == Kind::refused) return failure.status < 500;
    return failure.kind == Kind::http_status && failure.status >= 400 && failure.status < 500;
}

/// A server that knows no POST at its URL may be one of HTTP+SSE.
bool may_be_sse(const Failure& failure) {
    const bool is_status = failure.kind == Kind::http_status || failure.kind == Kind::refused;
    return is_status && (failure.status == 400 || failure.status == 404 || failure.status == 405);
}

tl::unexpected<Failure> nothing_in_common() {
    return fail(Kind::unsupported, "the server speaks no revision of MCP that this client speaks");
}

}  // namespace

bool Client::is_to_probe() const {
    return !options_.only || *options_.only == kStateless;
}

/// A stream for what nobody wants to hear is not worth a thread and a connection.
bool Client::has_ears() const {
    const Callbacks& callbacks = options_.callbacks;
    return callbacks.elicit || callbacks.sample || callbacks.roots || callbacks.log ||
           callbacks.changed;
}

Channel::Receiver Client::unsolicited() {
    return [this](const Json& message) {
        const CallOptions options;
        hear(message, 0, options,
             {std::chrono::steady_clock::now() + options.timeout, closing_.get_token()});
    };
}

Outcome<std::unique_ptr<Client>> Client::over_stdio(const ServerProgram& program,
                                                    ClientOptions options, std::stop_token stop) {
    const Patience patience = patience_of(options, std::move(stop));
    std::unique_ptr<Client> client(new Client(std::move(options)));
    const auto start = [&]() -> Outcome<void> {
        auto channel =
            start_server(program, client->options_.message_bytes_max, client->unsolicited());
        if (!channel) return tl::unexpected(channel.error());
        client->channel_ = std::move(*channel);
        return {};
    };
    if (auto started = start(); !started) return tl::unexpected(started.error());

    if (client->is_to_probe()) {
        const auto era = client->probe(patience.at_most(kProbeMax));
        if (era && *era == Era::stateless) {
            client->channel_->listen(client->revision_);
            return client;
        }
        if (client->options_.only) return nothing_in_common();
        if (!era && era.error().kind == Kind::closed) {  // it fled from what it does not know
            client->channel_.reset();
            if (auto started = start(); !started) return tl::unexpected(started.error());
        } else if (!era && era.error().kind != Kind::timed_out) {
            return tl::unexpected(era.error());
        }
    }
    if (auto begun = client->begin_session(patience); !begun) return tl::unexpected(begun.error());
    client->channel_->listen(client->revision_);
    return client;
}

Outcome<std::unique_ptr<Client>> Client::over_http(net::HttpClient& http, HttpServerPlace place,
                                                   ClientOptions options, std::stop_token stop) {
    const Patience patience = patience_of(options, std::move(stop));
    std::unique_ptr<Client> client(new Client(std::move(options)));
    client->channel_ = make_http_channel(http, place, client->options_.message_bytes_max,
                                         client->has_ears() ? client->unsolicited() : nullptr);

    if (client->is_to_probe()) {
        const auto era = client->probe(patience);
        if (!era) return tl::unexpected(era.error());
        if (*era == Era::stateless) {
            client->channel_->listen(client->revision_);
            return client;
        }
        if (client->options_.only) return nothing_in_common();
    }
    auto begun = client->begin_session(patience);
    if (!begun && may_be_sse(begun.error())) {
        auto channel = open_sse_channel(http, std::move(place), client->options_.message_bytes_max,
                                        client->unsolicited(), patience);
        if (!channel) return tl::unexpected(channel.error());
        client->channel_ = std::move(*channel);
        begun = client->begin_session(patience);
    }
    if (!begun) return tl::unexpected(begun.error());
    client->channel_->listen(client->revision_);
    return client;
}

Outcome<Client::Era> Client::probe(const Patience& patience) {
    revision_ = kStateless;
    const CallOptions options;
    auto found = ask_once({.method = "server/discover"}, options, patience);
    if (!found && says_unsupported(found.error())) {
        const Json* supported = member(&found.error().data, "supported");
        if (any_version(supported, is_stateless).value_or(false)) {
            found = ask_once({.method = "server/discover"}, options, patience);
        } else if (any_version(supported, has_handshake).value_or(true)) {
            return Era::handshake;
        } else {
            return nothing_in_common();
        }
    }
    if (!found) {
        if (is_stateless_refusal(found.error())) return Era::stateless;
        if (is_older_server(found.error())) return Era::handshake;
        return tl::unexpected(found.error());
    }
    const Json* supported = member(&*found, "supportedVersions");
    if (!any_version(supported, is_stateless).value_or(true)) {
        if (any_version(supported, has_handshake).value_or(false)) return Era::handshake;
        return nothing_in_common();
    }
    if (const Json* info = member(meta_of(*found), meta_key::kServerInfo)) server_info_ = *info;
    if (const Json* has = member(&*found, "capabilities"); has && has->is_object()) {
        capabilities_ = *has;
    }
    if (const Json* text = member(&*found, "instructions"); text && text->is_string()) {
        instructions_ = text->get<std::string>();
    }
    return Era::stateless;
}

Outcome<Revision> Client::shake_hands(Revision wanted, const Patience& patience) {
    Call call{.method = "initialize"};
    call.params = {{"protocolVersion", word(wanted)},
                   {"capabilities", capabilities_of(options_.callbacks, wanted)},
                   {"clientInfo", {{"name", options_.name}, {"version", options_.version}}}};
    const auto result = ask_once(call, {}, patience);
    if (!result) return tl::unexpected(result.error());
    const Json* version = member(&*result, "protocolVersion");
    const auto revision = version != nullptr && version->is_string()
                              ? find_revision(version->get_ref<const std::string&>())
                              : std::nullopt;
    if (!revision || !has_handshake(*revision)) return nothing_in_common();
    if (sessions_ == 0) {  // what a later session says is the same or not believed
        revision_ = *revision;
        if (const Json* info = member(&*result, "serverInfo")) server_info_ = *info;
        if (const Json* has = member(&*result, "capabilities"); has && has->is_object()) {
            capabilities_ = *has;
        }
        if (const Json* text = member(&*result, "instructions"); text && text->is_string()) {
            instructions_ = text->get<std::string>();
        }
    }
    const Json ready = {{"jsonrpc", "2.0"}, {"method", "notifications/initialized"}};
    if (auto posted =
            channel_->post(dump_json(ready), headers("notifications/initialized"), patience);
        !posted) {
        return tl::unexpected(posted.error());
    }
    return *revision;
}

Outcome<void> Client::begin_session(const Patience& patience) {
    revision_ = options_.only.value_or(kLatestHandshake);
    const auto revision = shake_hands(revision_, patience);
    if (!revision) return tl::unexpected(revision.error());
    ++sessions_;
    return {};
}

Outcome<void> Client::renew_session(std::uint64_t seen, const Patience& patience) {
    const std::scoped_lock lock(renewing_);
    if (sessions_ != seen) return {};  // somebody else has
    channel_->forget_session();
    const auto revision = shake_hands(revision_, patience);
    if (!revision) return tl::unexpected(revision.error());
    if (*revision != revision_) {
        return fail(Kind::unsupported, "the server speaks another revision now; connect again");
    }
    ++sessions_;
    channel_->listen(revision_);
    return {};
}

}  // namespace shopkeeper::mcp::client
