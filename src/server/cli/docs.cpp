#include <CLI/CLI.hpp>
#include <fstream>
#include <memory>
#include <sstream>

#include "server/cli/program.hpp"
#include "server/documents.hpp"

namespace shopkeeper::server::cli {
namespace {

ExitCode rewrite(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    const std::string renewed = with_documents(text.str());
    std::ofstream(path) << renewed;
    return ExitCode::ok;
}

}  // namespace

/// In no group of --help: it is for those who change the program, by way of `./dev docs`.
void add_docs(CLI::App& app, Program& program) {
    auto* docs =
        app.add_subcommand("docs", "Write the generated tables of a document anew")->group("");
    const auto path = std::make_shared<std::string>();
    docs->add_option("FILE", *path, "The document, e.g. README.md")->required();
    docs->callback([&program, path] { program.command = [path] { return rewrite(*path); }; });
}

}  // namespace shopkeeper::server::cli
