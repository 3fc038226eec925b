#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace shopkeeper {

/// Writes one JSON document straight into a string, in the order of the calls: results are built
/// once and never as a tree (a list of 20 products costs a fifth of building and dumping a tree).
///
///     JsonWriter out;
///     out.begin_object();
///     out.field("id", 5);
///     out.key("items"); out.begin_array(); ... out.end_array();
///     out.end_object();
///     send(std::move(out).take());
///
/// Absent optionals are written as null. Not thread-safe. Text is expected to be UTF-8; broken
/// bytes become U+FFFD, so the document is valid whatever it is fed.
class JsonWriter {
public:
    JsonWriter() { text_.reserve(512); }

    void begin_object() { open('{'); }
    void end_object() { close('}'); }
    void begin_array() { open('['); }
    void end_array() { close(']'); }
    void key(std::string_view name);

    void null();
    void value(std::string_view text);
    void value(const char* text) { value(std::string_view(text)); }
    void value(const std::string& text) { value(std::string_view(text)); }
    void value(bool flag);
    template <
        class Integer,
        std::enable_if_t<std::is_integral_v<Integer> && !std::is_same_v<Integer, bool>, int> = 0>
    void value(Integer number) {
        integer(static_cast<std::int64_t>(number));
    }
    void value(double number);
    template <class T>
    void value(const std::optional<T>& maybe) {
        if (maybe)
            value(*maybe);
        else
            null();
    }
    template <class T>
    void value(const std::vector<T>& items) {
        begin_array();
        for (const auto& item : items) value(item);
        end_array();
    }
    /// REQUIRES: `json` is one complete JSON value.
    void raw(std::string_view json);

    template <class T>
    void field(std::string_view name, const T& content) {
        key(name);
        value(content);
    }
    /// A member that is left out when there is nothing to say.
    template <class T>
    void field_if(std::string_view name, const T& content) {
        if (!content.empty()) field(name, content);
    }
    void raw_field(std::string_view name, std::string_view json) {
        key(name);
        raw(json);
    }

    std::string take() && { return std::move(text_); }
    std::string_view view() const { return text_; }

private:
    void open(char bracket);
    void close(char bracket);
    void separate();
    void integer(std::int64_t number);

    std::string text_;
    bool needs_comma_ = false;
};

/// `text` as a JSON string, quotes included, appended to `out`.
void append_json_string(std::string& out, std::string_view text);

}  // namespace shopkeeper
