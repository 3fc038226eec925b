#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// How a tool asks the person behind a call, whatever carries the question.
namespace shopkeeper {

/// One line of a form.
struct FormField {
    enum class Kind { text, choice, yes_no };
    struct Choice {
        std::string value;  ///< what the answer holds
        std::string title;  ///< what the person reads
    };

    std::string name;
    std::string title;
    std::string description = {};
    Kind kind = Kind::text;
    std::vector<Choice> choices = {};  ///< of a choice: REQUIRES: at least one, values distinct
    std::size_t length_max = 500;      ///< of a text, in code points
    bool is_required = true;
};

/// What a tool asks.
struct Question {
    std::string key;      ///< tells it from the other questions of the call
    std::string message;  ///< what the person reads first
    std::vector<FormField> fields;
};

/// What became of a question.
struct FormReply {
    enum class Kind {
        nobody,    ///< the client cannot ask its person: do as if there were no questions
        asked,     ///< the person is being asked: refuse for now; the call is run again
        declined,  ///< the person has seen the question and does not say
        given,     ///< every required field is in `values`, and all of them fit
    };
    using Value = std::variant<std::string, bool>;

    Kind kind = Kind::nobody;
    std::map<std::string, Value, std::less<>> values = {};

    explicit operator bool() const { return kind == Kind::given; }

    /// The text or choice of this name; empty where the person left it out.
    std::string text(std::string_view name) const {
        const auto value = values.find(name);
        const auto* text =
            value == values.end() ? nullptr : std::get_if<std::string>(&value->second);
        return text == nullptr ? std::string() : *text;
    }
    /// False where the person left it out.
    bool yes(std::string_view name) const {
        const auto value = values.find(name);
        const bool* flag = value == values.end() ? nullptr : std::get_if<bool>(&value->second);
        return flag != nullptr && *flag;
    }
};

/// Who asks for a tool. One call's own; not thread-safe.
class Questioner {
public:
    virtual ~Questioner() = default;
    virtual FormReply ask(const Question& question) = 0;
};

}  // namespace shopkeeper
