#include <CLI/CLI.hpp>
#include <iostream>

#include "server/cli/program.hpp"
#include "server/cli/verb.hpp"
#include "server/first_shop.hpp"
#include "server/secrets.hpp"
#include "server/terminal.hpp"

namespace shopkeeper::server::cli {
namespace {

struct InitWords {
    std::string name = "Flower shop";
    bool with_demo = false;
    std::optional<std::string> demo_password;
};

void show(const DemoReport& demo) {
    std::cout << "\nA demo shop with three months of life, shop " << demo.shop_id
              << ". Its staff, with passwords shown this once:\n";
    std::vector<std::vector<std::string>> rows;
    for (const DemoStaff& person : demo.staff)
        rows.push_back({"  " + person.name, person.role, person.phone, person.password});
    std::cout << table(rows) << "Orders on their way:\n";
    rows.clear();
    for (const DemoOrder& order : demo.current_orders)
        rows.push_back({"  " + order.order_number, "tracking id " + order.tracking_id});
    std::cout << table(rows);
}

ExitCode init(const Program& program, const InitWords& words) {
    const Options options = program.options();
    const SystemClock clock;
    SystemRandom random;
    make_authority(options, random);
    const auto database = open_database(options, WhenMissing::create, clock);
    std::cout << "home      " << options.home.root.string() << "\nsecrets   "
              << options.home.secrets().string() << "\ndatabase  " << options.database.shown()
              << '\n';
    bool is_new = false;
    if (words.with_demo) {
        const Progress progress("living through three months of a flower shop");
        const DemoReport demo =
            add_demo_shop(*database, clock, random, {.staff_password = words.demo_password});
        is_new = demo.loaded;
        if (is_new) show(demo);
    } else {
        is_new = add_first_shop(*database, options.shop.shop_id, words.name, clock.now_ms());
        if (is_new)
            std::cout << "made shop " << options.shop.shop_id << ", \"" << words.name << "\"\n";
    }
    if (!is_new) std::cout << "there is a shop already; nothing was changed\n";
    std::cout << std::flush;
    std::cerr << "\nNext:\n"
              << (words.with_demo ? ""
                                  : "  shopkeeper user add PHONE --name NAME --role director\n")
              << "  shopkeeper serve\n  shopkeeper config claude-desktop\n";
    return ExitCode::ok;
}

}  // namespace

void add_init(CLI::App& app, Program& program) {
    auto* command =
        app.add_subcommand("init", "Make the home, its secrets, the database and a first shop");
    const auto words = std::make_shared<InitWords>();
    command->add_option("--name", words->name, "Name of the shop")->capture_default_str();
    command->add_flag("--demo", words->with_demo,
                      "A shop with products, stock, orders and reviews to try");
    command->add_option("--demo-password", words->demo_password,
                        "One password for the demo's staff instead of random ones");
    command->callback([&program, words] {
        program.command = [&program, words] { return init(program, *words); };
    });
}

}  // namespace shopkeeper::server::cli
