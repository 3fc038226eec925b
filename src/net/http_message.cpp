#include "net/http_message.hpp"

#include <algorithm>

#include "base/json_writer.hpp"
#include "net/form.hpp"

namespace shopkeeper::net {
namespace {

char lowered(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

Reply error_reply(int status, std::string_view code, std::string_view message) {
    JsonWriter out;
    out.begin_object();
    out.key("error");
    out.begin_object();
    out.field("code", code);
    out.field("message", message);
    out.end_object();
    out.end_object();
    return {.status = status, .body = std::move(out).take()};
}

bool equals_ignoring_case(std::string_view text, std::string_view other) {
    return std::equal(text.begin(), text.end(), other.begin(), other.end(),
                      [](char a, char b) { return lowered(a) == lowered(b); });
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::optional<std::string_view> Request::header(std::string_view name) const {
    for (const auto& [key, value] : headers_) {
        if (key.size == name.size() && equals_ignoring_case(view(key), name)) return view(value);
    }
    return std::nullopt;
}

bool Request::header_differs(std::string_view name) const {
    const auto first = header(name);
    return std::any_of(headers_.begin(), headers_.end(), [&](const auto& entry) {
        return equals_ignoring_case(view(entry.first), name) && view(entry.second) != *first;
    });
}

Request::Header Request::header_at(std::size_t index) const {
    return {view(headers_[index].first), view(headers_[index].second)};
}

std::optional<std::string> Request::query_parameter(std::string_view name) const {
    for (auto& [key, value] : decode_form(query())) {
        if (key == name) return std::move(value);
    }
    return std::nullopt;
}

Request::Slice Request::keep(std::string_view text) {
    const Slice slice{static_cast<std::uint32_t>(text_.size()),
                      static_cast<std::uint32_t>(text.size())};
    text_ += text;
    return slice;
}

void Request::clear() {
    body.clear();
    text_.clear();
    headers_.clear();
    method_ = path_ = query_ = {};
}

}  // namespace shopkeeper::net
