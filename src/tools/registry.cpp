#include "tools/registry.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <stdexcept>

#include "base/log.hpp"
#include "base/text.hpp"
#include "journal/audit.hpp"
#include "journal/confirmations.hpp"
#include "journal/idempotency.hpp"
#include "tools/assertion.hpp"
#include "tools/call_questions.hpp"
#include "tools/call_rates.hpp"
#include "tools/content.hpp"
#include "tools/scopes.hpp"
#include "tools/toolsets.hpp"

namespace shopkeeper::tools {
namespace {

/// Release builds check one result in so many; tests and debug builds check all.
constexpr std::uint64_t kOutputSample = 1024;

/// Arguments that callers write as numbers although they are texts (domain C3).
constexpr std::string_view kDigitTexts[] = {"phone",        "customer_phone", "recipient_phone",
                                            "sender_phone", "tracking_id",    "telegram_user_id"};

std::string next_request_id() {
    static std::atomic<std::uint64_t> counter = 0;
    return "r-" + std::to_string(++counter);
}

void replace_aliases(const Tool& tool, Json& arguments) {
    for (const Tool::Alias& alias : tool.aliases_) {
        const auto member = arguments.find(alias.property);
        if (member == arguments.end() || !member->is_string()) continue;
        const std::string folded = text::fold(member->get_ref<const std::string&>());
        if (folded == text::fold(alias.word)) *member = alias.value;
    }
}

Refusal refuse_arguments(const Tool& tool, const std::vector<schema::Violation>& violations) {
    std::string message = "The arguments of " + tool.name + " do not fit:";
    for (const schema::Violation& violation : violations) message += " " + violation.message;
    const schema::Violation& first = violations.front();
    // What is taken verbatim is a secret, and a secret is never repeated (K10).
    const auto& secrets = tool.verbatim_;
    const bool is_secret = first.path == "token" ||
                           std::find(secrets.begin(), secrets.end(), first.path) != secrets.end();
    return invalid_argument(first.path, std::move(message), is_secret ? "" : first.given,
                            first.accepted);
}

Result<void> check_scopes(const Tool& tool, const auth::Scopes& scopes,
                          std::optional<Demand>& demand) {
    if (auto allowed = check_area(scopes, tool.scope(), demand); !allowed) return allowed;
    if (scopes.read && scopes.write && scopes.admin) return {};
    const bool allowed = tool.terms().is_read_only     ? scopes.read
                         : tool.terms().is_destructive ? scopes.admin
                                                       : scopes.write;
    if (allowed) return {};
    const std::string needed = tool.terms().is_read_only     ? "tools:read"
                               : tool.terms().is_destructive ? "tools:admin"
                                                             : "tools:write";
    return permission_denied("role", "The API key lacks the scope " + needed + ".", needed);
}

Refusal database_away() {
    ErrorDetails details;
    details.retry_after_s = 1;
    return refuse(ErrorCode::unavailable,
                  "The shop's database cannot answer now; try again in a moment.", details);
}

/// Who is asked, and so who may answer.
std::string principal_of(const auth::Identity& identity) {
    return std::to_string(identity.shop_id) + ":" + identity.caller.principal;
}

std::string with_replay_mark(std::string result_json) {
    result_json.pop_back();
    return result_json + R"(,"idempotent_replay":true})";
}

}  // namespace

/// One call on its way through the gate.
struct Registry::Request {
    const mcp::ToolCall& call;
    Json arguments;
    auth::Credentials credentials;
    std::optional<std::int64_t> shop_argument;
    std::vector<schema::Violation> violations;
    UnixMs now_ms;
    std::string id;
    std::int64_t shop_id = 0;  ///< set when the caller is admitted
    std::optional<Demand> demand = {};
    bool charged = false;  ///< a transaction that is run again is not charged again
    CallQuestions questions{call.abilities.form, call.input};
    std::string asked = {};  ///< who is asked, where something is
    std::optional<journal::SealedConfirmations> confirmations = {};  ///< of a write's transaction
};

/// The answers to a question come from another caller than the one who was asked.
struct Registry::NotTheirs {};

Tool& Registry::add(std::string_view name, Tool::Work work, Access access, Run run) {
    Tool tool{.name = std::string(name), .work = work, .access = access, .run = std::move(run)};
    const auto [entry, is_new] = tools_.emplace(std::string(name), std::move(tool));
    if (!is_new) throw std::logic_error("tool " + std::string(name) + " is registered twice");
    return entry->second;
}

Tool& Registry::free(
    std::string_view name, Access access,
    std::function<Answer(storage::Database&, const CallContext&, const Json&)> verb) {
    Tool& tool = add(name, Tool::Work::free, access, {});
    tool.run_free = std::move(verb);
    return tool;
}

void Registry::seal(std::span<const EmbeddedFile> schemas) {
    for (const EmbeddedFile& file : schemas) {
        auto contract = std::make_unique<const Contract>(file);
        const auto entry = tools_.find(contract->tool());
        if (entry == tools_.end()) {
            throw std::logic_error("schemas/" + std::string(file.path) +
                                   " has no handler: register " + contract->tool());
        }
        if (find_toolset(contract->domain()) == nullptr) {
            throw std::logic_error("schemas/" + std::string(file.path) +
                                   " is in no toolset: add it to tools/toolsets.cpp");
        }
        if (environment_.check_everything) contract->terms();
        entry->second.area = area_of(contract->domain());
        entry->second.contract = std::move(contract);
    }
    entries_.clear();
    choosable_.clear();
    for (const auto& [name, tool] : tools_) {
        if (!tool.contract)
            throw std::logic_error("tool " + name + " has no schema: add schemas/<domain>/" + name +
                                   ".json");
        entries_.push_back({name, tool.contract->listed()});
        choosable_.push_back({tool.name, tool.contract->domain(), tool.work != Tool::Work::write});
    }
    if (entries_.size() > mcp::kToolsMax) throw std::logic_error("too many tools: kToolsMax");
    offered_.set();
}

void Registry::offer(const mcp::ToolChoice& choice) {
    const auto offered = chosen(choosable_, choice, offered_);
    if (!offered) throw std::invalid_argument(offered.error());
    offered_ = *offered;
}

tl::expected<mcp::ToolSet, std::string> Registry::choose(
    std::span<const mcp::ToolChoice> choices) const {
    mcp::ToolSet left = offered_;
    for (const mcp::ToolChoice& choice : choices) {
        const auto of_it = chosen(choosable_, choice, offered_);
        if (!of_it) return of_it;
        left &= *of_it;
    }
    return left;
}

std::optional<mcp::ToolSet> Registry::usable(const mcp::Asker& asker) const {
    // One that cannot be read says nothing of who asks.
    const auto assertion = read_assertion(asker.meta).value_or(std::nullopt);
    const bool shows_itself =
        asker.bearer || assertion || environment_.authority.configured_phone.has_value();
    if (!shows_itself) return std::nullopt;
    const auth::Credentials credentials{.bearer = asker.bearer,
                                        .token_argument = std::nullopt,
                                        .assertion = assertion,
                                        .address = std::string(asker.address),
                                        .is_loopback = asker.is_loopback};
    try {
        const auto identity = environment_.database.read(
            [&](storage::Connection& connection) {
                return auth::identify(connection, environment_.authority, environment_.defaults,
                                      credentials, std::nullopt, environment_.clock.now_ms(),
                                      /*needs_shop=*/false);
            },
            auth::foreseen_shop(environment_.authority, environment_.defaults, credentials,
                                std::nullopt));
        // Whoever cannot show who it is any more may do what a guest may: sign in, above all.
        return identity ? usable_by(identity->caller, identity->scopes) : usable_by({}, {});
    } catch (const std::exception& trouble) {
        log::warning("tools", std::string("all tools are listed, since who asks for them cannot "
                                          "be found out: ") +
                                  trouble.what());
        return std::nullopt;
    }
}

mcp::ToolSet Registry::usable_by(const Caller& caller, const auth::Scopes& scopes) const {
    mcp::ToolSet set;
    std::size_t place = 0;
    std::optional<Demand> demand;  // of a list nothing is demanded
    for (const auto& [name, tool] : tools_) {
        set.set(place++, tool.access.check(caller) && check_scopes(tool, scopes, demand));
    }
    return set;
}

bool Registry::is_quick(std::string_view name) const {
    const auto entry = tools_.find(name);
    if (entry == tools_.end()) return true;
    return entry->second.work == Tool::Work::read && environment_.database.reads_wait_for_nobody();
}

mcp::ToolOutcome Registry::call(mcp::ToolCall call) {
    Ran ran = run_tool(std::move(call));
    mcp::ToolOutcome outcome;
    outcome.kind = ran.kind;
    outcome.request_id = std::move(ran.request_id);
    outcome.needs = std::move(ran.needs);
    if (ran.kind != mcp::ToolOutcome::Kind::answered) return outcome;
    if (ran.answer) {
        outcome.members = success_members(*ran.answer);
        return outcome;
    }
    const std::string json = error_json(ran.answer.error(), outcome.request_id);
    outcome.members = refusal_members(json);
    outcome.meta = refusal_meta(json);
    outcome.demand = std::move(ran.demand);
    return outcome;
}

Registry::Ran Registry::run_tool(mcp::ToolCall call) {
    const auto started = std::chrono::steady_clock::now();
    Ran ran;
    const auto entry = tools_.find(call.name);
    if (entry == tools_.end()) return ran;
    const Tool& tool = entry->second;
    ran.kind = mcp::ToolOutcome::Kind::answered;
    ran.request_id = next_request_id();
    std::string_view word_for_log = "ok";
    try {
        ran.answer = attempt(tool, call, ran);
        if (!ran.answer) word_for_log = ran.needs ? "asks" : word(ran.answer.error().code);
    } catch (const NotTheirs&) {
        ran.kind = mcp::ToolOutcome::Kind::not_theirs;
        word_for_log = "not_theirs";
    } catch (const std::exception& bug) {
        log::error("tools",
                   "tool=" + tool.name + " request=" + ran.request_id + " failed: " + bug.what());
        ran.kind = mcp::ToolOutcome::Kind::failed;
        word_for_log = "failed";
    }
    if (log::enabled(log::Level::info)) {
        const auto spent = std::chrono::duration_cast<std::chrono::microseconds>(
            std::chrono::steady_clock::now() - started);
        log::info("tools", "call tool=" + tool.name + " us=" + std::to_string(spent.count()) +
                               " outcome=" + std::string(word_for_log) +
                               " request=" + ran.request_id);
    }
    return ran;
}

/// What the environment does to a call is a refusal too: the caller can come back.
Answer Registry::attempt(const Tool& tool, mcp::ToolCall& call, Ran& ran) const {
    try {
        Request request{.call = call, .now_ms = environment_.clock.now_ms(), .id = ran.request_id};
        Answer result = answer(tool, call, request);
        ran.shop_id = request.shop_id;
        ran.demand = std::move(request.demand);
        if (!result && request.questions.has_open()) {
            ran.needs = std::make_unique<mcp::InputNeeded>(mcp::InputNeeded{
                .requests = request.questions.take_open(), .principal = std::move(request.asked)});
        }
        return result;
    } catch (const storage::Unavailable& away) {
        log::error("tools", "tool=" + tool.name + " request=" + ran.request_id +
                                " storage away: " + away.what());
        return database_away();
    } catch (const storage::InDoubt& lost) {
        log::error("tools", "tool=" + tool.name + " request=" + ran.request_id + " " + lost.what());
        ErrorDetails details;
        details.retry_after_s = 1;
        return refuse(ErrorCode::unavailable,
                      "The connection to the shop's database broke at the last moment: the change "
                      "may have been made or not. Call again with the same idempotency_key to find "
                      "out; without one, look first whether it was made.",
                      details);
    }
}

Answer Registry::answer(const Tool& tool, mcp::ToolCall& call, Request& request) const {
    auto assertion = read_assertion(call.meta);
    if (!assertion) return Refusal(assertion.error());
    if (!call.arguments.is_object()) {
        return invalid_argument("arguments",
                                "The arguments of " + tool.name + " must be an object.");
    }
    request.arguments = std::move(call.arguments);
    if (*assertion) {
        // A model cannot change who its customer is (A6).
        request.arguments.erase("shop_id");
        request.arguments.erase("telegram_user_id");
        const bool takes_telegram_id =
            (*assertion)->channel == "telegram" && tool.contract->domain() == "telegram";
        if (takes_telegram_id) request.arguments["telegram_user_id"] = (*assertion)->user_id;
    }
    replace_aliases(tool, request.arguments);
    tool.terms().input.coerce(request.arguments,
                              {.verbatim = tool.verbatim_, .digit_texts = kDigitTexts});
    request.violations = tool.terms().input.check(request.arguments);

    auto credentials = credentials_of(call, std::move(*assertion), request.now_ms);
    if (!credentials) {
        request.demand = demand_of(credentials.error(), tool.scope());
        return Refusal(credentials.error());
    }
    request.credentials = std::move(*credentials);
    if (tool.terms().has_token) {
        const auto token = request.arguments.find("token");
        if (token != request.arguments.end() && token->is_string())
            request.credentials.token_argument = token->get<std::string>();
    }
    if (tool.terms().has_shop_id) {
        const auto shop_id = request.arguments.find("shop_id");
        if (shop_id != request.arguments.end() && shop_id->is_number_integer())
            request.shop_argument = shop_id->get<std::int64_t>();
    }

    Answer result = run(tool, request);
    const bool checks_output =
        environment_.check_everything || std::hash<std::string>()(request.id) % kOutputSample == 0;
    if (result && checks_output) {
        const auto document = parse_json(*result);
        const auto violations = document ? tool.terms().output.check(*document)
                                         : std::vector<schema::Violation>{{"", "not JSON", "", {}}};
        if (!violations.empty()) {
            const std::string what =
                "the result of " + tool.name +
                " does not fit its output schema: " + violations.front().message +
                " (given: " + violations.front().given + ")";
            if (environment_.check_everything) throw std::logic_error(what);
            log::error("tools", what);
        }
    }
    return result;
}

/// A token of another authorization server is read before any transaction begins. Its keys are at
/// hand: whoever let the request in has asked for them.
Result<auth::Credentials> Registry::credentials_of(const mcp::ToolCall& call,
                                                   std::optional<auth::Assertion> assertion,
                                                   UnixMs now_ms) const {
    auth::Credentials credentials{.bearer = call.bearer,
                                  .assertion = std::move(assertion),
                                  .address = std::string(call.address),
                                  .is_loopback = call.is_loopback};
    if (environment_.foreign_tokens == nullptr || !call.bearer) return credentials;
    auto foreign = environment_.foreign_tokens->read(*call.bearer, now_ms, /*may_wait=*/false);
    if (!foreign) return credentials;
    if (!*foreign) return Refusal(foreign->error());
    credentials.foreign = std::move(**foreign);
    return credentials;
}

Answer Registry::run(const Tool& tool, Request& request) const {
    storage::Database& database = environment_.database;
    const std::optional<std::int64_t> foreseen = auth::foreseen_shop(
        environment_.authority, environment_.defaults, request.credentials, request.shop_argument);
    // A call that cannot run takes no writer's turn; its caller is checked all the same (E3).
    if (!request.violations.empty() || tool.work == Tool::Work::free) {
        const auto identity = database.read(
            [&](storage::Connection& connection) { return admit(connection, tool, request); },
            foreseen);
        if (!identity) return Refusal(identity.error());
        if (!request.violations.empty()) return refuse_arguments(tool, request.violations);
        request.asked = principal_of(*identity);
        AuditNote audit;
        return tool.run_free(database, context_of(request, *identity, audit), request.arguments);
    }
    if (tool.work == Tool::Work::write) {
        const auto work = [&](storage::Connection& connection) -> Answer {
            // Now is when the writer's turn has come, not when the wait for it began: in between a
            // claim may have run out and its components may have been promised to another (O25).
            request.now_ms = environment_.clock.now_ms();
            const auto identity = admit(connection, tool, request);
            if (!identity) return Refusal(identity.error());
            connection.vouch();
            return run_write(connection, tool, request, *identity);
        };
        return database.write(work, foreseen);
    }
    std::optional<auth::Identity> superadmin;
    const auto work = [&](storage::Connection& connection) -> Answer {
        const auto identity = admit(connection, tool, request);
        if (!identity) return Refusal(identity.error());
        if (identity->caller.is_superadmin) superadmin = *identity;
        AuditNote audit;
        return run_charged(connection, tool, request, *identity, audit);
    };
    Answer result = database.read(work, foreseen);
    if (superadmin && result) audit_superadmin_read(tool, request, *superadmin);
    return result;
}

Result<auth::Identity> Registry::admit(storage::Connection& connection, const Tool& tool,
                                       Request& request) const {
    auto identity = auth::identify(connection, environment_.authority, environment_.defaults,
                                   request.credentials, request.shop_argument, request.now_ms,
                                   /*needs_shop=*/tool.terms().has_shop_id);
    request.demand.reset();
    const auto refused = [&](const Error& error) {
        // The carrier's credentials are meant, not a token among the arguments.
        if (!request.credentials.token_argument) request.demand = demand_of(error, tool.scope());
        return Refusal(error);
    };
    if (!identity) return refused(identity.error());
    if (auto allowed = tool.access.check(identity->caller); !allowed)
        return refused(allowed.error());
    if (auto allowed = check_scopes(tool, identity->scopes, request.demand); !allowed)
        return Refusal(allowed.error());
    const mcp::ClientInput* input = request.call.input;
    const bool was_asked = input != nullptr && !input->principal.empty();
    if (was_asked && input->principal != principal_of(*identity)) throw NotTheirs();
    if (!request.charged && !was_charged(request)) {
        const auto allowed =
            charge_before(environment_.rate_limits, rated(tool, request, identity->caller));
        if (!allowed) return Refusal(allowed.error());
    }
    request.charged = true;
    request.shop_id = identity->shop_id;
    return identity;
}

/// A call that was asked something has paid already when its answers come, which counts once: a
/// client could show them again and again.
bool Registry::was_charged(const Request& request) const {
    constexpr Rate kOnce{1, 24 * 3600, 1};
    const mcp::ClientInput* input = request.call.input;
    if (input == nullptr || input->principal.empty()) return false;
    return input->round.empty() ||
           environment_.rate_limits.take(kOnce, "answered", input->round, request.now_ms);
}

tl::expected<void, Refused> Registry::look(mcp::ToolCall call, auth::Area area,
                                           std::optional<std::int64_t> shop_id,
                                           const Look& work) const {
    const auto give_up = [](Error error, std::optional<Demand> demand = {}) {
        return tl::unexpected(Refused{std::move(error), std::move(demand)});
    };
    auto assertion = read_assertion(call.meta);
    if (!assertion) return give_up(assertion.error());
    if (*assertion) shop_id.reset();
    const auth::Scope needed{area, false};
    const UnixMs now_ms = environment_.clock.now_ms();
    auto credentials = credentials_of(call, std::move(*assertion), now_ms);
    if (!credentials) return give_up(credentials.error(), demand_of(credentials.error(), needed));
    Request request{.call = call,
                    .arguments = Json::object(),
                    .credentials = std::move(*credentials),
                    .shop_argument = shop_id,
                    .now_ms = now_ms,
                    .id = next_request_id()};
    const auto in_shop = [&](storage::Connection& connection) -> Result<void> {
        request.demand.reset();
        const auto identity =
            auth::identify(connection, environment_.authority, environment_.defaults,
                           request.credentials, request.shop_argument, request.now_ms);
        if (!identity) return Refusal(identity.error());
        if (auto allowed = check_area(identity->scopes, needed, request.demand); !allowed)
            return allowed;
        if (!identity->scopes.read)
            return permission_denied("role", "The API key lacks the scope tools:read.",
                                     "tools:read");
        if (!request.charged) {
            const RatedCall rated{call.name,         false,         identity->caller, call,
                                  request.arguments, request.now_ms};
            if (auto allowed = charge_before(environment_.rate_limits, rated); !allowed)
                return allowed;
            request.charged = true;
        }
        AuditNote unused;
        return work(connection, context_of(request, *identity, unused));
    };
    try {
        auto looked = environment_.database.read(
            in_shop, auth::foreseen_shop(environment_.authority, environment_.defaults,
                                         request.credentials, request.shop_argument));
        if (looked) return {};
        if (!request.demand) request.demand = demand_of(looked.error(), needed);
        return give_up(std::move(looked.error()), std::move(request.demand));
    } catch (const storage::Unavailable& away) {
        log::error("tools", std::string(call.name) + " request=" + request.id +
                                " storage away: " + away.what());
        return give_up(database_away().value());
    }
}

Answer Registry::run_write(storage::Connection& connection, const Tool& tool, Request& request,
                           const auth::Identity& identity) const {
    const std::string digest = journal::argument_digest(request.arguments);
    std::optional<journal::IdempotencyKey> key;
    if (const auto given = request.arguments.find("idempotency_key");
        given != request.arguments.end()) {
        key = {std::to_string(identity.shop_id) + ":" + identity.caller.principal + ":" + tool.name,
               given->get<std::string>(), digest};
        auto stored = journal::claim(connection, *key, request.now_ms);
        if (!stored) return Refusal(stored.error());
        if (*stored) return with_replay_mark(std::move(**stored));
    }
    AuditNote audit;
    const auto token = request.arguments.find("confirmation_token");
    request.confirmations.emplace(
        connection, environment_.authority.token_secret, environment_.random,
        journal::SealedConfirmations::Call{
            .principal = identity.caller.principal,
            .tool = tool.name,
            .arguments_digest = digest,
            .token = token == request.arguments.end() ? std::string_view()
                                                      : token->get_ref<const std::string&>(),
            .answers = request.call.input != nullptr ? std::string_view(request.call.input->round)
                                                     : std::string_view(),
            .now_ms = request.now_ms});
    Answer result = run_charged(connection, tool, request, identity, audit);
    if (!result) return result;
    if (audit.effective)
        journal::append_audit(connection, context_of(request, identity, audit), tool.name, digest);
    if (key) {
        // A tracking id may have led into another shop; the key stays where the call was.
        connection.enter_shop(identity.shop_id);
        journal::complete(connection, *key, *result);
    }
    return result;
}

Answer Registry::run_charged(storage::Connection& connection, const Tool& tool, Request& request,
                             const auth::Identity& identity, AuditNote& audit) const {
    request.questions.begin();
    CallContext context = context_of(request, identity, audit);
    if (request.confirmations) context.confirmations = &*request.confirmations;
    Answer result = tool.run(connection, context, request.arguments);
    if (request.questions.has_open()) {
        if (result)
            throw std::logic_error(tool.name + " succeeds although its person is being asked");
        request.asked = principal_of(identity);
    }
    charge_after(environment_.rate_limits, rated(tool, request, identity.caller),
                 result ? &*result : nullptr, result ? nullptr : &result.error());
    return result;
}

/// Every call of a superadmin is audited, reads too (A13); the read itself took no writer's turn.
void Registry::audit_superadmin_read(const Tool& tool, Request& request,
                                     const auth::Identity& identity) const {
    const auto work = [&](storage::Connection& connection) {
        AuditNote audit;
        journal::append_audit(connection, context_of(request, identity, audit), tool.name,
                              journal::argument_digest(request.arguments));
    };
    environment_.database.write(work, identity.shop_id);
}

RatedCall Registry::rated(const Tool& tool, const Request& request, const Caller& caller) {
    return {tool.name,     tool.work == Tool::Work::write, caller, request.call, request.arguments,
            request.now_ms};
}

CallContext Registry::context_of(Request& request, const auth::Identity& identity,
                                 AuditNote& audit) const {
    return {.caller = identity.caller,
            .shop_id = identity.shop_id,
            .shop_given = identity.shop_given,
            .now_ms = request.now_ms,
            .source = "mcp",
            .request_id = request.id,
            .defaults = environment_.defaults,
            .random = environment_.random,
            .audit = audit,
            .cancelled = request.call.cancelled,
            .progress = request.call.progress,
            .questioner = &request.questions};
}

}  // namespace shopkeeper::tools
