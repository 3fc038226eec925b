#include "domains/shop/settings.hpp"

#include <utility>

namespace shopkeeper::shop {
namespace {

constexpr std::string_view kPickupLocations = R"sql(
    SELECT id, address, landmark
      FROM pickup_location
     WHERE shop_id = $1
       AND enabled
     ORDER BY display_order, id
)sql";

}  // namespace

Settings settings_of(storage::Connection& connection, Shop shop, UnixMs now_ms) {
    Settings settings{.shop = std::move(shop),
                      .state = {},
                      .exceptions = {},
                      .pickup_address = {},
                      .pickup_locations = {},
                      .rating = {}};
    const LocalDate today = settings.shop.zone.today(now_ms);
    settings.exceptions = exceptions_from(connection, settings.shop.id, today);
    settings.state = open_state(Calendar(settings.shop, settings.exceptions), now_ms);
    for (const auto row : connection.query(kPickupLocations, {settings.shop.id})) {
        settings.pickup_locations.push_back({row.get<std::int64_t>(0), row.get<std::string>(1),
                                             row.get<std::optional<std::string>>(2)});
    }
    if (auto address = pickup_address(connection, settings.shop, std::nullopt)) {
        settings.pickup_address = std::move(*address);
    }
    settings.rating = rating_of_company(connection, settings.shop.id);
    return settings;
}

Result<Settings> get_settings(storage::Connection& connection, const CallContext& context,
                              const GetSettings&) {
    auto shop = current(connection, context);
    if (!shop) return Refusal(shop.error());
    return settings_of(connection, std::move(*shop), context.now_ms);
}

}  // namespace shopkeeper::shop
