#pragma once

#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "domains/auth/identity.hpp"
#include "storage/database.hpp"
#include "support/fakes.hpp"
#include "tools/registry.hpp"

namespace shopkeeper::test {

/// Who makes a call in a test. The staff of shop 8 (and of the second shop, 9) exist in every
/// fixture.
enum class Who { guest, customer, courier, florist, manager, director, service, other_director };

/// What came back: exactly one of `result` and `error` is an object.
struct Reply {
    Json result;
    Json error;
    bool ok() const { return error.is_null(); }
    std::string code() const { return ok() ? "" : error.at("code").get<std::string>(); }
    std::string reason() const { return ok() ? "" : error.at("details").value("reason", ""); }
};

/// Monday 2026-11-23 10:00:00 in Almaty: shop 8 is open 09:00-21:00, weekends 10:00-20:00.
inline constexpr UnixMs kMonday10 = 1795410000000;

/// An in-memory, migrated database with two shops (8, and 9 as the other tenant), staff of every
/// role, and the given domains behind a registry that checks every output. Rate limits are off, and
/// nobody is asked to confirm risky acts.
///
///     ShopFixture shop({tools::register_warehouse});
///     const auto reply = shop.call("list_warehouse_items", {{"limit", 5}}, Who::florist);
class ShopFixture {
public:
    using Register = std::function<void(tools::Registry&)>;
    /// `path`: a file instead of memory, for tests with readers and writers at once.
    explicit ShopFixture(std::initializer_list<Register> domains, UnixMs now_ms = kMonday10,
                         const std::string& path = ":memory:");

    /// Calls through the whole gate. The customer is Telegram user "700000099" unless
    /// `telegram_user` is set, with `customer_phone` as its verified phone.
    Reply call(std::string_view tool, Json arguments = Json::object(), Who who = Who::guest);

    /// A person behind a client: shown the params of an elicitation, gives its result.
    using Person = std::function<Json(const Json& params)>;
    /// The same by a client that asks its person, as often as the tool wants it. `round`: the name
    /// under which the client could show the answers again; empty: it could not.
    Reply call_asking(const Person& person, std::string_view tool, Json arguments,
                      Who who = Who::guest, const std::string& round = {});

    /// Runs a verb (or any work on a Connection) in a write transaction, as if called by `who`.
    template <class Work>
    auto with(Who who, Work&& work) {
        AuditNote audit;
        const Caller caller = caller_of(who);
        const CallContext context{.caller = caller,
                                  .shop_id = who == Who::other_director ? other_shop_id : shop_id,
                                  .shop_given = true,
                                  .now_ms = clock.now_ms(),
                                  .source = "mcp",
                                  .request_id = "r-test",
                                  .defaults = defaults,
                                  .random = random,
                                  .audit = audit};
        return serving->write(
            [&](storage::Connection& connection) { return work(connection, context); },
            context.shop_id);
    }

    /// One value of the database, for checking state: `shop.number("SELECT quantity FROM ...")`.
    std::int64_t number(std::string_view sql, std::initializer_list<storage::Value> params = {});
    std::string text(std::string_view sql, std::initializer_list<storage::Value> params = {});
    storage::Rows rows(std::string_view sql, std::initializer_list<storage::Value> params = {});
    void execute(std::string_view sql, std::initializer_list<storage::Value> params = {});

    Caller caller_of(Who who);
    static std::string phone_of(Who who);  ///< of the staff member

    FakeClock clock;
    SeededRandom random;
    std::shared_ptr<storage::Database> database;  ///< sees both shops
    std::shared_ptr<storage::Database> serving;   ///< the same, as a server is connected
    auth::Authority authority;
    ShopDefaults defaults;
    tools::LocalRateLimits rate_limits{tools::RateOptions{.enabled = false}};
    std::unique_ptr<tools::Registry> registry;

    std::int64_t shop_id = 8;
    std::int64_t other_shop_id = 9;
    std::string telegram_user = "700000099";
    std::optional<std::string> customer_phone;  ///< the asserted customer's verified phone

private:
    auth::Credentials credentials_of(Who who) const;
    mcp::ToolOutcome outcome_of(std::string_view tool, Json arguments, Who who,
                                mcp::Abilities abilities, const mcp::ClientInput* input);
};

}  // namespace shopkeeper::test
