#include "domains/orders/contacts.hpp"

namespace shopkeeper::orders {

Result<phone::Phone> read_phone(const std::string& given, std::string_view field,
                                std::vector<Warning>& warnings) {
    auto phone = phone::normalize(given, field);
    if (!phone) return phone;
    if (phone->is_foreign) {
        warnings.push_back({"foreign_phone", std::string(field) +
                                                 " is a Russian number; couriers may be unable to "
                                                 "call it."});
    }
    if (phone->unusual_operator) {
        warnings.push_back({"unusual_operator", std::string(field) +
                                                    " has an unknown operator code; please check "
                                                    "the digits."});
    }
    return phone;
}

Result<phone::Phone> customer_phone(const Caller& caller, const std::optional<std::string>& given,
                                    std::vector<Warning>& warnings) {
    if (given) return read_phone(*given, "customer_phone", warnings);
    if (!caller.verified_phones.empty()) {
        return read_phone(caller.verified_phones.front(), "customer_phone", warnings);
    }
    return invalid_argument("customer_phone",
                            "The customer's phone is needed, for example +7 700 000 12 34.");
}

}  // namespace shopkeeper::orders
