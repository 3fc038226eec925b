#pragma once

#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "server/cli/program.hpp"
#include "server/open_database.hpp"
#include "storage/database.hpp"

/// What the commands that work on the database share.
namespace shopkeeper::server::cli {

struct OpenShop {
    explicit OpenShop(const Program& program)
        : options(program.options()),
          database(open_database(options, WhenMissing::refuse, clock)) {}

    Options options;
    SystemClock clock;
    std::unique_ptr<storage::Database> database;
};

/// A refusal of the shop becomes the end of the command.
[[noreturn]] inline void fail(const Error& error) {
    throw CommandFailure(ExitCode::failure, error.message);
}

template <class T>
T value_or_fail(Result<T> result) {
    if (!result) fail(result.error());
    return std::move(*result);
}

}  // namespace shopkeeper::server::cli
