#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domains/shop/calendar.hpp"
#include "domains/shop/shop.hpp"
#include "domains/shop/update_settings.hpp"

namespace shopkeeper::shop {

/// What is not as it was: for the caller in full, for the audit without words that may identify
/// people. Rule: domain I10.
class Changes {
public:
    /// Every setting of the shop's own row.
    void compare(const Shop& before, const Shop& after);
    /// One day; null: the regular week. True when it differs.
    bool compare(LocalDate day, const DayException* before, const DayException* after);

    const std::vector<ChangedField>& fields() const { return fields_; }
    std::vector<ChangedField> take() && { return std::move(fields_); }

    /// The audit's two objects.
    std::string before_json() const { return audit_json(&Values::before_json); }
    std::string after_json() const { return audit_json(&Values::after_json); }

private:
    struct Values {
        std::string before_json;
        std::string after_json;
    };

    void add(std::string field, Values values);
    void add(std::string field, Values values, Values audited);
    template <class Field>
    void add(std::string field, const Field& before, const Field& after);
    void add_personal(std::string field, const std::optional<std::string>& before,
                      const std::optional<std::string>& after);
    std::string audit_json(std::string Values::*side) const;

    std::vector<ChangedField> fields_;
    std::vector<Values> audited_;  // of the same places
};

}  // namespace shopkeeper::shop
