#include "transport/challenge.hpp"

#include <utility>

namespace shopkeeper::transport {
namespace {

/// The challenge's parameters in the order in which the specification shows them. No value of ours
/// holds a quote: URLs and scopes have none.
class Parameters {
public:
    void add(std::string_view name, std::string_view value) {
        if (value.empty()) return;
        text_ += text_.empty() ? " " : ", ";
        text_.append(name).append("=\"").append(value).append("\"");
    }
    std::string header() && { return "Bearer" + text_; }

private:
    std::string text_;
};

}  // namespace

std::string Challenge::for_token(bool sent_token, std::string_view asked_scope) const {
    Parameters parameters;
    if (sent_token) parameters.add("error", "invalid_token");
    if (leads_somewhere()) {
        parameters.add("resource_metadata", resource_metadata);
        parameters.add("scope", asked_scope);
    }
    return std::move(parameters).header();
}

std::string Challenge::for_scope(std::string_view needed_scope) const {
    Parameters parameters;
    parameters.add("error", "insufficient_scope");
    parameters.add("scope", needed_scope);
    parameters.add("resource_metadata", resource_metadata);
    return std::move(parameters).header();
}

}  // namespace shopkeeper::transport
