#include "oauth_client/authorizer.hpp"

#include "base/log.hpp"
#include "oauth_client/refused.hpp"

namespace shopkeeper::oauth_client {
namespace {

bool is_known(const Identity& identity, CredentialStore& store, const std::string& issuer) {
    for (const ConfiguredClient& client : identity.clients) {
        if (client.issuer == issuer) return true;
    }
    const Credentials credentials = store.load(issuer);
    return credentials.client || !credentials.tokens.empty();
}

/// The authorization server does not know this client, or not any more. One that it does not know
/// at all is told so to the person in the browser, who does not come back.
bool blames_client(const Error& error) {
    const std::string& reason = error.details.reason;
    return reason == "invalid_client" || reason == "unauthorized_client" || reason == "no_answer";
}

}  // namespace

/// The right to change the token, which one has at a time.
class Authorizer::Turn {
public:
    /// At once or not at all.
    explicit Turn(Authorizer& owner) : owner_(owner) {
        const std::scoped_lock lock(owner_.mutex_);
        is_had_ = !owner_.is_taken_;
        owner_.is_taken_ = true;
    }
    /// Waits for it; the one before may have sent a person to the browser.
    Turn(Authorizer& owner, const std::stop_token& stop) : owner_(owner) {
        std::unique_lock lock(owner_.mutex_);
        is_had_ = owner_.turn_over_.wait(lock, stop, [&] { return !owner_.is_taken_; });
        if (is_had_) owner_.is_taken_ = true;
    }
    ~Turn() {
        if (!is_had_) return;
        const std::scoped_lock lock(owner_.mutex_);
        owner_.is_taken_ = false;
        owner_.turn_over_.notify_all();
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

    explicit operator bool() const { return is_had_; }

private:
    Authorizer& owner_;
    bool is_had_ = false;
};

/// The way from one refusal to another token.
class Authorizer::Renewal {
public:
    Renewal(Authorizer& owner, const mcp::client::Challenge& refusal,
            const BearerChallenge& challenge, const std::stop_token& stop)
        : owner_(owner), refusal_(refusal), challenge_(challenge), stop_(stop) {}

    Result<Held> run(const std::optional<Held>& held) {
        // What this request has been refused with already.
        std::optional<Origin> tried;
        if (refusal_.attempt > 1 && held) tried = held->origin;
        const bool is_step_up = refusal_.status == 403;
        if (!is_step_up && tried == Origin::granted) {
            return refused("invalid_token", "The server " + owner_.web_.server().origin() +
                                                " refuses the token that was just granted for it.");
        }

        auto discovery = discover(
            owner_.web_, challenge_,
            [&](const std::string& issuer) {
                return is_known(owner_.options_.identity, owner_.store_, issuer);
            },
            stop_);
        if (!discovery) return Refusal(discovery.error());
        discovery_ = *std::move(discovery);
        credentials_ = owner_.store_.load(discovery_.server.issuer);
        const auto found = credentials_.tokens.find(discovery_.resource.resource);
        if (found != credentials_.tokens.end()) kept_ = found->second;
        const auto given = owner_.grants_.given_client(discovery_.server);
        const auto client = given ? given : credentials_.client;

        if (is_step_up) return step_up();
        if (client && is_another_token_kept()) return hold(*client, kept_, Origin::kept);
        if (client && !kept_.refresh_token.empty() && tried != Origin::refreshed) {
            auto refreshed = refresh(*client);
            if (refreshed || refreshed.error().code == ErrorCode::unavailable) return refreshed;
        }
        return grant(united(kept_.scopes, wanted_scopes()));
    }

private:
    /// All that the operation needs. Rule: MCP authorization, "Scope Selection Strategy".
    const Scopes& wanted_scopes() const {
        return challenge_.scopes.empty() ? discovery_.resource.scopes_supported : challenge_.scopes;
    }

    bool is_another_token_kept() const {
        return !kept_.access_token.empty() && kept_.access_token != refusal_.refused_token &&
               !kept_.is_stale(owner_.with_.clock.now_ms());
    }

    /// Asks for what was granted and what is needed now, so that one token serves for both.
    /// Rule: MCP authorization, "Step-Up Authorization Flow"; SEP-2350.
    Result<Held> step_up() {
        if (contains_all(kept_.scopes, wanted_scopes())) {
            return refused("insufficient_scope",
                           "The server " + owner_.web_.server().origin() +
                               " wants nothing that the token does not have already, and refuses "
                               "it all the same.");
        }
        return grant(united(kept_.scopes, wanted_scopes()));
    }

    Result<Held> refresh(const Client& client) {
        auto tokens = owner_.grants_.refresh(discovery_.server, client,
                                             discovery_.resource.resource, kept_, stop_);
        if (tokens) return hold(client, *std::move(tokens), Origin::refreshed);
        if (tokens.error().code != ErrorCode::unavailable) {
            // What was granted is still worth knowing: it is asked for again.
            credentials_.tokens[discovery_.resource.resource].refresh_token.clear();
            if (blames_client(tokens.error())) credentials_.client.reset();
            owner_.keep(discovery_.server.issuer, credentials_);
        }
        return Refusal(tokens.error());
    }

    Result<Held> grant(const Scopes& scopes) {
        auto granted = owner_.grants_.grant(discovery_, scopes, credentials_.client, stop_);
        if (granted) {
            const bool is_given = owner_.grants_.given_client(discovery_.server).has_value();
            if (!is_given) credentials_.client = granted->client;
            return hold(granted->client, std::move(granted->tokens), Origin::granted);
        }
        if (credentials_.client && blames_client(granted.error())) {
            credentials_.client.reset();  // the next grant registers anew
            owner_.keep(discovery_.server.issuer, credentials_);
        }
        return Refusal(granted.error());
    }

    Held hold(const Client& client, Tokens tokens, Origin origin) {
        const std::string& resource = discovery_.resource.resource;
        if (origin != Origin::kept) {
            credentials_.tokens[resource] = tokens;
            owner_.keep(discovery_.server.issuer, credentials_);
        }
        return {.server = discovery_.server,
                .client = client,
                .resource = resource,
                .tokens = std::move(tokens),
                .origin = origin};
    }

    Authorizer& owner_;
    const mcp::client::Challenge& refusal_;
    const BearerChallenge& challenge_;
    const std::stop_token& stop_;

    Discovery discovery_;
    Credentials credentials_;  ///< at this authorization server
    Tokens kept_;              ///< of them, those for this protected server; else empty
};

Result<std::unique_ptr<Authorizer>> Authorizer::open(AuthorizerOptions options, Surroundings with,
                                                     CredentialStore& store) {
    auto server = parse_url(options.server_url);
    if (!server || !may_visit(*server, *server)) {
        return invalid_argument("server_url",
                                "Give an https URL; plain http is for this machine only.",
                                options.server_url);
    }
    return std::unique_ptr<Authorizer>(
        new Authorizer(std::move(options), with, store, *std::move(server)));
}

Authorizer::Authorizer(AuthorizerOptions options, const Surroundings& with, CredentialStore& store,
                       Url server)
    : options_(std::move(options)),
      with_(with),
      store_(store),
      web_(with_.http, std::move(server), options_.limits),
      grants_(options_.identity, with_, web_) {}

std::optional<Authorizer::Held> Authorizer::held() {
    const std::scoped_lock lock(mutex_);
    return held_;
}

void Authorizer::hold(Held held) {
    const std::scoped_lock lock(mutex_);
    held_ = std::move(held);
}

std::optional<std::string> Authorizer::bearer(std::string_view server_url) {
    if (server_url != options_.server_url) return std::nullopt;
    {
        const std::scoped_lock lock(mutex_);
        if (!held_) return std::nullopt;
        if (!is_stale(*held_)) return held_->tokens.access_token;
    }
    // One that has ended all the same is refused with a challenge, and that begins anew.
    return renew_before_it_ends().tokens.access_token;
}

tl::expected<void, std::string> Authorizer::on_challenge(std::string_view server_url,
                                                         const mcp::client::Challenge& challenge,
                                                         std::stop_token stop) {
    if (server_url != options_.server_url) {
        return tl::unexpected("There are no credentials for " + std::string(server_url) + ".");
    }
    const auto renewed = renew(challenge, stop);
    if (!renewed) return tl::unexpected(renewed.error().message);
    return {};
}

Result<void> Authorizer::renew(const mcp::client::Challenge& refusal, const std::stop_token& stop) {
    const auto challenge = find_bearer_challenge(refusal.www_authenticate);
    if (refusal.status == 403 && (!challenge || challenge->error != "insufficient_scope")) {
        return permission_denied("forbidden",
                                 "The server refuses this request whatever the token.");
    }
    const Turn turn(*this, stop);
    if (!turn) return refuse(ErrorCode::unavailable, "Signing in was stopped.");
    const auto now_held = held();
    if (now_held && now_held->tokens.access_token != refusal.refused_token &&
        !is_stale(*now_held)) {
        return {};  // another request has got it meanwhile
    }
    auto renewed =
        Renewal(*this, refusal, challenge.value_or(BearerChallenge()), stop).run(now_held);
    if (!renewed) return Refusal(renewed.error());
    hold(*std::move(renewed));
    return {};
}

bool Authorizer::is_stale(const Held& held) const {
    return held.tokens.is_stale(with_.clock.now_ms());
}

Authorizer::Held Authorizer::renew_before_it_ends() {
    const Turn turn(*this);
    Held now_held = *held();
    if (!turn || !is_stale(now_held) || now_held.tokens.refresh_token.empty()) return now_held;
    auto fresh =
        grants_.refresh(now_held.server, now_held.client, now_held.resource, now_held.tokens, {});
    if (fresh) {
        now_held.tokens = *std::move(fresh);
        now_held.origin = Origin::refreshed;
        Credentials credentials = store_.load(now_held.server.issuer);
        credentials.tokens[now_held.resource] = now_held.tokens;
        keep(now_held.server.issuer, credentials);
    } else if (fresh.error().code != ErrorCode::unavailable) {
        now_held.tokens.refresh_token.clear();  // not to be asked with before every request
    }
    hold(now_held);
    return now_held;
}

void Authorizer::keep(const std::string& issuer, const Credentials& credentials) {
    const auto kept = store_.save(issuer, credentials);
    if (!kept) log::warning("oauth_client", kept.error().message);
}

}  // namespace shopkeeper::oauth_client
