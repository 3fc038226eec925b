#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "server/exit_code.hpp"
#include "server/options.hpp"
#include "server/settings.hpp"

namespace CLI {
class App;
}

/// The command line: one file a command. Each `add_<command>` describes its words to CLI11 and
/// leaves in `Program::command` what is to be done once all of them are read.
namespace shopkeeper::server::cli {

struct Program {
    std::filesystem::path binary;  ///< this program, absolute
    Environment environment;
    std::map<std::string, std::string, std::less<>> command_line;  ///< settings given as flags
    std::function<ExitCode()> command;

    Settings settings() const { return Settings(command_line, environment); }
    /// Throws CommandFailure(configuration) that lists all problems.
    Options options() const;
};

/// Starts the log of a serving process as configured; `auto` is text only where a person reads it.
void start_log(const Options& options);
/// `--wait SECONDS` for a database that is not there yet, in the commands that serve.
void add_wait(CLI::App& command, Program& program);

/// `--toolsets`, `--tools`, `--exclude-tools` and `--read-only`, in the same commands.
void add_tool_choice(CLI::App& command, Program& program);

void add_stdio(CLI::App& app, Program& program);
void add_serve(CLI::App& app, Program& program);
void add_tools(CLI::App& app, Program& program);
void add_call(CLI::App& app, Program& program);
void add_init(CLI::App& app, Program& program);
void add_shop(CLI::App& app, Program& program);
void add_user(CLI::App& app, Program& program);
void add_key(CLI::App& app, Program& program);
void add_access(CLI::App& app, Program& program);
void add_client(CLI::App& app, Program& program);
void add_db(CLI::App& app, Program& program);
/// The verbs of `db` that make databases out of others.
void add_db_copies(CLI::App& db, Program& program);
void add_config(CLI::App& app, Program& program);
void add_docs(CLI::App& app, Program& program);

/// Reads the command line and runs what it asks for. Everything that goes wrong becomes a message
/// on stderr and an exit code.
int run(int argc, const char* const* argv, Environment environment);

}  // namespace shopkeeper::server::cli
