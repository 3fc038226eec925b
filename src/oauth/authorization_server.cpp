#include "oauth/authorization_server.hpp"

#include <optional>
#include <utility>
#include <variant>

#include "base/crypto.hpp"
#include "base/json_writer.hpp"
#include "domains/auth/grants.hpp"
#include "domains/auth/login.hpp"
#include "journal/audit.hpp"
#include "oauth/authorization_request.hpp"
#include "oauth/redirect_uri.hpp"
#include "oauth/tokens.hpp"

namespace shopkeeper::oauth {
namespace {

constexpr std::size_t kQueryMax = 8 * 1024;  ///< what a request line may hold anyway

constexpr std::string_view kHtml = "text/html; charset=utf-8";

bool is_form(const net::Request& request) {
    const std::string_view type = request.header("Content-Type").value_or("");
    return net::equals_ignoring_case(net::trimmed(type.substr(0, type.find(';'))),
                                     "application/x-www-form-urlencoded");
}

net::Reply json_reply(int status, std::string body) {
    // Tokens and who has them are nobody's to keep on the way.
    return {.status = status, .headers = {{"Cache-Control", "no-store"}}, .body = std::move(body)};
}

net::Reply refusal(int status, const OAuthError& error) {
    JsonWriter out;
    out.begin_object();
    out.field("error", error.code);
    out.field("error_description", error.description);
    out.end_object();
    return json_reply(status, std::move(out).take());
}

net::Reply not_a_form() {
    return refusal(400, {"invalid_request", "send a form (application/x-www-form-urlencoded)"});
}

LoginTrouble trouble_of(const Error& error) {
    switch (error.code) {
        case ErrorCode::rate_limited:
            return LoginTrouble::too_often;
        case ErrorCode::permission_denied:
            return LoginTrouble::shop_blocked;
        case ErrorCode::unavailable:
            return LoginTrouble::away;
        default:
            return LoginTrouble::wrong;
    }
}

int status_of(LoginTrouble trouble) {
    if (trouble == LoginTrouble::none) return 200;
    return trouble == LoginTrouble::too_often ? 429 : 403;
}

net::Reply json_of(const Tokens& tokens) {
    JsonWriter out;
    out.begin_object();
    out.field("access_token", tokens.access);
    out.field("token_type", "Bearer");
    out.field("expires_in", kAccessTtlS);
    out.field("refresh_token", tokens.refresh);
    out.field("scope", tokens.scopes.text());
    out.end_object();
    return json_reply(200, std::move(out).take());
}

}  // namespace

/// A request for authorization that may be answered at its redirect URI.
struct AuthorizationServer::Asked {
    std::string query;  ///< as it came
    Client client;
    std::string redirect_uri;
    std::string state;
    AuthorizationRequest request;
    Locale locale = Locale::ru;
};

AuthorizationServer::AuthorizationServer(const AuthorizationServerOptions& options)
    : options_(options), sessions_(options.authority.token_secret, options.site.is_secure()) {}

net::Reply AuthorizationServer::metadata() const {
    return {.headers = {{"Cache-Control", "public, max-age=3600"}},
            .body = server_metadata(options_.site, {.dynamic = options_.registers,
                                                    .documents = options_.documents != nullptr})};
}

net::Reply AuthorizationServer::style() {
    return {.content_type = "text/css; charset=utf-8",
            .headers = {{"Cache-Control", "public, max-age=3600"}},
            .body = std::string(stylesheet())};
}

net::Reply AuthorizationServer::page(int status, std::string html,
                                     std::string_view form_target) const {
    // The answer to a form goes on to the program, and browsers hold that against form-action, too.
    std::string policy = "default-src 'none'; style-src 'self'; form-action 'self'";
    if (!form_target.empty()) policy += " " + redirect_source(form_target);
    policy += "; base-uri 'none'; frame-ancestors 'none'";
    net::Reply reply{.status = status,
                     .content_type = kHtml,
                     .headers = {{"Content-Security-Policy", std::move(policy)},
                                 {"X-Frame-Options", "DENY"},
                                 {"X-Content-Type-Options", "nosniff"},
                                 // Not no-referrer: browsers would then name no origin with forms.
                                 {"Referrer-Policy", "same-origin"},
                                 {"Cache-Control", "no-store"}},
                     .body = std::move(html)};
    if (options_.site.is_secure())
        reply.headers.emplace_back("Strict-Transport-Security", "max-age=31536000");
    return reply;
}

OAuthResult<Client> AuthorizationServer::find_client(const std::string& id) {
    if (options_.documents != nullptr && options_.documents->is_document_id(id))
        return options_.documents->find(id);
    auto client = options_.database.read(
        [&](storage::Connection& connection) { return oauth::find_client(connection, id); });
    if (!client) return fail("invalid_client", "this client is not registered here");
    return *std::move(client);
}

net::Reply AuthorizationServer::authorize(const net::Request& request, const Visitor& visitor) {
    if (request.method() == "POST") return submit(request, visitor);
    return show(request);
}

net::Reply AuthorizationServer::send_back(const Asked& asked, net::FormFields answer) const {
    if (!asked.state.empty()) answer.emplace_back("state", asked.state);
    answer.emplace_back("iss", options_.site.issuer);
    const char* joint = asked.redirect_uri.find('?') == std::string::npos ? "?" : "&";
    return {.status = 303,
            .headers = {{"Location", asked.redirect_uri + joint + net::encode_form(answer)},
                        {"Cache-Control", "no-store"},
                        {"Referrer-Policy", "no-referrer"}}};
}

/// Everything is judged anew each time: what a form brings back is a stranger's text like any
/// other.
std::variant<AuthorizationServer::Asked, net::Reply> AuthorizationServer::read(
    const net::Request& request, std::string_view query) {
    const auto parameters = net::decode_form(query);
    const Locale locale = locale_for(value_of(parameters, "ui_locales"),
                                     request.header("Accept-Language").value_or(""));
    const auto fault = [&](Fault what) { return page(400, fault_page(locale, what)); };
    if (query.size() > kQueryMax) return fault(Fault::bad_request);
    auto addressee = read_addressee(parameters);
    if (!addressee) return fault(Fault::bad_request);
    auto client = find_client(addressee->client_id);
    if (!client) return fault(Fault::unknown_client);
    if (!client->has_redirect(addressee->redirect_uri)) return fault(Fault::foreign_redirect);

    Asked asked{.query = std::string(query),
                .client = *std::move(client),
                .redirect_uri = std::move(addressee->redirect_uri),
                .state = std::string(value_of(parameters, "state")),
                .request = {},
                .locale = locale};
    auto read = read_authorization_request(parameters, options_.site.resource);
    if (!read) {
        return send_back(asked, {{"error", std::string(read.error().code)},
                                 {"error_description", read.error().description}});
    }
    asked.request = *std::move(read);
    return asked;
}

std::optional<auth::User> AuthorizationServer::user_of(const BrowserSession& session) {
    if (session.user_id == 0) return std::nullopt;
    auto user = options_.database.read([&](storage::Connection& connection) {
        return auth::find_user(connection, session.user_id);
    });
    const bool may_go_on = user && user->is_active && user->token_version == session.token_version;
    if (!may_go_on) user.reset();
    return user;
}

net::Reply AuthorizationServer::login_form(const Asked& asked, const BrowserSession& session,
                                           LoginTrouble trouble, std::string_view phone) const {
    const Form form{asked.query, sessions_.form_token(session, asked.query)};
    auto reply =
        page(status_of(trouble), login_page(asked.locale, asked.client, form, trouble, phone));
    reply.headers.emplace_back("Set-Cookie", sessions_.set_cookie(session));
    return reply;
}

net::Reply AuthorizationServer::show(const net::Request& request) {
    auto read = this->read(request, request.query());
    if (auto* answered = std::get_if<net::Reply>(&read)) return std::move(*answered);
    const Asked& asked = std::get<Asked>(read);
    const UnixMs now_ms = options_.clock.now_ms();
    const auto session = sessions_.find(request, now_ms);
    const auto user = session ? user_of(*session) : std::nullopt;
    if (!user) {
        // Two pages of one browser may be open at once.
        const bool is_stranger = session && session->user_id == 0;
        return login_form(asked, is_stranger ? *session : sessions_.begin(options_.random, now_ms),
                          LoginTrouble::none, {});
    }
    const Form form{asked.query, sessions_.form_token(*session, asked.query)};
    return page(200,
                consent_page(asked.locale, asked.client, asked.redirect_uri, asked.request.scopes,
                             user->name, form),
                asked.redirect_uri);
}

net::Reply AuthorizationServer::submit(const net::Request& request, const Visitor& visitor) {
    if (!is_form(request)) return not_a_form();
    const auto form = net::decode_form(request.body);
    const auto query = value_of(form, "request");
    const auto session = sessions_.find(request, options_.clock.now_ms());
    const bool is_ours =
        session && sessions_.is_form_token(*session, query, value_of(form, "form_token"));
    if (!is_ours) {
        const Locale locale = locale_for({}, request.header("Accept-Language").value_or(""));
        return page(403, fault_page(locale, Fault::expired));
    }
    auto read = this->read(request, query);
    if (auto* answered = std::get_if<net::Reply>(&read)) return std::move(*answered);
    Asked& asked = std::get<Asked>(read);
    if (value_of(form, "step") == "login") return sign_in(asked, *session, form, visitor);
    return decide(asked, *session, form);
}

net::Reply AuthorizationServer::sign_in(const Asked& asked, const BrowserSession& session,
                                        const net::FormFields& form, const Visitor& visitor) {
    const std::string phone(value_of(form, "phone"));
    const auto again = [&](const Error& error) {
        auto reply = login_form(asked, session, trouble_of(error), phone);
        if (error.details.retry_after_s)
            reply.headers.emplace_back("Retry-After", std::to_string(*error.details.retry_after_s));
        return reply;
    };
    if (const auto allowed = options_.charge_login(visitor); !allowed)
        return again(allowed.error());
    const UnixMs now_ms = options_.clock.now_ms();
    Caller guest;
    guest.principal = "guest:" + auth::pseudonym(options_.authority, visitor.address);
    AuditNote unused;
    const CallContext context{.caller = guest,
                              .shop_id = options_.defaults.shop_id,
                              .shop_given = false,
                              .now_ms = now_ms,
                              .source = "mcp",
                              .request_id = "authorize",
                              .defaults = options_.defaults,
                              .random = options_.random,
                              .audit = unused};
    const auto signed_in =
        auth::login(options_.database, options_.authority, context,
                    {.phone = phone, .password = std::string(value_of(form, "password"))});
    if (!signed_in) return again(signed_in.error());
    const auto known =
        sessions_.begin(options_.random, now_ms, signed_in->user.id, signed_in->user.token_version);
    // To a path of ours, whatever the query holds.
    return {.status = 303,
            .headers = {{"Location", "/authorize?" + asked.query},
                        {"Set-Cookie", sessions_.set_cookie(known)},
                        {"Cache-Control", "no-store"}}};
}

net::Reply AuthorizationServer::decide(Asked& asked, const BrowserSession& session,
                                       const net::FormFields& form) {
    const auto user = user_of(session);
    if (!user) return page(403, fault_page(asked.locale, Fault::expired));
    if (value_of(form, "decision") != "allow") {
        return send_back(asked,
                         {{"error", "access_denied"}, {"error_description", "the person refused"}});
    }
    if (value_of(form, "changes") == "yes")
        asked.request.scopes = asked.request.scopes.with_changes();
    const auto code = options_.database.write([&](storage::Connection& connection) {
        auto opened = auth::open_grant(connection, options_.random, options_.clock.now_ms(),
                                       {.user_id = user->id,
                                        .token_version = user->token_version,
                                        .client_id = asked.client.id,
                                        .client_name = asked.client.name,
                                        .redirect_uri = asked.redirect_uri,
                                        .challenge = asked.request.challenge,
                                        .scopes = asked.request.scopes});
        audit_consent(connection, *user, asked);
        return opened;
    });
    return send_back(asked, {{"code", code}});
}

/// Who let which program in stands in the shop's chain like any other change. Rule: domain I9.
void AuthorizationServer::audit_consent(storage::Connection& connection, const auth::User& user,
                                        const Asked& asked) {
    Caller staff;
    staff.kind = CallerKind::staff;
    staff.principal = "staff:" + std::to_string(user.id);
    staff.user_id = user.id;
    AuditNote note;
    note.target_kind = "staff_user";
    note.target_id = std::to_string(user.id);
    JsonWriter after;
    after.begin_object();
    after.field("client_id", asked.client.id);
    after.field("scopes", asked.request.scopes.text());
    after.end_object();
    note.after_json = std::move(after).take();
    const CallContext context{.caller = staff,
                              .shop_id = user.shop_id.value_or(options_.defaults.shop_id),
                              .shop_given = true,
                              .now_ms = options_.clock.now_ms(),
                              .source = "mcp",
                              .request_id = "authorize",
                              .defaults = options_.defaults,
                              .random = options_.random,
                              .audit = note};
    journal::append_audit(connection, context, "authorize", sha256_hex(asked.client.id));
}

net::Reply AuthorizationServer::token(const net::Request& request) {
    if (!is_form(request)) return not_a_form();
    const auto parameters = net::decode_form(request.body);
    const auto answer = options_.database.write([&](storage::Connection& connection) {
        return answer_token_request(connection, options_.random, options_.clock.now_ms(),
                                    options_.authority, parameters);
    });
    if (const auto* error = std::get_if<OAuthError>(&answer)) return refusal(400, *error);
    return json_of(std::get<Tokens>(answer));
}

net::Reply AuthorizationServer::register_program(const net::Request& request) {
    if (!options_.registers)
        return refusal(403, {"access_denied", "programs cannot register themselves here"});
    const auto client = options_.database.write([&](storage::Connection& connection) {
        return oauth::register_client(connection, options_.random, options_.clock.now_ms(),
                                      request.body);
    });
    if (!client) {
        const bool is_full = client.error().code == "temporarily_unavailable";
        return refusal(is_full ? 503 : 400, client.error());
    }
    JsonWriter out;
    out.begin_object();
    out.field("client_id", client->id);
    out.field("client_id_issued_at", options_.clock.now_ms() / 1000);
    out.field("client_name", client->name);
    out.field("redirect_uris", client->redirect_uris);
    out.field("grant_types", std::vector<std::string>{"authorization_code", "refresh_token"});
    out.field("response_types", std::vector<std::string>{"code"});
    out.field("token_endpoint_auth_method", "none");
    out.end_object();
    return json_reply(201, std::move(out).take());
}

net::Reply AuthorizationServer::revoke_token(const net::Request& request) {
    if (!is_form(request)) return not_a_form();
    const auto parameters = net::decode_form(request.body);
    options_.database.write([&](storage::Connection& connection) {
        oauth::revoke(connection, options_.clock.now_ms(), options_.authority, parameters);
    });
    return json_reply(200, {});
}

}  // namespace shopkeeper::oauth
