#include "tools/completions.hpp"

#include "base/text.hpp"
#include "tools/host_failure.hpp"
#include "tools/prompt_text.hpp"

namespace shopkeeper::tools {
namespace {

constexpr std::string_view kShop = "shop_id";

mcp::HostFailure invalid(std::string message) {
    return {.kind = mcp::HostFailure::Kind::invalid, .message = std::move(message)};
}

}  // namespace

mcp::HostAnswer<mcp::Completion> Completions::complete(const mcp::CompletionRequest& request,
                                                       const mcp::Asker& asker) {
    const bool of_prompt = request.of == mcp::CompletionRequest::Of::prompt;
    const auto knows = of_prompt ? prompts_.knows(request.name, request.argument)
                                 : resources_.knows(request.name, request.argument);
    if (!knows) {
        return mcp::give_nothing(
            invalid(std::string(of_prompt ? "Unknown prompt: " : "Unknown resource template: ") +
                    text::truncate(request.name, kPromptArgumentMax)));
    }
    if (!*knows) {
        return mcp::give_nothing(invalid("There is no argument " +
                                         text::truncate(request.argument, kPromptArgumentMax)));
    }
    mcp::Completion completion;
    const auto finder = finders_.find(request.argument);
    if (finder == finders_.end()) return completion;
    const std::string value = text::truncate(request.value, kPromptArgumentMax);
    const auto work = [&](storage::Connection& connection,
                          const CallContext& context) -> Result<void> {
        auto found = finder->second.find(connection, context, value);
        if (!found) return Refusal(found.error());
        completion = std::move(*found);
        return {};
    };
    std::optional<std::int64_t> shop_id;
    if (const auto named = request.context.find(kShop); named != request.context.end())
        shop_id = read_id(named->second);
    const auto looked =
        registry_.look(call_of(asker, "completion/complete"), finder->second.area, shop_id, work);
    if (looked) return completion;
    // In a shop that is not there nothing fits; a superadmin has named none yet.
    const ErrorCode code = looked.error().code;
    if (code == ErrorCode::not_found || code == ErrorCode::invalid_argument)
        return mcp::Completion();
    return mcp::give_nothing(failure_of(looked.error(), {}, looked.error().demand));
}

}  // namespace shopkeeper::tools
