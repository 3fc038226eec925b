#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <system_error>

#include "base/phone.hpp"
#include "server/app.hpp"
#include "server/cli/program.hpp"
#include "server/housekeeping.hpp"
#include "server/signals.hpp"
#include "transport/stdio.hpp"

namespace shopkeeper::server::cli {
namespace {

/// Keeps stdout for the protocol: the real one moves to a descriptor that only the transport knows,
/// and whatever a library may print to stdout lands on stderr.
int take_stdout() {
    const int protocol = ::dup(STDOUT_FILENO);
    if (protocol < 0 || ::dup2(STDERR_FILENO, STDOUT_FILENO) < 0) {
        throw std::system_error(errno, std::generic_category(), "keeping stdout for the protocol");
    }
    return protocol;
}

ExitCode serve_stdin(const Program& program, const std::string& staff_phone) {
    const int protocol = take_stdout();
    const Options options = program.options();
    start_log(options);
    std::optional<std::string> phone = options.staff_phone;
    if (!staff_phone.empty()) {
        const auto read = phone::normalize(staff_phone, "--as");
        if (!read) throw CommandFailure(ExitCode::usage, read.error().message);
        phone = read->e164;
    }
    const Signals signals;
    App app(options, phone, signals.stop());
    const Housekeeper housekeeper({app.database(), app.defaults(), app.random(), app.key_uses()},
                                  app.clock());
    transport::StdioOptions stdio;
    stdio.message_bytes_max = options.http.body_bytes_max;
    stdio.calls.threads_max = options.http.calls_max;
    if (!options.token.empty()) stdio.bearer = options.token;
    transport::serve_stdio(STDIN_FILENO, protocol, app.endpoints(), signals.stop(), stdio);
    return ExitCode::ok;
}

}  // namespace

void add_stdio(CLI::App& app, Program& program) {
    auto* command = app.add_subcommand("stdio", "Serve one MCP client on stdin and stdout");
    const auto staff_phone = std::make_shared<std::string>();
    command->add_option("--as", *staff_phone, "Act as the staff member with this phone");
    add_wait(*command, program);
    command->footer("The client starts this; `shopkeeper config claude-desktop` shows how.");
    command->callback([&program, staff_phone] {
        program.command = [&program, staff_phone] { return serve_stdin(program, *staff_phone); };
    });
}

}  // namespace shopkeeper::server::cli
