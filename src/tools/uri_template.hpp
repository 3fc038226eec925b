#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace shopkeeper::tools {

/// A URI with variables in braces (RFC 6570, level 1), of which each stands for a number:
/// `shop://{shop_id}/products/{product_id}`. Immutable.
class UriTemplate {
public:
    /// A variable's name and what stands in its place.
    using Values = std::vector<std::pair<std::string, std::string>>;

    /// Throws std::logic_error for a text whose braces do not pair.
    explicit UriTemplate(std::string_view text);

    const std::vector<std::string>& variables() const { return variables_; }

    /// The values in `uri`, in the order of the variables; nullopt when it is not of this form: a
    /// value has 1 to kDigitsMax decimal digits.
    std::optional<Values> match(std::string_view uri) const;

    /// REQUIRES: one value for each variable.
    std::string expand(const std::vector<std::string>& values) const;

    static constexpr std::size_t kDigitsMax = 18;  ///< fits an id

private:
    std::vector<std::string> literals_;  ///< one before each variable, and one behind the last
    std::vector<std::string> variables_;
};

}  // namespace shopkeeper::tools
