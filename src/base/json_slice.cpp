#include "base/json_slice.hpp"

#include <stdexcept>
#include <string>

namespace shopkeeper {
namespace {

bool is_between_values(char c) {
    return c == ' ' || c == '\n' || c == ',' || c == ':' || c == '\t' || c == '\r';
}

/// Takes values off the front of a text, one after the other.
class Scanner {
public:
    explicit Scanner(std::string_view text) : text_(text) {}

    /// The next value; nullopt: there is none.
    std::optional<std::string_view> take() {
        while (at_ < text_.size() && is_between_values(text_[at_])) ++at_;
        if (at_ == text_.size()) return std::nullopt;
        const std::size_t begin = at_;
        int depth = 0;
        do {
            const char c = text_[at_];
            if (depth == 0 && is_between_values(c)) break;  // behind a number or a word
            if (c == '"') skip_to_end_of_string();
            if (c == '{' || c == '[') ++depth;
            if (c == '}' || c == ']') --depth;
            ++at_;
        } while (at_ < text_.size() && (depth > 0 || is_in_word(begin)));
        return text_.substr(begin, at_ - begin);
    }

private:
    bool is_in_word(std::size_t begin) const {
        const char c = text_[begin];
        return c != '"' && c != '{' && c != '[';
    }

    /// From its first quote to its last.
    void skip_to_end_of_string() {
        for (;;) {
            at_ = text_.find('"', at_ + 1);
            if (at_ == std::string_view::npos) throw std::logic_error("a text has no end");
            std::size_t backslashes = 0;
            while (text_[at_ - 1 - backslashes] == '\\') ++backslashes;
            if (backslashes % 2 == 0) return;
        }
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

std::string_view between_ends(std::string_view text) {
    return text.substr(1, text.size() - 2);
}

}  // namespace

JsonSlice JsonSlice::of(std::string_view document) {
    const auto value = Scanner(document).take();
    if (!value) throw std::logic_error("there is no JSON in the text");
    return JsonSlice(*value);
}

JsonSlice::Members JsonSlice::members() const {
    std::vector<Members::Member> members;
    Scanner scanner(between_ends(text_));
    while (const auto name = scanner.take()) {
        const auto value = scanner.take();
        if (!value) throw std::logic_error(std::string(*name) + " has no value");
        members.emplace_back(between_ends(*name), JsonSlice(*value));
    }
    return Members(std::move(members));
}

std::vector<JsonSlice> JsonSlice::elements() const {
    std::vector<JsonSlice> elements;
    Scanner scanner(between_ends(text_));
    while (const auto value = scanner.take()) elements.emplace_back(*value);
    return elements;
}

std::optional<JsonSlice> JsonSlice::Members::find(std::string_view name) const {
    for (const auto& [known, value] : members_) {
        if (known == name) return value;
    }
    return std::nullopt;
}

JsonSlice JsonSlice::Members::at(std::string_view name) const {
    const auto found = find(name);
    if (!found) throw std::logic_error("the member " + std::string(name) + " is missing");
    return *found;
}

}  // namespace shopkeeper
