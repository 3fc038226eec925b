#include "server/cli/program.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <system_error>

#include "base/log.hpp"
#include "server/version.hpp"
#include "storage/errors.hpp"

namespace shopkeeper::server::cli {
namespace {

/// Every setting is a flag too, but the secrets: a command line is visible to all users of a
/// machine.
void add_settings(CLI::App& app, Program& program) {
    const auto keep = [&program](std::string_view name) {
        return [&program, name = std::string(name)](const std::string& text) {
            program.command_line[name] = text;
        };
    };
    app.add_option_function<std::string>("--home", keep("home"),
                                         "Folder of database, secrets and configuration");
    app.add_option_function<std::string>("--config", keep("config"), "Configuration file");
    app.add_option_function<std::string>("--db,--db.path", keep("db.path"), "Database file");
    app.add_flag_callback(
        "--dev", [&program] { program.command_line["dev"] = "1"; },
        "Developer mode: weak secrets are accepted, loopback only");
    for (const Setting& setting : all_settings()) {
        const bool has_short_form =
            setting.name.find('.') == std::string_view::npos || setting.name == "db.path";
        if (has_short_form || setting.kind == Setting::Kind::secret) continue;
        // In no group, so that --help stays readable; `config print` shows them all.
        app.add_option_function<std::string>("--" + std::string(setting.name), keep(setting.name))
            ->group("");
    }
}

std::filesystem::path this_binary(const char* argv0) {
    std::error_code error;
    const auto binary = std::filesystem::read_symlink("/proc/self/exe", error);
    return error ? std::filesystem::absolute(argv0) : binary;
}

int fail(ExitCode code, const std::string& message) {
    std::cerr << "shopkeeper: " << message << '\n';
    return static_cast<int>(code);
}

}  // namespace

Options Program::options() const {
    auto read = read_options(settings());
    refuse_if(read.problems);
    return std::move(read.options);
}

void start_log(const Options& options) {
    using Format = Options::LogFormat;
    const bool is_text = options.log_format == Format::text ||
                         (options.log_format == Format::automatic && ::isatty(STDERR_FILENO) == 1);
    log::start(options.log_level, is_text ? log::Format::text : log::Format::json);
}

void add_tool_choice(CLI::App& command, Program& program) {
    const auto keep = [&](const char* flag, std::string setting, const char* help) {
        command.add_option_function<std::string>(
            flag,
            [&program, setting = std::move(setting)](const std::string& text) {
                program.command_line[setting] = text;
            },
            help);
    };
    keep("--toolsets", "toolsets",
         "Offer the tools of these toolsets only, like orders,shop");
    keep("--tools", "tools", "Offer these tools, beside those of --toolsets");
    keep("--exclude-tools", "exclude_tools", "Do not offer these tools");
    command.add_flag_callback(
        "--read-only", [&program] { program.command_line["read_only"] = "1"; },
        "Offer only tools that change nothing");
}

void add_wait(CLI::App& command, Program& program) {
    command.add_option_function<std::string>(
        "--wait", [&program](const std::string& text) { program.command_line["db.wait_s"] = text; },
        "Seconds to wait for a database that is not there yet (0)");
}

int run(int argc, const char* const* argv, Environment environment) {
    ::umask(0077);  // whatever is made here holds people's names, phones and orders
    Program program;
    program.binary = this_binary(argv[0]);
    program.environment = std::move(environment);

    CLI::App app("A flower shop that an assistant can run: 37 tools over MCP.", "shopkeeper");
    app.set_version_flag("--version", "shopkeeper " + std::string(kVersion));
    app.footer(
        "First time:  shopkeeper init --demo    makes a shop to try\n"
        "             shopkeeper serve          serves it over HTTP\n"
        "             shopkeeper config claude-desktop\n"
        "                                       shows how Claude Desktop starts it over stdio\n"
        "\n"
        "Every setting is also a flag (--http.port 8010), an environment variable\n"
        "(SHOPKEEPER_HTTP_PORT=8010) and a line of shopkeeper.toml; `shopkeeper config print` "
        "shows\n"
        "them all with the values in force.");
    app.require_subcommand(1);
    app.fallthrough();
    add_settings(app, program);
    add_serve(app, program);
    add_stdio(app, program);
    add_tools(app, program);
    add_call(app, program);
    add_init(app, program);
    add_shop(app, program);
    add_user(app, program);
    add_key(app, program);
    add_access(app, program);
    add_client(app, program);
    add_db(app, program);
    add_config(app, program);
    add_docs(app, program);

    try {
        app.parse(argc, argv);
        return static_cast<int>(program.command());
    } catch (const CLI::Success& wants_help) {
        return app.exit(wants_help);
    } catch (const CLI::ParseError& wrong) {
        const auto unknown = app.remaining();
        if (unknown.empty())
            app.exit(wrong);
        else
            fail(ExitCode::usage,
                 "no command \"" + unknown.front() + "\"; --help shows what there is");
        return static_cast<int>(ExitCode::usage);
    } catch (const CommandFailure& failure) {
        return fail(failure.code(), failure.what());
    } catch (const storage::Unavailable& away) {
        return fail(ExitCode::unavailable, away.what());
    } catch (const storage::Unusable& unusable) {
        return fail(ExitCode::configuration, unusable.what());
    } catch (const std::exception& bug) {
        return fail(ExitCode::failure, bug.what());
    }
}

}  // namespace shopkeeper::server::cli
