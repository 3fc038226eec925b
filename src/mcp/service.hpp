#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "mcp/change_source.hpp"
#include "mcp/completer.hpp"
#include "mcp/era.hpp"
#include "mcp/param_headers.hpp"
#include "mcp/pending_calls.hpp"
#include "mcp/prepared.hpp"
#include "mcp/prompt_host.hpp"
#include "mcp/protocol.hpp"
#include "mcp/resource_host.hpp"
#include "mcp/state_seal.hpp"
#include "mcp/subscriptions.hpp"
#include "mcp/task_host.hpp"
#include "mcp/tool_host.hpp"
#include "mcp/tool_pages.hpp"

namespace shopkeeper::mcp {

/// How the server presents itself.
struct ServerOptions {
    std::string name = "shopkeeper";
    std::string title = "Shopkeeper";
    std::string version = "0.1.0";
    /// A sentence for the model.
    struct Instruction {
        std::string_view text;
        std::string_view tool = {};  ///< said only to who is shown this tool; empty: to everybody
    };
    /// Together at most 512 characters: some clients read no further (clients.md 3).
    std::vector<Instruction> instructions = {
        {"Shopkeeper runs a flower shop. Use these tools to search the catalogue, check delivery "
         "times and costs, place, track and cancel orders, and read or write reviews."},
        {"Staff sign in with login and then also manage products, stock, order statuses and "
         "customers.",
         "login"},
        {"Prices, stock and times always come from the tools: never guess them."},
        {"Confirm the basket, address and time with the customer before create_order.",
         "create_order"},
        {"Errors say what to change; correct the arguments and try again."}};
    /// Larger than the shop's inventory, so that one page holds all: some clients read only the
    /// first.
    std::size_t tools_page_size = 100;
    /// How long a client of the stateless revision may keep the lists it got.
    std::int64_t list_ttl_ms = 300'000;
    /// How long a call of a handshake revision waits for what its client was asked: a person has
    /// to read it and look something up.
    std::chrono::milliseconds answer_within{std::chrono::minutes(10)};
    /// Calls that wait for their clients: each holds its parameters, and an event stream.
    std::size_t pending_calls_max = 1'000;
};

/// What a server may offer beside tools; null: it does not, says so by declaring no capability, and
/// answers the methods as unknown ones. All of them outlive the server.
struct Features {
    ResourceHost* resources = nullptr;
    PromptHost* prompts = nullptr;
    Completer* completer = nullptr;
    ChangeSource* changes = nullptr;  ///< of resources: REQUIRES: there are resources
    /// Ids of the extensions that the hosts above serve; each is declared without settings.
    std::vector<std::string_view> extensions = {};
    TaskHost* tasks = nullptr;  ///< in the stateless revision
    StateSeal* seal = nullptr;  ///< null: nobody is asked in the stateless revision
};

/// What all conversations share: the tools, every answer that is the same for all clients, kept as
/// bytes, and who listens to what. Thread-safe.
class Service {
public:
    /// REQUIRES: `tools` and `clock` outlive this.
    Service(ToolHost& tools, const Features& features, const Clock& clock,
            const ServerOptions& options);

    ToolHost& tools() const { return tools_; }
    const Features& features() const { return features_; }
    Subscriptions& subscriptions() const { return subscriptions_; }
    PendingLimits& pending_limits() const { return pending_limits_; }
    const Clock& clock() const { return clock_; }
    const ParamHeaders& param_headers() const { return param_headers_; }

    // What follows is as `chosen` has it: nullopt for a request that chose nothing, which gets what
    // the operator offers.
    using Chosen = std::optional<ToolSet>;

    /// Whether a tool is shown, and so may be called; one that does not exist is for the host to
    /// refuse.
    bool offers(const Chosen& chosen, std::string_view tool) const;
    /// The pages of tools/list for this asker, who sees no more than it may use (domain A20).
    std::shared_ptr<const ToolPages> tool_pages(const Chosen& chosen, const Asker& asker) const;
    std::string discover_result(const Chosen& chosen) const;
    std::string initialize_result(Revision agreed, const Chosen& chosen) const;

    /// The result of a list that is the same for everybody and of one page: an array of `entries`
    /// under the name `member`.
    std::string fixed_list(std::string_view member, std::span<const std::string> entries,
                           Era era) const;
    /// A result of these members.
    std::string complete_result(std::string members, Era era) const;
    /// A result of the stateless revision that is not complete, and says so in its members.
    std::string special_result(std::string members) const;
    /// A result of these members that a client of the stateless revision may keep for a while.
    std::string cacheable_result(std::string members, const CacheHint& cache, Era era) const;
    /// The result of an answered call.
    std::string call_result(const ToolOutcome& outcome, Era era) const;

private:
    /// How the server presents itself to who is shown some set of tools.
    struct Presentation {
        std::string first_initialize_tail;  ///< of the revision that knows no completions
        std::string initialize_tail;
        std::string discover_result;
    };
    /// Which pages: of these tools, for everybody or for one asker.
    struct Listing {
        ToolSet shown;
        bool is_public = true;
        bool operator==(const Listing&) const = default;
    };
    Presentation present(const ToolSet& shown, bool is_public) const;
    std::shared_ptr<const Presentation> presentation(const Chosen& chosen) const;

    ToolHost& tools_;
    const Features features_;
    mutable Subscriptions subscriptions_;  ///< thread-safe
    const Clock& clock_;
    const ServerOptions options_;
    mutable PendingLimits pending_limits_;  ///< thread-safe
    const std::string server_info_;
    const std::string stateless_members_;  ///< end every complete result of that revision
    const ToolSet offered_;                ///< by the operator
    const bool offers_all_;
    mutable Prepared<Listing, ToolPages> pages_;
    mutable Prepared<Listing, Presentation> presentations_;
    const ParamHeaders param_headers_;
};

}  // namespace shopkeeper::mcp
