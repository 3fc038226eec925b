#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "harness/local_shop.hpp"

namespace shopkeeper::prove {

/// Who calls, and what there is to work on. Each number is given once.
struct Bench {
    harness::LocalShop& shop;
    std::string director;  ///< token
    std::int64_t item_id;
    std::int64_t product_id;
    std::int64_t number = 0;

    std::int64_t next() { return ++number; }
    /// As the director. Throws std::logic_error on a refusal: this is preparation.
    Json ask(std::string_view tool, Json arguments);
};

/// One write tool: a call of it that has an effect, and the same call with other arguments.
struct Scenario {
    std::string_view tool;
    bool by_guest;              ///< staff may not use it
    Json (*arguments)(Bench&);  ///< prepares what the call works on, each time anew
    void (*change)(Json&);      ///< to other valid arguments for the same thing
};

std::span<const Scenario> scenarios();

}  // namespace shopkeeper::prove
