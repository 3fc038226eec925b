// The measuring half of ./dev bench that needs our libraries or a clock finer than Node's. Each
// verb prints one JSON object; bench/run.js calls them in turn and writes the report.
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <exception>

#include "bench/answers.hpp"
#include "bench/postgresql_bench.hpp"
#include "bench/shop_bench.hpp"
#include "bench/stdio_bench.hpp"

int main(int argc, char** argv) {
    using namespace shopkeeper::bench;
    // A measured process that dies is an exception of read_line, not the end of us.
    std::signal(SIGPIPE, SIG_IGN);

    CLI::App app("Measurements for ./dev bench");
    app.require_subcommand(1);
    StdioPlan plan;
    int times = 5;
    const auto takes_command = [&](CLI::App* verb) {
        verb->add_option("--revision", plan.revision, "2025-11-25 or 2026-07-28");
        verb->add_option("command", plan.command, "the server, after --")->required();
    };
    CLI::App* calls = app.add_subcommand("calls", "tools/call on stdio, as fast as it goes");
    takes_command(calls);
    calls->add_option("--tool", plan.tool)->required();
    calls->add_option("--arguments", plan.arguments, "JSON");
    calls->add_option("--expect", plan.expect, "text every answer must contain")->required();
    calls->add_option("--seconds", plan.seconds);
    calls->add_option("--window", plan.window, "calls in flight");
    CLI::App* start = app.add_subcommand("start", "process start to the first tools/list answer");
    takes_command(start);
    start->add_option("--times", times);
    std::string database;
    int rounds = 3;
    std::int64_t orders = 1'000'000;
    CLI::App* shop =
        app.add_subcommand("shop", "tools in this process beside what they cannot avoid");
    CLI::App* growth = app.add_subcommand("growth", "look-ups along a growing database");
    CLI::App* postgresql =
        app.add_subcommand("postgresql", "tools on PostgreSQL beside its own benchmark");
    std::string url;
    std::string pgbench;
    postgresql->add_option("--url", url, "an empty database; stays filled")->required();
    postgresql->add_option("--pgbench", pgbench, "PostgreSQL's program of this name")->required();
    for (CLI::App* verb : {shop, growth}) {
        verb->add_option("--database", database,
                         "a demo shop; copies of it and files beside it are used")
            ->required();
    }
    for (CLI::App* verb : {shop, growth, postgresql}) verb->add_option("--seconds", plan.seconds);
    std::int64_t products = 10'000;
    CLI::App* fill = app.add_subcommand("fill", "invent a large, uneven shop, for `answers`");
    CLI::App* answers = app.add_subcommand(
        "answers", "hundreds of questions and their answers, for comparing two builds by diff");
    for (CLI::App* verb : {fill, answers})
        verb->add_option("--database", database, "the file of that shop")->required();
    fill->add_option("--products", products);
    for (CLI::App* verb : {shop, postgresql}) verb->add_option("--rounds", rounds);
    growth->add_option("--orders", orders, "the largest number of orders");
    CLI11_PARSE(app, argc, argv);

    try {
        if (*fill) return fill_for_answers(database, products), 0;
        if (*answers) return print_answers(database), 0;
        std::string json;
        if (*calls) json = measure_calls(plan);
        if (*start) json = measure_start(plan, times);
        if (*shop) json = measure_shop(database, rounds, plan.seconds);
        if (*postgresql) json = measure_postgresql({url, pgbench, rounds, plan.seconds});
        if (*growth) json = measure_growth(database, orders, plan.seconds);
        std::puts(json.c_str());
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "shopkeeper_bench: %s\n", error.what());
        return 1;
    }
}
