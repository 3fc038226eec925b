#include <CLI/CLI.hpp>
#include <iostream>

#include "domains/shop/operator_settings.hpp"
#include "server/cli/program.hpp"
#include "server/cli/verb.hpp"
#include "server/operator_audit.hpp"

namespace shopkeeper::server::cli {
namespace {

struct ShopWords {
    std::optional<std::int64_t> shop_id;
    shop::OperatorSettings wanted;
};

Json audited(const shop::OperatorSettings& settings) {
    return {{"prepay_minutes", *settings.prepay_minutes},
            {"reservation_hours", *settings.reservation_hours},
            {"manager_may_edit_settings", *settings.manager_may_edit_settings}};
}

ExitCode set(const Program& program, const ShopWords& words) {
    OpenShop open(program);
    const std::int64_t shop_id = words.shop_id.value_or(open.options.shop.shop_id);
    const UnixMs now_ms = open.clock.now_ms();
    using Outcome = Result<shop::OperatorSettings>;
    const auto after =
        value_or_fail(open.database->write([&](storage::Connection& connection) -> Outcome {
            const auto before = shop::operator_settings(connection, shop_id);
            if (!before) return before;
            const auto done =
                shop::set_operator_settings(connection, shop_id, now_ms, words.wanted);
            if (!done) return Refusal(done.error());
            auto stored = shop::operator_settings(connection, shop_id);
            if (audited(*before) != audited(*stored)) {
                audit(connection, now_ms,
                      {.command = "shop set",
                       .shop_id = shop_id,
                       .target_kind = "shop",
                       .target_id = shop_id,
                       .before = audited(*before),
                       .after = audited(*stored)});
            }
            return stored;
        }));
    std::cout << "shop " << shop_id << ": prepayment "
              << (*after.prepay_minutes == 0
                      ? "is not demanded"
                      : "within " + std::to_string(*after.prepay_minutes) + " minutes")
              << ", new orders keep their stock for " << *after.reservation_hours
              << " hours, managers " << (*after.manager_may_edit_settings ? "may" : "may not")
              << " edit the settings\n";
    return ExitCode::ok;
}

}  // namespace

void add_shop(CLI::App& app, Program& program) {
    auto* shop = app.add_subcommand("shop", "What only the operator sets for a shop");
    shop->require_subcommand(1);
    const auto words = std::make_shared<ShopWords>();
    auto* setting = shop->add_subcommand("set", "Set what is given, and show what is in force");
    setting->add_option("--shop", words->shop_id,
                        "Number of the shop; the default shop when left out");
    setting->add_option("--prepay-minutes", words->wanted.prepay_minutes,
                        "Cancel new orders that are not cash and not paid in so many minutes; "
                        "0 demands no prepayment");
    setting->add_option("--reservation-hours", words->wanted.reservation_hours,
                        "How long a new order keeps the stock that it reserved, 1 to 720");
    setting->add_option("--managers-edit-settings", words->wanted.manager_may_edit_settings,
                        "1 lets managers use update_shop_settings, 0 directors only");
    setting->callback([&program, words] {
        program.command = [&program, words] { return set(program, *words); };
    });
}

}  // namespace shopkeeper::server::cli
