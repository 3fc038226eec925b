// The proofs of ./dev prove that call the tools in process. Each verb prints its report as one JSON
// object; prove/run.js calls it for each engine and shows the tables.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "harness/town.hpp"
#include "prove/idempotency.hpp"
#include "prove/place.hpp"
#include "prove/replay/replay_history.hpp"
#include "prove/scale/scale.hpp"
#include "prove/shared_stems.hpp"

int main(int argc, char** argv) {
    using namespace shopkeeper;
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
    Idempotency keys;
    CLI::App* idempotency =
        app.add_subcommand("idempotency", "every write tool repeated in every way");
    idempotency->add_option("--duplicates", keys.duplicates, "of one order, at once");
    std::string trade;
    CLI::App* replay_history =
        app.add_subcommand("replay-history", "a real shop's trade, lived again");
    replay_history->add_option("file", trade, "invoices as .csv or .csv.gz")->required();
    Scale town;
    CLI::App* scale = app.add_subcommand("scale", "how long the tools take in a large town");
    scale->add_option("--percent", town.percent,
                      "of 100 shops, 100,000 products, 1,000,000 orders");
    scale->add_option("--calls", town.calls, "of each tool in each shop");
    scale->add_option("--seed", town.seed);
    CLI11_PARSE(app, argc, argv);

    const Progress progress = [](const std::string& text) {
        std::fprintf(stderr, "%s\n", text.c_str());
    };
    try {
        // What is measured includes the disk, and the town's loader knows an earlier schema.
        Place place(where, *scale ? Place::Own::on_disk : Place::Own::in_memory,
                    *scale ? harness::kLoadedSchema : Place::kNewestSchema);
        Report report;
        if (*scale) report = prove_scale(place.database(), town, progress);
        if (*shared_stems) report = prove_shared_stems(place.database(), stems, progress);
        if (*idempotency) report = prove_idempotency(place.database(), keys, progress);
        if (*replay_history) report = prove_replay_history(place.database(), trade, progress);
        std::puts(to_json(report).c_str());
        return report.findings.empty() ? 0 : 1;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "shopkeeper_prove: %s\n", error.what());
        return 2;
    }
}
