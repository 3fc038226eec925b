#include <CLI/CLI.hpp>
#include <iostream>

#include "base/log.hpp"
#include "server/app.hpp"
#include "server/cli/program.hpp"
#include "server/config_snippets.hpp"
#include "server/health.hpp"
#include "server/housekeeping.hpp"
#include "server/oauth_endpoints.hpp"
#include "server/server_card.hpp"
#include "server/signals.hpp"
#include "transport/call_pool.hpp"
#include "transport/http.hpp"

namespace shopkeeper::server::cli {
namespace {

/// Rule: operations C12.
transport::Admission admission(App& app, const std::string& credential) {
    try {
        return app.knows(credential) ? transport::Admission::granted
                                     : transport::Admission::refused;
    } catch (const std::exception& away) {
        log::error("server", std::string("credentials cannot be checked: ") + away.what());
        return transport::Admission::unknown;
    }
}

transport::HttpTransportOptions transport_options(const Options& options, App& app) {
    const Options::Http& http = options.http;
    transport::HttpTransportOptions result;
    result.listener.host = http.host;
    result.listener.port = http.port;
    result.listener.body_bytes_max = http.body_bytes_max;
    result.listener.streams_max = http.streams_max;
    result.listener.read_timeout = http.read_timeout;
    result.listener.write_timeout = http.write_timeout;
    result.listener.keepalive = http.keepalive;
    result.listener.keepalive_requests_max = http.keepalive_requests_max;
    if (options.is_dev) result.listener.reply_headers.emplace_back("X-Shopkeeper-Mode", "dev");
    result.access.hosts = http.allowed_hosts;
    result.access.origins = http.allowed_origins;
    result.access.open_paths.insert(result.access.open_paths.end(), std::begin(kCardPaths),
                                    std::end(kCardPaths));
    if (options.judges_credentials()) {
        result.access.admit = [&app](const std::string& credential) {
            return admission(app, credential);
        };
        result.access.admit_waits =
            !app.database().reads_wait_for_nobody() || !options.oauth.issuers.empty();
        result.access.takes_guests = !options.requires_credentials();
    }
    if (options.oauth.is_on()) {
        OAuthEndpoints::open_doors(options, result);
    }
    result.streamable.trusted_proxies = http.trusted_proxies;
    result.sse.trusted_proxies = http.trusted_proxies;
    result.calls.threads_max = http.calls_max;
    return result;
}

/// Health is answered off the loop threads: a database that hangs must not hold up calls.
/// Rule: operations H1, H8.
class HealthRoutes {
public:
    HealthRoutes(net::HttpServer& server, Health& health) {
        server.route("GET", "/livez", [](net::Request&, net::Responder responder) {
            responder.reply(to_http(Health::live()));
        });
        add(server, "/readyz", [&health](const net::Request&) { return health.ready(); });
        add(server, "/health", [&health](const net::Request& request) {
            return health.whole(request.peer_is_loopback);
        });
        add(server, "/health/*", [&health](const net::Request& request) {
            const std::string_view name =
                request.path().substr(std::string_view("/health/").size());
            return health.component(name, request.peer_is_loopback);
        });
    }

private:
    using Ask = std::function<HealthReply(const net::Request&)>;

    static net::Reply to_http(HealthReply reply) {
        return {.status = reply.status,
                .headers = {{"Cache-Control", "no-store"}},
                .body = std::move(reply.json)};
    }

    void add(net::HttpServer& server, std::string_view path, Ask ask) {
        server.route("GET", path,
                     [this, ask = std::move(ask)](net::Request& request, net::Responder responder) {
                         struct Question {
                             net::Request request;
                             net::Responder responder;
                         };
                         // Shared because a task may be copied; there is one owner at a time.
                         const auto question = std::make_shared<Question>(
                             Question{std::move(request), std::move(responder)});
                         const bool is_accepted = pool_.try_run([question, ask] {
                             question->responder.reply(to_http(ask(question->request)));
                         });
                         if (!is_accepted)
                             question->responder.reply(
                                 net::error_reply(503, "unavailable", "Too many probes at once."));
                     });
    }

    transport::CallPool pool_{{.threads_max = 2, .waiting_max = 64}};
};

/// Beyond this machine somebody must be able to prove who they are. Rule: operations C11.
void check_reach(App& app, const Options& options) {
    if (options.http.is_loopback()) return;
    const auto known = app.database().read([](storage::Connection& connection) {
        return connection
            .query(
                "SELECT (SELECT COUNT(*) FROM staff_user WHERE is_active) + (SELECT COUNT(*) FROM "
                "api_key WHERE is_active)")
            .front()
            .get<std::int64_t>(0);
    });
    if (known == 0) {
        throw CommandFailure(ExitCode::configuration,
                             "listening on " + options.http.host +
                                 " needs somebody who can sign in; make one of\n"
                                 "  shopkeeper user add PHONE --name NAME --role director\n"
                                 "  shopkeeper key create --name NAME --scopes tools:read");
    }
    std::cerr << "shopkeeper: " << options.http.host
              << " is open to other machines and speaks plain HTTP; put a TLS proxy before it\n";
}

/// What a person at the terminal needs next.
void greet(const Program& program, const Options& options, std::uint16_t port) {
    const std::string base = options.http.local_url(port);
    const Client& desktop = clients().front();
    if (options.is_dev)
        std::cerr << "developer mode: weak secrets are accepted, do not use it for a real shop\n";
    std::cerr << "Streamable HTTP  " << base << "/mcp\n"
              << "HTTP+SSE         " << base << "/sse\n"
              << "health           " << base << "/health\n\n"
              << "Claude Desktop starts the same shop over stdio with this in "
                 "claude_desktop_config.json:\n\n"
              << desktop.stdio(desktop,
                               {program.binary, options.home.root, options.database.shown()})
              << '\n'
              << "Ctrl-C stops.\n"
              << std::flush;
}

ExitCode serve(const Program& program) {
    const Options options = program.options();
    start_log(options);
    const Signals signals;
    App app(options, std::nullopt, signals.stop());
    check_reach(app, options);
    Health health(app.database(), app.clock(),
                  {.database_file = options.database.file, .is_dev = options.is_dev});
    try {
        transport::HttpTransport http(transport_options(options, app), app.random());
        HealthRoutes routes(http.server(), health);
        add_card_routes(http.server(), options.http.url(http.port()) + "/mcp");
        std::optional<OAuthEndpoints> oauth;
        if (options.oauth.is_on()) oauth.emplace(app, options, http.server());
        const Housekeeper housekeeper(
            {app.database(), app.defaults(), app.random(), app.key_uses()}, app.clock());
        const std::stop_callback on_stop(signals.stop(), [&health] { health.stopping(); });
        greet(program, options, http.port());
        http.serve(app.endpoints(), app.session_ids(), signals.stop());
        http.server().stop();  // before the routes go, which its threads may still ask
    } catch (const net::PortTaken& taken) {
        throw CommandFailure(ExitCode::port_conflict, taken.what());
    } catch (const net::ListenError& refused) {
        throw CommandFailure(ExitCode::configuration, refused.what());
    }
    return ExitCode::ok;
}

}  // namespace

void add_serve(CLI::App& app, Program& program) {
    auto* command = app.add_subcommand("serve", "Serve MCP clients over HTTP, until Ctrl-C");
    const auto keep = [&program](const char* name) {
        return [&program, name](const std::string& text) { program.command_line[name] = text; };
    };
    command->add_option_function<std::string>("--host", keep("http.host"),
                                              "Address to listen on (127.0.0.1)");
    command->add_option_function<std::string>("--port", keep("http.port"),
                                              "Port to listen on (8000; 0 takes a free one)");
    command->add_option_function<std::string>(
        "--base-url", keep("base_url"), "How clients reach the server (https://shop.example)");
    add_tool_choice(*command, program);
    add_wait(*command, program);
    command->callback([&program] { program.command = [&program] { return serve(program); }; });
}

}  // namespace shopkeeper::server::cli
