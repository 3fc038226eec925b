#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// `application/x-www-form-urlencoded`: query strings and the bodies of forms.
namespace shopkeeper::net {

/// Fields in the order of the text; a name may come more than once.
using FormFields = std::vector<std::pair<std::string, std::string>>;

/// Everything but letters, digits and `*-._` as `%XX`, a blank as `+`.
std::string encode_form(const FormFields& fields);
/// One name or value of the above.
std::string form_encoded(std::string_view text);

/// A name without a value has an empty one. What is no escape stays as it is.
FormFields decode_form(std::string_view text);
/// One name or value of the above.
std::string form_decoded(std::string_view text);

}  // namespace shopkeeper::net
