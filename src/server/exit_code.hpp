#pragma once

#include <stdexcept>
#include <string>

namespace shopkeeper::server {

/// How a process ends. Rule: operations A10.
enum class ExitCode {
    ok = 0,
    failure = 1,         ///< the command was refused, or a check found something
    usage = 2,           ///< the command line makes no sense
    port_conflict = 6,   ///< another process listens there
    unavailable = 69,    ///< the database is missing, locked or read-only
    configuration = 78,  ///< what is configured cannot work; trying again will not help
    interrupted = 130,   ///< a second signal cut the shutdown short
};

/// Ends a command with a message for the person who ran it.
class CommandFailure : public std::runtime_error {
public:
    CommandFailure(ExitCode code, const std::string& message)
        : std::runtime_error(message), code_(code) {}
    ExitCode code() const { return code_; }

private:
    ExitCode code_;
};

}  // namespace shopkeeper::server
