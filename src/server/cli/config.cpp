#include <CLI/CLI.hpp>
#include <iostream>

#include "base/json_writer.hpp"
#include "server/cli/program.hpp"
#include "server/config_snippets.hpp"
#include "server/terminal.hpp"

namespace shopkeeper::server::cli {
namespace {

/// Secrets are never shown, only that they are there.
std::string shown(const Setting& setting, const Settings& settings) {
    const Value& value = settings.value(setting.name);
    switch (setting.kind) {
        case Setting::Kind::secret:
            return value.text.empty() ? "" : "***";
        case Setting::Kind::path:
            if (is_server_url(value.text)) return without_password(value.text);
            return setting.name == "home" ? value.text : settings.path(setting.name).string();
        default:
            return value.text;
    }
}

void print_text(const Settings& settings, bool with_sources) {
    std::vector<std::vector<std::string>> rows;
    for (const Setting& setting : all_settings()) {
        std::vector<std::string> row = {std::string(setting.name), shown(setting, settings)};
        if (with_sources) row.push_back(settings.value(setting.name).origin);
        row.push_back(std::string(setting.meaning));
        rows.push_back(std::move(row));
    }
    std::cout << table(rows);
}

void print_json(const Settings& settings, bool with_sources) {
    JsonWriter out;
    out.begin_object();
    for (const Setting& setting : all_settings()) {
        out.key(setting.name);
        if (!with_sources) {
            out.value(shown(setting, settings));
            continue;
        }
        out.begin_object();
        out.field("value", shown(setting, settings));
        out.field("source", settings.value(setting.name).origin);
        out.field("variable", setting.environment);
        if (!setting.alias.empty()) out.field("alias", setting.alias);
        out.field("default", setting.fallback);
        out.field("meaning", setting.meaning);
        out.end_object();
    }
    out.end_object();
    std::cout << out.view() << '\n';
}

ExitCode print_settings(const Program& program, bool with_sources, bool as_json) {
    const Settings settings = program.settings();
    if (as_json)
        print_json(settings, with_sources);
    else
        print_text(settings, with_sources);
    refuse_if(read_options(settings).problems);
    return ExitCode::ok;
}

ExitCode print_snippet(const Program& program, const Client& client, bool over_http) {
    const Options options = program.options();
    std::cerr << client.destination << "\n\n";
    if (over_http || client.stdio == nullptr) {
        std::cout << client.http(client, options.http.url(options.http.port) + "/mcp");
    } else {
        std::cout << client.stdio(client,
                                  {program.binary, options.home.root, options.database.shown()});
    }
    return ExitCode::ok;
}

}  // namespace

void add_config(CLI::App& app, Program& program) {
    auto* config =
        app.add_subcommand("config", "Show the settings, or how a client connects to this server");
    config->require_subcommand(1);

    auto* print = config->add_subcommand("print", "Every setting with the value in force");
    const auto with_sources = std::make_shared<bool>(false);
    const auto as_json = std::make_shared<bool>(false);
    print->add_flag("--sources", *with_sources, "Also where each value comes from");
    print->add_flag("--json", *as_json, "One JSON document");
    print->callback([&program, with_sources, as_json] {
        program.command = [&program, with_sources, as_json] {
            return print_settings(program, *with_sources, *as_json);
        };
    });

    for (const Client& client : clients()) {
        const std::string word(client.word);
        auto* snippet = config->add_subcommand(word, "What to paste into " + word);
        const auto over_http = std::make_shared<bool>(false);
        snippet->add_flag("--http", *over_http,
                          "Connect to a running `shopkeeper serve` instead of starting it");
        snippet->callback([&program, &client, over_http] {
            program.command = [&program, &client, over_http] {
                return print_snippet(program, client, *over_http);
            };
        });
    }
}

}  // namespace shopkeeper::server::cli
