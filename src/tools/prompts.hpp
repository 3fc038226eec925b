#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/embedded.hpp"
#include "base/json.hpp"
#include "base/locale.hpp"
#include "mcp/prompt_host.hpp"
#include "tools/registry.hpp"

namespace shopkeeper::tools {

/// Characters of one argument of a prompt.
inline constexpr std::size_t kPromptArgumentMax = 500;

/// The shop's prompts. Each is a file prompts/<name>.json: the MCP Prompt object, the text in three
/// languages, and the data that goes with it, which are results of read tools and of sources.
/// Immutable after `seal`; thread-safe.
///
/// The language is the argument `language`, else the shop's. A line of the text that names an
/// argument which was not given is left out; so is data that needs one. What a tool refuses, the
/// prompt refuses: a prompt shows nobody more than the tools would.
class Prompts final : public mcp::PromptHost {
public:
    /// REQUIRES: `registry` outlives this.
    explicit Prompts(Registry& registry) : registry_(registry) {}

    /// Serves prompts/<name>.json to these callers.
    void add(std::string_view name, Access access);

    /// Data that no tool has: a verb like a tool's, for these callers, whose OAuth tokens allow to
    /// read this area. Its arguments are strings.
    template <class Out, class In>
    void source(std::string_view name, auth::Area area, Access access,
                Result<Out> (*verb)(storage::Connection&, const CallContext&, const In&)) {
        sources_.emplace(std::string(name), Source{area, access, Registry::bind(verb)});
    }

    /// Binds the files (path "<name>.json"): call at start. Throws std::logic_error when a file has
    /// no line of registration, a line no file, or a file names what is not there.
    void seal(std::span<const EmbeddedFile> files);

    /// Whether the prompt has the argument; nullopt: there is no such prompt.
    std::optional<bool> knows(std::string_view prompt, std::string_view argument) const;

    // mcp::PromptHost
    std::span<const std::string> prompts() const override { return faces_; }
    mcp::HostAnswer<std::string> get(std::string_view name, const mcp::PromptArguments& arguments,
                                     const mcp::Asker& asker) override;
    bool is_quick() const override { return registry_.reads_are_quick(); }

private:
    using Texts = std::map<std::string, std::string, std::less<>>;  ///< by the word of a language
    struct Source {
        auth::Area area;
        Access access;
        Registry::Run run;
    };
    struct Section {
        Texts title;
        std::string from;  ///< a read tool or a source
        Json arguments;
    };
    struct Argument {
        std::string name;
        bool is_required;
    };
    struct Prompt {
        Access access;
        bool is_bound = false;
        std::string description;
        std::vector<Argument> arguments = {};
        std::vector<Section> sections = {};
        Texts texts = {};
    };

    void bind(const EmbeddedFile& file);
    void check_source(std::string_view prompt, const Section& section) const;
    mcp::HostAnswer<Locale> admit(const Prompt& prompt, const mcp::PromptArguments& arguments,
                                  const mcp::Asker& asker) const;
    mcp::HostAnswer<std::string> fetch(const Section& section, Json arguments,
                                       const mcp::PromptArguments& given,
                                       const mcp::Asker& asker) const;

    Registry& registry_;
    std::map<std::string, Prompt, std::less<>> prompts_;
    std::map<std::string, Source, std::less<>> sources_;
    std::vector<std::string> faces_;
};

/// What reviews give to prompts beside their tools (review_tools.cpp).
void add_review_sources(Prompts& prompts);

/// All prompts, bound to the files in the binary: one line a prompt. Throws std::logic_error (see
/// seal). REQUIRES: the tools are registered.
void register_prompts(Prompts& prompts);

}  // namespace shopkeeper::tools
