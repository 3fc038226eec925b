#include "harness/staffed_shop.hpp"

#include <stdexcept>

namespace shopkeeper::harness {
namespace {

constexpr std::string_view kCountShop = "SELECT COUNT(*) FROM shop WHERE id = $1";

/// What is proved here is no confirmation, so none is asked for.
constexpr std::string_view kInsertShop = R"sql(
INSERT INTO shop (id, name, phone, address, confirmation, created_ms, updated_ms)
VALUES ($1, $2, '+77000000800', '1 Proof Street', 'off', $3, $3))sql";

/// Phones of staff lie above those of customers.
constexpr std::int64_t kFirstStaffNumber = 9'000'000;

}  // namespace

StaffedShop add_shop(storage::Connection& connection, std::int64_t id, UnixMs now_ms) {
    if (connection.query(kCountShop, {id}).front().get<std::int64_t>(0) > 0) {
        throw std::runtime_error("the database has a shop " + std::to_string(id) +
                                 " already; a proof needs an empty one");
    }
    connection.execute(kInsertShop, {id, "Shop " + std::to_string(id), now_ms});
    return {id, add_person(connection, id, Role::director, id, now_ms)};
}

std::int64_t add_person(storage::Connection& connection, std::int64_t shop_id, Role role,
                        std::int64_t number, UnixMs now_ms) {
    const auto id = auth::add_staff(connection, now_ms,
                                    {.shop_id = shop_id,
                                     .name = std::string(word(role)) + " " + std::to_string(number),
                                     .phone = staff_phone_number(number),
                                     .role = role,
                                     .password_hash = "!"});
    if (!id) throw std::logic_error("no staff for a proof: " + id.error().message);
    return *id;
}

std::string staff_phone_number(std::int64_t number) {
    return phone_number(kFirstStaffNumber + number);
}

std::string phone_number(std::int64_t number) {
    constexpr std::int64_t kBase = 77'000'000'000;
    return "+" + std::to_string(kBase + number);
}

}  // namespace shopkeeper::harness
