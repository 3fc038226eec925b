#include "prove/idempotency_scenarios.hpp"

#include <stdexcept>

#include "harness/staffed_shop.hpp"

namespace shopkeeper::prove {
namespace {

Json product(Bench& bench) {
    return {{"name", "Bouquet " + std::to_string(bench.next())},
            {"type", "flowers"},
            {"price", 100},
            {"recipe", Json::array({{{"warehouse_item_id", bench.item_id}, {"quantity", 3}}})}};
}

Json order(Bench& bench) {
    return {{"customer_name", "Customer"},
            {"customer_phone", harness::phone_number(bench.next())},
            {"items", Json::array({{{"product_id", bench.product_id}, {"quantity", 2}}})},
            {"delivery_address", "1 Key Street"},
            {"delivery_date", "tomorrow"},
            {"delivery_time", "12:00"}};
}

/// Of a product of its own each time: nobody may review the same thing twice (R3).
Json review(Bench& bench) {
    return {{"target", "product"},
            {"product_id", bench.ask("create_product", product(bench)).at("id")},
            {"rating", 5},
            {"text", "Lovely flowers, visit " + std::to_string(bench.next())}};
}

constexpr Scenario kScenarios[] = {
    {"create_product", false, product, [](Json& call) { call["price"] = 101; }},
    {"update_product", false,
     [](Bench& bench) -> Json {
         const Json made = bench.ask("create_product", product(bench));
         return {{"product_id", made.at("id")}, {"price", 120}};
     },
     [](Json& call) { call["price"] = 121; }},
    {"create_order", false, order, [](Json& call) { call["notes"] = "With a card"; }},
    {"update_order_status", false,
     [](Bench& bench) -> Json {
         const Json made = bench.ask("create_order", order(bench));
         return {{"order_id", made.at("id")}, {"status", "accepted"}};
     },
     [](Json& call) { call["status"] = "assembled"; }},
    {"update_order", false,
     [](Bench& bench) -> Json {
         const Json made = bench.ask("create_order", order(bench));
         return {{"tracking_id", made.at("tracking_id")}, {"notes", "With a card"}};
     },
     [](Json& call) { call["notes"] = "Without a card"; }},
    {"cancel_order", false,
     [](Bench& bench) -> Json {
         const Json made = bench.ask("create_order", order(bench));
         return {{"tracking_id", made.at("tracking_id")}, {"reason", "changed_mind"}};
     },
     [](Json& call) { call["reason"] = "duplicate"; }},
    {"add_warehouse_stock", false,
     [](Bench& bench) -> Json {
         return {{"warehouse_item_id", bench.item_id}, {"quantity", 7}};
     },
     [](Json& call) { call["quantity"] = 8; }},
    {"record_warehouse_operation", false,
     [](Bench& bench) -> Json {
         return {{"warehouse_item_id", bench.item_id},
                 {"operation_type", "WRITE_OFF"},
                 {"quantity", 3},
                 {"notes", "Wilted"}};
     },
     [](Json& call) { call["quantity"] = 4; }},
    {"create_inventory_check", false,
     [](Bench& bench) -> Json {
         return {{"items", Json::array({{{"warehouse_item_id", bench.item_id},
                                         {"actual_quantity", 1000}}})}};
     },
     [](Json& call) { call["comment"] = "Counted twice"; }},
    {"update_shop_settings", false,
     [](Bench& bench) -> Json {
         return {{"delivery_cost", bench.next()}};
     },
     [](Json& call) { call["city"] = "Almaty"; }},
    {"create_review", true, review, [](Json& call) { call["rating"] = 4; }},
    {"moderate_review", false,
     [](Bench& bench) -> Json {
         const auto made = bench.shop.ask("create_review", review(bench));
         return {
             {"review_id", made.result.at("id")}, {"action", "reply"}, {"reply_text", "Thank you"}};
     },
     [](Json& call) { call["reply_text"] = "Thanks"; }},
    {"register_telegram_client", false,
     [](Bench& bench) -> Json {
         const std::int64_t number = bench.next();
         return {{"telegram_user_id", std::to_string(700'000'000 + number)},
                 {"phone", harness::phone_number(number)},
                 {"customer_name", "Customer"}};
     },
     [](Json& call) { call["telegram_first_name"] = "Aya"; }},
};

}  // namespace

Json Bench::ask(std::string_view tool, Json arguments) {
    auto reply = shop.ask(tool, std::move(arguments), director);
    if (!reply.ok())
        throw std::logic_error(std::string(tool) + ", in preparation: " + dump_json(reply.error));
    return std::move(reply.result);
}

std::span<const Scenario> scenarios() {
    return kScenarios;
}

}  // namespace shopkeeper::prove
