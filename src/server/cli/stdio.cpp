#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <system_error>

#include "base/phone.hpp"
#include "server/app.hpp"
#include "server/cli/program.hpp"
#include "server/first_shop.hpp"
#include "server/housekeeping.hpp"
#include "server/secrets.hpp"
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

struct StdioWords {
    std::string staff_phone;
    bool with_demo = false;
};

/// Whoever starts us from a bundle has no command line to make a shop with.
void make_demo_where_none_is(const Options& options) {
    const SystemClock clock;
    SystemRandom random;
    make_authority(options, random);
    add_demo_shop(*open_database(options, WhenMissing::create, clock), clock, random, {});
}

ExitCode serve_stdin(const Program& program, const StdioWords& words) {
    const int protocol = take_stdout();
    const Options options = program.options();
    start_log(options);
    if (words.with_demo) make_demo_where_none_is(options);
    std::optional<std::string> phone = options.staff_phone;
    if (!words.staff_phone.empty()) {
        const auto read = phone::normalize(words.staff_phone, "--as");
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
    const auto words = std::make_shared<StdioWords>();
    command->add_option("--as", words->staff_phone, "Act as the staff member with this phone");
    command->add_flag("--demo", words->with_demo, "Make the demo shop first where there is none");
    add_tool_choice(*command, program);
    add_wait(*command, program);
    command->footer("The client starts this; `shopkeeper config claude-desktop` shows how.");
    command->callback([&program, words] {
        program.command = [&program, words] { return serve_stdin(program, *words); };
    });
}

}  // namespace shopkeeper::server::cli
