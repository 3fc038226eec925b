#pragma once

#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/embedded.hpp"
#include "base/json.hpp"
#include "base/json_writer.hpp"
#include "base/result.hpp"
#include "domains/auth/foreign_tokens.hpp"
#include "domains/auth/identity.hpp"
#include "domains/auth/scopes.hpp"
#include "mcp/tool_host.hpp"
#include "storage/database.hpp"
#include "tools/access.hpp"
#include "tools/call_rates.hpp"
#include "tools/choosing.hpp"
#include "tools/contract.hpp"
#include "tools/rate_limits.hpp"

namespace shopkeeper::tools {

/// What the gate works with. Everything outlives the registry.
struct Environment {
    storage::Database& database;
    const Clock& clock;
    Random& random;
    const auth::Authority& authority;
    const ShopDefaults& defaults;
    RateLimits& rate_limits;
    auth::ForeignTokens* foreign_tokens = nullptr;  ///< null: no other server's tokens are good
    /// Tests and debug builds: every schema is compiled by `seal`, and every result is checked.
    /// Otherwise, since the files are part of the program, a schema is compiled when its tool is
    /// first called, and a sample of the results is checked.
    bool check_everything = false;
};

/// How a tool is answered, already stripped of its types: arguments in, result JSON out.
using Answer = Result<std::string>;

/// A refusal, and the token that would have met with none.
struct Refused : Error {
    std::optional<Demand> demand;
};

/// One tool: its schema file bound to its handler.
struct Tool {
    enum class Work {
        read,   ///< runs in a read transaction that the registry opens
        write,  ///< runs in a write transaction that the registry opens, guarded by an idempotency
                ///< key
        free,   ///< opens its own transactions (login: hashing must not hold the writer)
    };
    /// Another word for an enum value: accepted as input, replaced before validation (C3).
    struct Alias {
        std::string_view property;
        std::string_view word;
        std::string_view value;
    };

    std::string name;
    Work work;
    Access access;
    std::function<Answer(storage::Connection&, const CallContext&, const Json&)> run;
    std::function<Answer(storage::Database&, const CallContext&, const Json&)> run_free;
    std::vector<Alias> aliases_;
    std::vector<std::string_view> verbatim_;

    Tool& aliases(std::initializer_list<Alias> more) {
        aliases_.insert(aliases_.end(), more);
        return *this;
    }
    /// Arguments that are taken as given, neither cleaned nor trimmed: secrets.
    Tool& verbatim(std::initializer_list<std::string_view> properties) {
        verbatim_.insert(verbatim_.end(), properties);
        return *this;
    }

    std::unique_ptr<const Contract> contract;  ///< set by Registry::seal
    const Contract::Terms& terms() const { return contract->terms(); }
    std::optional<auth::Area> area;  ///< of OAuth scopes; set by Registry::seal
    std::optional<auth::Scope> scope() const {
        if (!area) return std::nullopt;
        return auth::Scope{*area, !terms().is_read_only};
    }
};

/// The one gate to the shop: finds the tool, resolves the caller, checks access, arguments and
/// rate, opens the transaction, runs the verb, keeps idempotency and audit, checks the result.
/// Immutable after `seal`; safe to call from any thread.
///
/// A verb is a plain function of a domain:
///     Result<Order> create(storage::Connection&, const CallContext&, const CreateOrder&);
/// Its arguments come from `void from_json(const Json&, CreateOrder&)`, which cannot fail since the
/// schema was checked before; its result is written by `void to_json(JsonWriter&, const Order&)`.
/// Both stand in tools/<domain>_tools.cpp inside the domain's namespace, where argument-dependent
/// lookup finds them.
class Registry final : public mcp::ToolHost {
public:
    explicit Registry(const Environment& environment) : environment_(environment) {}

    template <class Out, class In>
    Tool& read(std::string_view name, Access access,
               Result<Out> (*verb)(storage::Connection&, const CallContext&, const In&)) {
        return add(name, Tool::Work::read, access, bind(verb));
    }
    template <class Out, class In>
    Tool& write(std::string_view name, Access access,
                Result<Out> (*verb)(storage::Connection&, const CallContext&, const In&)) {
        return add(name, Tool::Work::write, access, bind(verb));
    }
    /// For a tool that must work outside a transaction; `verb` opens its own.
    Tool& free(std::string_view name, Access access,
               std::function<Answer(storage::Database&, const CallContext&, const Json&)> verb);

    /// Binds schemas (path "<domain>/<tool>.json") to handlers: call at start. Throws
    /// std::logic_error when a schema has no handler or a handler no schema.
    void seal(std::span<const EmbeddedFile> schemas);

    /// The operator's choice, beyond which nobody's goes: call once, after `seal`. Throws
    /// std::invalid_argument when it names what there is not.
    void offer(const mcp::ToolChoice& choice);

    const Environment& environment() const { return environment_; }

    /// A verb without its types: arguments in, result JSON out.
    using Run = std::function<Answer(storage::Connection&, const CallContext&, const Json&)>;

    template <class Out, class In>
    static Run bind(Result<Out> (*verb)(storage::Connection&, const CallContext&, const In&)) {
        return [verb](storage::Connection& connection, const CallContext& context,
                      const Json& arguments) -> Answer {
            In command{};
            from_json(arguments, command);
            const Result<Out> out = verb(connection, context, command);
            if (!out) return Refusal(out.error());
            JsonWriter writer;
            to_json(writer, *out);
            return std::move(writer).take();
        };
    }

    /// What came of a call, before it is put into the words of tools/call.
    struct Ran {
        mcp::ToolOutcome::Kind kind = mcp::ToolOutcome::Kind::unknown_tool;
        Answer answer = std::string();  ///< meant where `kind` is answered
        std::string request_id;
        std::int64_t shop_id = 0;           ///< where it acted; 0: refused before that was known
        std::optional<Demand> demand = {};  ///< of a refusal: a token would have met with none
        /// What its person must be asked for another answer than this refusal; null: nothing.
        std::unique_ptr<mcp::InputNeeded> needs = nullptr;
    };
    /// The gate itself. Never throws.
    Ran run_tool(mcp::ToolCall call);

    /// Reads, for a caller, what no tool reads (a list of resources, a completion): identity, scope
    /// and rates are asked as of a read tool of `area` that is named `call.name`. `shop_id` is
    /// meant as the
    /// argument of that name: an asserted customer stays in its shop (A6). The error is a refusal,
    /// `unavailable` included. Throws for a bug.
    using Look = std::function<Result<void>(storage::Connection&, const CallContext&)>;
    tl::expected<void, Refused> look(mcp::ToolCall call, auth::Area area,
                                     std::optional<std::int64_t> shop_id, const Look& work) const;
    /// True when a read waits for no other client.
    bool reads_are_quick() const { return environment_.database.reads_wait_for_nobody(); }

    // mcp::ToolHost
    std::span<const mcp::ToolEntry> tools() const override { return entries_; }
    tl::expected<mcp::ToolSet, std::string> choose(
        std::span<const mcp::ToolChoice> choices) const override;
    std::optional<mcp::ToolSet> usable(const mcp::Asker& asker) const override;
    bool is_listing_quick() const override { return reads_are_quick(); }
    mcp::ToolOutcome call(mcp::ToolCall call) override;
    bool is_quick(std::string_view tool) const override;

    /// All tools by name, for the command line, the documents and the tests.
    const std::map<std::string, Tool, std::less<>>& inventory() const { return tools_; }

private:
    struct Request;
    struct NotTheirs;
    Result<auth::Credentials> credentials_of(const mcp::ToolCall& call,
                                             std::optional<auth::Assertion> assertion,
                                             UnixMs now_ms) const;
    Tool& add(std::string_view name, Tool::Work work, Access access, Run run);
    Answer answer(const Tool& tool, mcp::ToolCall& call, Request& request) const;
    Answer run(const Tool& tool, Request& request) const;
    Result<auth::Identity> admit(storage::Connection& connection, const Tool& tool,
                                 Request& request) const;
    Answer run_write(storage::Connection& connection, const Tool& tool, Request& request,
                     const auth::Identity& identity) const;
    Answer run_charged(storage::Connection& connection, const Tool& tool, Request& request,
                       const auth::Identity& identity, AuditNote& audit) const;
    void audit_superadmin_read(const Tool& tool, Request& request,
                               const auth::Identity& identity) const;
    static RatedCall rated(const Tool& tool, const Request& request, const Caller& caller);
    bool was_charged(const Request& request) const;
    CallContext context_of(Request& request, const auth::Identity& identity,
                           AuditNote& audit) const;

    Answer attempt(const Tool& tool, mcp::ToolCall& call, Ran& ran) const;
    mcp::ToolSet usable_by(const Caller& caller, const auth::Scopes& scopes) const;

    const Environment environment_;
    std::map<std::string, Tool, std::less<>> tools_;
    std::vector<mcp::ToolEntry> entries_;
    std::vector<Choosable> choosable_;  ///< in the order of entries_
    mcp::ToolSet offered_;
};

}  // namespace shopkeeper::tools
