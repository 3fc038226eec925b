#include <CLI/CLI.hpp>
#include <iostream>
#include <iterator>

#include "base/json.hpp"
#include "base/phone.hpp"
#include "server/app.hpp"
#include "server/cli/program.hpp"

namespace shopkeeper::server::cli {
namespace {

struct CallWords {
    std::string tool;
    std::string arguments = "{}";
    std::string staff_phone;
};

Json read_arguments(const std::string& given) {
    const std::string text = given == "-" ? std::string((std::istreambuf_iterator<char>(std::cin)),
                                                        std::istreambuf_iterator<char>())
                                          : given;
    auto json = parse_json(text);
    if (!json || !json->is_object()) {
        throw CommandFailure(ExitCode::usage,
                             "the arguments must be one JSON object, for example '{\"limit\": 5}'");
    }
    return std::move(*json);
}

/// Both kinds of result carry the document as text: {"content":[{"type":"text","text":...}], ...}.
Json document_of(const mcp::ToolOutcome& outcome) {
    const auto result = parse_json("{" + outcome.members + "}");
    return parse_json(result.value().at("content").at(0).at("text").get<std::string>()).value();
}

ExitCode call(const Program& program, const CallWords& words) {
    const Options options = program.options();
    std::optional<std::string> phone = options.staff_phone;
    if (!words.staff_phone.empty()) {
        const auto read = phone::normalize(words.staff_phone, "--as");
        if (!read) throw CommandFailure(ExitCode::usage, read.error().message);
        phone = read->e164;
    }
    App app(options, phone);
    mcp::ToolCall call;
    call.name = words.tool;
    call.arguments = read_arguments(words.arguments);
    if (!options.token.empty()) call.bearer = options.token;
    call.address = "local";
    const mcp::ToolOutcome outcome = app.registry().call(std::move(call));
    switch (outcome.kind) {
        case mcp::ToolOutcome::Kind::unknown_tool:
            throw CommandFailure(ExitCode::usage,
                                 "no tool \"" + words.tool + "\"; `shopkeeper tools` lists them");
        case mcp::ToolOutcome::Kind::not_theirs:  // nothing was asked here
        case mcp::ToolOutcome::Kind::needs_tasks:
        case mcp::ToolOutcome::Kind::failed:
            throw CommandFailure(ExitCode::failure,
                                 "the call failed (request " + outcome.request_id + ", see above)");
        case mcp::ToolOutcome::Kind::answered:
            break;
    }
    const Json document = document_of(outcome);
    const bool is_refused = document.contains("error");
    (is_refused ? std::cerr : std::cout) << document.dump(2) << '\n';
    return is_refused ? ExitCode::failure : ExitCode::ok;
}

}  // namespace

void add_call(CLI::App& app, Program& program) {
    auto* command = app.add_subcommand("call", "Call one tool and print what it returns");
    const auto words = std::make_shared<CallWords>();
    command->add_option("tool", words->tool, "Name of the tool; `shopkeeper tools` lists them")
        ->required();
    command
        ->add_option("arguments", words->arguments,
                     "Its arguments as a JSON object; - reads them from stdin")
        ->capture_default_str();
    command->add_option("--as", words->staff_phone, "Act as the staff member with this phone");
    command->callback([&program, words] {
        program.command = [&program, words] { return call(program, *words); };
    });
}

}  // namespace shopkeeper::server::cli
