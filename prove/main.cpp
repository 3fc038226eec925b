// The proofs of ./dev prove that call the tools in process. Each verb prints its report as one JSON
// object; prove/run.js calls it for each engine and shows the tables.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "prove/place.hpp"
#include "prove/shared_stems.hpp"

int main(int argc, char** argv) {
    using namespace shopkeeper::prove;
    CLI::App app("Proofs for ./dev prove");
    app.require_subcommand(1);
    std::string where;
    app.add_option("--db", where,
                   "an empty database: a file, made when missing (default: its own)");
    SharedStems stems;
    CLI::App* shared_stems =
        app.add_subcommand("shared-stems", "bouquets that share stems, ordered by many at once");
    shared_stems->add_option("--seed", stems.seed);
    shared_stems->add_option("--operations", stems.operations);
    shared_stems->add_option("--threads", stems.threads);
    CLI11_PARSE(app, argc, argv);

    const Progress progress = [](const std::string& text) {
        std::fprintf(stderr, "%s\n", text.c_str());
    };
    try {
        Place place(where);
        Report report;
        if (*shared_stems) report = prove_shared_stems(place.database(), stems, progress);
        std::puts(to_json(report).c_str());
        return report.findings.empty() ? 0 : 1;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "shopkeeper_prove: %s\n", error.what());
        return 2;
    }
}
