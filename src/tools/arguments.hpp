#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/money.hpp"

/// Reading validated arguments into commands: the few shapes that `from_json` adapters are made of.
/// The schema was checked before, so nothing here can fail for a caller; a shape that does not fit
/// is a bug of ours and throws.
namespace shopkeeper::tools {

inline void read(const Json& json, std::string& out) {
    out = json.get_ref<const std::string&>();
}
inline void read(const Json& json, std::int64_t& out) {
    out = json.get<std::int64_t>();
}
inline void read(const Json& json, int& out) {
    out = json.get<int>();
}
inline void read(const Json& json, bool& out) {
    out = json.get<bool>();
}

/// The number as its shortest decimal text: exact, whatever its currency (domain M3).
inline void read(const Json& json, money::Amount& out) {
    if (json.is_number_integer()) {
        out.digits = std::to_string(json.get<std::int64_t>());
        return;
    }
    char digits[400];
    const auto end =
        std::to_chars(digits, digits + sizeof digits, json.get<double>(), std::chars_format::fixed)
            .ptr;
    out.digits.assign(digits, end);
}

template <class T>
void read(const Json& json, std::vector<T>& out) {
    out.clear();
    for (const Json& element : json) {
        if constexpr (requires(T & item) { from_json(element, item); })
            from_json(element, out.emplace_back());
        else
            read(element, out.emplace_back());
    }
}

template <class T>
void read(const Json& json, std::optional<T>& out) {
    read(json, out.emplace());
}

/// Reads the member `name` if it is there; an absent one leaves `out` as it is.
template <class T>
void read(const Json& arguments, std::string_view name, T& out) {
    const auto member = arguments.find(name);
    if (member != arguments.end()) read(*member, out);
}

}  // namespace shopkeeper::tools
