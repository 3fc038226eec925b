#include "support/server_script.hpp"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include "source_dir.hpp"
#include "support/child_process.hpp"

namespace shopkeeper::test {
namespace {

constexpr int kSkipped = 77;

std::vector<std::string> whole_environment() {
    std::vector<std::string> all;
    for (char** entry = environ; *entry != nullptr; ++entry) all.emplace_back(*entry);
    return all;
}

std::vector<std::string> command(const std::string& name, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), SHOPKEEPER_SOURCE_DIR "/tests/support/" + name);
    return arguments;
}

}  // namespace

struct ServerScript::Running {
    explicit Running(std::vector<std::string> words)
        : process(std::move(words), whole_environment()), input(process.release_input()) {}
    ~Running() {
        close(input);
        process.wait();
    }

    ChildProcess process;
    int input;
};

ServerScript::ServerScript(const std::string& name, std::vector<std::string> arguments)
    : name_(name), running_(std::make_unique<Running>(command(name, std::move(arguments)))) {
    auto url = line();
    if (!url) throw std::runtime_error(name_ + " starts no server; see above");
    url_ = std::move(*url);
}

ServerScript::~ServerScript() = default;

std::optional<std::string> ServerScript::line() {
    std::string text;
    for (char c = 0; read(running_->process.output(), &c, 1) == 1;) {
        if (c == '\n') return text;
        text += c;
    }
    return std::nullopt;
}

void ServerScript::obey(std::string_view word) {
    const std::string said = std::string(word) + "\n";
    const bool is_sent =
        write(running_->input, said.data(), said.size()) == static_cast<ssize_t>(said.size());
    if (!is_sent || line() != "done")
        throw std::runtime_error(name_ + " does not " + std::string(word));
}

void skip_all_tests(std::string_view what, std::string_view why) {
    const char* ci = std::getenv("CI");
    const bool must_run = ci != nullptr && std::string_view(ci) == "true";
    std::fprintf(stderr, "%s: the tests on %.*s do not run: %.*s\n",
                 must_run ? "FAILED" : "SKIPPED", static_cast<int>(what.size()), what.data(),
                 static_cast<int>(why.size()), why.data());
    std::exit(must_run ? EXIT_FAILURE : kSkipped);
}

}  // namespace shopkeeper::test
