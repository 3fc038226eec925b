#pragma once

#include <string>

#include "support/whole_shop.hpp"

/// A shop in which there is something to risk, and the risky acts. Rule: domain Q1.
namespace shopkeeper::test {

/// Shop 8 with 50 roses, a bouquet of one for 1 000, a paid order (#00001) and a review that waits;
/// risky acts are confirmed, as in a shop that has set nothing.
struct Scene : ShopFixture {
    explicit Scene(const std::string& path = ":memory:");

    /// Requires success.
    Json done(std::string_view tool, Json arguments, Who who);
    /// Of everything that any of the acts writes.
    std::int64_t rows_written();
    std::int64_t used_confirmations() {
        return number("SELECT COUNT(*) FROM used_confirmation WHERE shop_id = 8");
    }

    std::string tracking_id;  ///< of the paid order
};

struct Act {
    const char* name;
    const char* tool;
    const char* arguments;  ///< {tracking} stands for the order's tracking id
    const char* others;     ///< arguments that make it another act, as risky
    Who who;
    Who stranger;        ///< who may do it as well, and did not ask
    const char* effect;  ///< what a person is told, in Russian
    const char* state;   ///< one text that the act changes
    bool adds_up;        ///< a second time has an effect of its own

    Json call(const Scene& scene) const { return read(arguments, scene); }
    Json other_call(const Scene& scene) const;

private:
    static Json read(std::string text, const Scene& scene);
};

std::span<const Act> risky_acts();

}  // namespace shopkeeper::test
