#include "base/error.hpp"

#include <array>
#include <cstddef>

namespace shopkeeper {

std::string_view word(ErrorCode code) {
    constexpr std::array<std::string_view, 21> kWords = {"invalid_argument",
                                                         "unauthenticated",
                                                         "permission_denied",
                                                         "not_found",
                                                         "conflict",
                                                         "failed_precondition",
                                                         "insufficient_stock",
                                                         "product_unavailable",
                                                         "delivery_unavailable",
                                                         "pickup_unavailable",
                                                         "missing_delivery_address",
                                                         "missing_delivery_time",
                                                         "unparseable_date",
                                                         "unparseable_time",
                                                         "ambiguous_time",
                                                         "delivery_time_impossible",
                                                         "confirmation_required",
                                                         "confirmation_declined",
                                                         "rate_limited",
                                                         "unavailable",
                                                         "internal"};
    return kWords.at(static_cast<std::size_t>(code));
}

}  // namespace shopkeeper
