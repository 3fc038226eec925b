// The measuring half of ./dev bench that needs our libraries or a clock finer than Node's. Each
// verb prints one JSON object; bench/run.js calls them in turn and writes the report.
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <exception>

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
    CLI11_PARSE(app, argc, argv);

    try {
        std::string json;
        if (*calls) json = measure_calls(plan);
        if (*start) json = measure_start(plan, times);
        std::puts(json.c_str());
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "shopkeeper_bench: %s\n", error.what());
        return 1;
    }
}
