#include "tools/contract.hpp"

#include <stdexcept>

#include "base/json.hpp"
#include "tools/listing.hpp"

namespace shopkeeper::tools {

std::string Contract::tool() const {
    constexpr std::string_view kEnding = ".json";
    const std::size_t begin = slash() + 1;
    return std::string(file_.path.substr(begin, file_.path.size() - begin - kEnding.size()));
}

std::string Contract::listed() const {
    try {
        return listed_tool(file_.content);
    } catch (const std::logic_error& unusable) {
        throw std::logic_error("schemas/" + std::string(file_.path) + ": " + unusable.what());
    }
}

const Contract::Terms& Contract::terms() const {
    std::call_once(is_read_, [this] { terms_ = read(); });
    return *terms_;
}

Contract::Terms Contract::read() const {
    const std::string file = "schemas/" + std::string(file_.path);
    const auto json = parse_json(file_.content);
    if (!json || json->value("name", "") != tool())
        throw std::logic_error(file + " is not the Tool object of " + tool());
    try {
        const Json& properties = json->at("inputSchema").at("properties");
        const Json& annotations = json->at("annotations");
        return {.input = schema::Schema(json->at("inputSchema")),
                .output = schema::Schema(json->at("outputSchema")),
                .has_shop_id = properties.contains("shop_id"),
                .has_token = properties.contains("token"),
                .is_read_only = annotations.at("readOnlyHint").get<bool>(),
                .is_destructive = annotations.at("destructiveHint").get<bool>()};
    } catch (const std::exception& unusable) {
        throw std::logic_error(file + ": " + unusable.what());
    }
}

}  // namespace shopkeeper::tools
