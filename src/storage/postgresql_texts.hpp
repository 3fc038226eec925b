#pragma once

#include <charconv>
#include <cstdint>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "storage/errors.hpp"
#include "storage/value.hpp"

namespace shopkeeper::storage::postgresql {

/// Parameters of a statement as libpq takes them: texts that end in NUL, null pointers for NULL.
class Texts {
public:
    explicit Texts(std::span<const Value> params) {
        texts_.reserve(params.size());
        for (const Value& param : params)
            std::visit([this](auto content) { add(content); }, param.content());
    }
    const std::vector<const char*>& pointers() const { return pointers_; }

private:
    void add(std::nullptr_t) { pointers_.push_back(nullptr); }
    void add(bool flag) { pointers_.push_back(flag ? "t" : "f"); }
    void add(std::int64_t number) { keep(std::to_string(number)); }
    void add(double number) {
        char digits[32];
        const auto end = std::to_chars(std::begin(digits), std::end(digits), number).ptr;
        keep(std::string(digits, end));
    }
    void add(std::string_view text) {
        if (text.find('\0') != std::string_view::npos)
            throw CheckViolation("PostgreSQL stores no text with a NUL character in it");
        keep(std::string(text));
    }
    void keep(std::string text) {
        pointers_.push_back(texts_.emplace_back(std::move(text)).c_str());
    }

    std::vector<std::string> texts_;  // never grows beyond what was reserved: the pointers stay
    std::vector<const char*> pointers_;
};

}  // namespace shopkeeper::storage::postgresql
