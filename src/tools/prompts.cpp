#include "tools/prompts.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "base/json_writer.hpp"
#include "base/text.hpp"
#include "domains/shop/shop.hpp"
#include "tools/host_failure.hpp"
#include "tools/prompt_text.hpp"

namespace shopkeeper::tools {
namespace {

constexpr std::string_view kLanguage = "language";
constexpr std::string_view kShop = "shop_id";
constexpr std::array<std::string_view, 3> kLanguages = {"ru", "kk", "en"};

mcp::HostFailure invalid(std::string message) {
    return {.kind = mcp::HostFailure::Kind::invalid, .message = std::move(message)};
}

/// What a tool refuses because of an argument is the fault of the prompt's argument.
mcp::HostFailure failure_of_data(const Error& error, std::string_view request_id,
                                 const std::optional<Demand>& demand) {
    mcp::HostFailure failure = failure_of(error, request_id, demand);
    const bool blames_argument =
        error.code == ErrorCode::invalid_argument || error.code == ErrorCode::not_found;
    if (blames_argument) failure.kind = mcp::HostFailure::Kind::invalid;
    return failure;
}

std::optional<std::int64_t> shop_of(const mcp::PromptArguments& arguments) {
    const auto given = arguments.find(kShop);
    return given == arguments.end() ? std::nullopt : read_id(given->second);
}

void write_message(JsonWriter& out, std::string_view text) {
    out.begin_object();
    out.field("role", "user");
    out.key("content");
    out.begin_object();
    out.field("type", "text");
    out.field("text", text);
    out.end_object();
    out.end_object();
}

}  // namespace

void Prompts::add(std::string_view name, Access access) {
    prompts_.emplace(std::string(name), Prompt{.access = access, .description = {}});
}

void Prompts::check_source(std::string_view prompt, const Section& section) const {
    if (sources_.contains(section.from)) return;
    const auto tool = registry_.inventory().find(section.from);
    if (tool == registry_.inventory().end() || tool->second.work != Tool::Work::read)
        throw std::logic_error("prompt " + std::string(prompt) + ": " + section.from +
                               " is neither a source nor a tool that reads");
}

void Prompts::bind(const EmbeddedFile& file) {
    const std::string path = "prompts/" + std::string(file.path);
    const auto json = parse_json(file.content);
    if (!json) throw std::logic_error(path + " is not JSON");
    const Json& face = json->at("prompt");
    const std::string name = face.at("name");
    const auto entry = prompts_.find(name);
    if (entry == prompts_.end() || file.path != name + ".json")
        throw std::logic_error(path + " is the file of no registered prompt");
    Prompt& prompt = entry->second;
    prompt.description = face.at("description");
    for (const Json& argument : face.at("arguments"))
        prompt.arguments.push_back({argument.at("name"), argument.at("required")});
    for (const Json& section : json->at("data")) {
        prompt.sections.push_back(
            {section.at("title").get<Texts>(), section.at("from"), section.at("arguments")});
        check_source(name, prompt.sections.back());
    }
    for (const std::string_view language : kLanguages) {
        std::string lines;
        for (const Json& line : json->at("text").at(std::string(language)))
            lines += line.get<std::string>() + "\n";
        prompt.texts.emplace(language, std::move(lines));
    }
    prompt.is_bound = true;
    faces_.push_back(dump_json(face));
}

void Prompts::seal(std::span<const EmbeddedFile> files) {
    for (const EmbeddedFile& file : files) {
        try {
            bind(file);
        } catch (const Json::exception& wrong) {
            throw std::logic_error("prompts/" + std::string(file.path) + ": " + wrong.what());
        }
    }
    for (const auto& [name, prompt] : prompts_) {
        if (!prompt.is_bound)
            throw std::logic_error("prompt " + name + " has no file: add prompts/" + name +
                                   ".json");
    }
}

std::optional<bool> Prompts::knows(std::string_view prompt, std::string_view argument) const {
    const auto entry = prompts_.find(prompt);
    if (entry == prompts_.end()) return std::nullopt;
    const auto& arguments = entry->second.arguments;
    return std::any_of(arguments.begin(), arguments.end(),
                       [&](const Argument& each) { return each.name == argument; });
}

/// The caller may have the prompt; says in which language.
mcp::HostAnswer<Locale> Prompts::admit(const Prompt& prompt, const mcp::PromptArguments& arguments,
                                       const mcp::Asker& asker) const {
    Locale locale = Locale::ru;
    const auto work = [&](storage::Connection& connection,
                          const CallContext& context) -> Result<void> {
        if (auto allowed = prompt.access.check(context.caller); !allowed) return allowed;
        const auto shop = shop::current(connection, context);
        if (!shop) return Refusal(shop.error());
        locale = shop->locale;
        return {};
    };
    const auto looked =
        registry_.look(call_of(asker, "prompts/get"), auth::Area::shop, shop_of(arguments), work);
    if (!looked)
        return mcp::give_nothing(failure_of_data(looked.error(), {}, looked.error().demand));
    if (const auto given = arguments.find(kLanguage); given != arguments.end())
        locale = locale_of(given->second);
    return locale;
}

mcp::HostAnswer<std::string> Prompts::fetch(const Section& section, Json arguments,
                                            const mcp::PromptArguments& given,
                                            const mcp::Asker& asker) const {
    mcp::ToolCall call = call_of(asker, section.from);
    if (const auto source = sources_.find(section.from); source != sources_.end()) {
        std::string fetched;
        const auto work = [&](storage::Connection& connection,
                              const CallContext& context) -> Result<void> {
            if (auto allowed = source->second.access.check(context.caller); !allowed)
                return allowed;
            Answer answer = source->second.run(connection, context, arguments);
            if (!answer) return Refusal(answer.error());
            fetched = std::move(*answer);
            return {};
        };
        const auto looked =
            registry_.look(std::move(call), source->second.area, shop_of(given), work);
        if (!looked)
            return mcp::give_nothing(failure_of_data(looked.error(), {}, looked.error().demand));
        return fetched;
    }
    if (const auto shop = given.find(kShop); shop != given.end())
        arguments[std::string(kShop)] = shop->second;
    call.arguments = std::move(arguments);
    Registry::Ran ran = registry_.run_tool(std::move(call));
    if (ran.kind != mcp::ToolOutcome::Kind::answered)
        return mcp::give_nothing(broken(ran.request_id));
    if (!ran.answer)
        return mcp::give_nothing(failure_of_data(ran.answer.error(), ran.request_id, ran.demand));
    return std::move(*ran.answer);
}

mcp::HostAnswer<std::string> Prompts::get(std::string_view name,
                                          const mcp::PromptArguments& arguments,
                                          const mcp::Asker& asker) {
    const auto entry = prompts_.find(name);
    if (entry == prompts_.end())
        return mcp::give_nothing({.kind = mcp::HostFailure::Kind::not_found, .message = {}});
    const Prompt& prompt = entry->second;
    mcp::PromptArguments given;
    for (const auto& [key, value] : arguments) {
        if (!knows(name, key).value_or(false))
            return mcp::give_nothing(invalid("The prompt has no argument " +
                                             text::truncate(key, kPromptArgumentMax) + "."));
        if (text::code_points(value) > kPromptArgumentMax)
            return mcp::give_nothing(invalid("The argument " + key + " has at most " +
                                             std::to_string(kPromptArgumentMax) + " characters."));
        // A client that shows a form sends what was left empty.
        if (std::string cleaned = text::clean(value); !cleaned.empty())
            given.emplace(key, std::move(cleaned));
    }
    for (const Argument& argument : prompt.arguments) {
        if (argument.is_required && !given.contains(argument.name))
            return mcp::give_nothing(invalid("The argument " + argument.name + " is missing."));
    }
    if (const auto language = given.find(kLanguage);
        language != given.end() &&
        std::find(kLanguages.begin(), kLanguages.end(), language->second) == kLanguages.end())
        return mcp::give_nothing(invalid("The argument language is ru, kk or en."));
    if (given.contains(kShop) && !shop_of(given))
        return mcp::give_nothing(invalid("The argument shop_id is a number."));

    const auto locale = admit(prompt, given, asker);
    if (!locale) return mcp::give_nothing(locale.error());
    JsonWriter out;
    out.begin_object();
    out.field("description", prompt.description);
    out.key("messages");
    out.begin_array();
    write_message(out, fill_lines(prompt.texts.find(word(*locale))->second, given));
    for (const Section& section : prompt.sections) {
        auto filled = fill_arguments(section.arguments, given);
        if (!filled) continue;
        const auto data = fetch(section, std::move(*filled), given, asker);
        if (!data) return mcp::give_nothing(data.error());
        write_message(out, section.title.find(word(*locale))->second + ":\n" + *data);
    }
    out.end_array();
    out.end_object();
    const std::string_view whole = out.view();
    return std::string(whole.substr(1, whole.size() - 2));
}

}  // namespace shopkeeper::tools
