#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace shopkeeper {

/// One value in the text of a JSON document, of which no more is read than is asked for: where
/// little is wanted of something large, a fraction of the cost of a tree. Not for what strangers
/// send. REQUIRES: the text is well-formed JSON and outlives the slice.
class JsonSlice {
public:
    class Members;

    /// REQUIRES: `text` begins and ends with the value.
    explicit JsonSlice(std::string_view text) : text_(text) {}
    /// The one value of a whole document. Throws std::logic_error when there is none.
    static JsonSlice of(std::string_view document);

    /// The value as it stands in the document.
    std::string_view text() const { return text_; }
    bool is_string() const { return text_.starts_with('"'); }
    /// A string without its quotes, its escapes left as they are.
    std::string_view inside() const { return text_.substr(1, text_.size() - 2); }

    Members members() const;                  ///< of an object
    std::vector<JsonSlice> elements() const;  ///< of an array

private:
    std::string_view text_;
};

/// The members of an object in their order, the names without quotes.
class JsonSlice::Members {
public:
    using Member = std::pair<std::string_view, JsonSlice>;

    explicit Members(std::vector<Member> members) : members_(std::move(members)) {}

    auto begin() const { return members_.begin(); }
    auto end() const { return members_.end(); }
    std::size_t size() const { return members_.size(); }

    std::optional<JsonSlice> find(std::string_view name) const;
    /// Throws std::logic_error that names the member when it is missing.
    JsonSlice at(std::string_view name) const;

private:
    std::vector<Member> members_;
};

}  // namespace shopkeeper
