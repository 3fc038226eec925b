#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"

namespace shopkeeper::schema {

/// One way in which a value does not fit its schema.
struct Violation {
    std::string
        path;  ///< dotted, as callers write it: "items[2].quantity"; empty: the value itself
    std::string message;  ///< what is accepted, in words a model can act on
    std::string given;    ///< the offending value as text, uncut; empty when something is missing
    std::vector<std::string> accepted;  ///< enum values or known names, where the list is closed
};

/// Properties that coercion treats by name.
struct Coercion {
    std::span<const std::string_view> verbatim = {};  ///< left as they are: secrets
    std::span<const std::string_view> digit_texts =
        {};  ///< may be written as a number: phones, tracking ids
};

/// A JSON Schema, compiled once. Immutable: safe to use from any thread.
///
/// The dialect is the part of 2020-12 that every model provider accepts: type (one name, or one
/// name and "null"), properties, required, additionalProperties (false, or a schema), items, enum,
/// minimum, maximum, minLength, maxLength, minItems, maxItems; title, description and default are
/// carried along, and so is `listed`, which is ours (tools/listing.hpp). Any other keyword is
/// refused when compiling, so that nothing stands in a schema that is not checked. Why our own and
/// not valijson: that package brings Qt and Poco with it, and coercion (C3), which must walk the
/// schema together with the value, would still be ours.
class Schema {
public:
    /// Throws std::invalid_argument naming the place of a keyword or shape outside the dialect.
    explicit Schema(const Json& schema);
    Schema(Schema&&) noexcept;
    Schema& operator=(Schema&&) noexcept;
    ~Schema();

    /// All violations, in document order; empty when the value fits. Lengths count code points; a
    /// number without fraction (1.0) is an integer.
    std::vector<Violation> check(const Json& value) const;

    /// Turns `value` into what the schema asks for where that is certain, and only in these ways:
    /// cleans and trims strings, drops null and blank members, numeric text to numbers, integers to
    /// text for the properties of `digit_texts`, "true"/"false" to booleans, enum values in another
    /// case to the listed ones, comma-separated text to lists; then fills in defaults.
    /// Rule: domain C3, C5.
    void coerce(Json& value, const Coercion& rules = {}) const;

private:
    struct Node;
    std::unique_ptr<const Node> root_;
};

}  // namespace shopkeeper::schema
