#include <string_view>

#include "server/cli/program.hpp"

extern char** environ;  // NOLINT(readability-redundant-declaration): POSIX declares it nowhere

namespace {

shopkeeper::server::Environment environment() {
    shopkeeper::server::Environment all;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view pair(*entry);
        const std::size_t equals = pair.find('=');
        if (equals == std::string_view::npos) continue;
        all.emplace(pair.substr(0, equals), pair.substr(equals + 1));
    }
    return all;
}

}  // namespace

int main(int argc, char** argv) {
    return shopkeeper::server::cli::run(argc, argv, environment());
}
