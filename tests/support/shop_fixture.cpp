#include "support/shop_fixture.hpp"

#include <sodium.h>

#include <stdexcept>

#include "support/test_database.hpp"

namespace shopkeeper::test {
namespace {

constexpr std::string_view kInternalKey = "internal-key-of-the-tests-0123456789";

std::string sha256_hex(std::string_view text) {
    unsigned char digest[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(digest, reinterpret_cast<const unsigned char*>(text.data()), text.size());
    char hex[sizeof digest * 2 + 1];
    return sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
}

constexpr std::string_view kInsertShop = R"sql(
INSERT INTO shop (id, name, phone, email, address, city, weekday_start, weekday_end, weekend_start, weekend_end,
    confirmation, created_ms, updated_ms)
VALUES ($1, $2, '+77000000800', 'shop@example.com', 'ул. Тестовая 1', 'Алматы', '09:00', '21:00', '10:00', '20:00',
    'off', $3, $3))sql";

constexpr std::string_view kInsertStaff = R"sql(
INSERT INTO staff_user (shop_id, name, phone, role, password_hash, created_ms, updated_ms)
VALUES ($1, $2, $3, $4, '!', $5, $5))sql";

Reply reply_of(const mcp::ToolOutcome& outcome) {
    const auto document = parse_json("{" + outcome.members + "}");
    Reply reply;
    const Json body = Json::parse(document->at("content").at(0).at("text").get<std::string>());
    if (document->value("isError", false))
        reply.error = body.at("error");
    else
        reply.result = body;
    return reply;
}

std::string_view role_of(Who who) {
    switch (who) {
        case Who::courier:
            return "courier";
        case Who::florist:
            return "florist";
        case Who::manager:
            return "manager";
        default:
            return "director";
    }
}

}  // namespace

ShopFixture::ShopFixture(std::initializer_list<Register> domains, UnixMs now_ms,
                         const std::string& path)
    : clock(now_ms) {
    if (sodium_init() < 0) throw std::runtime_error("libsodium does not start");
    BothSides sides = both_sides(now_ms, path);
    database = std::move(sides.whole);
    serving = std::move(sides.serving);
    authority.token_secret = "a-token-secret-of-the-tests-0123456789abcdef";
    authority.address_key = "an-address-key-of-the-tests-0123456789abcdef";
    authority.internal_key_hash = sha256_hex(kInternalKey);
    database->write([&](storage::Connection& connection) {
        connection.execute(kInsertShop, {shop_id, "Тестовый цветочный магазин", now_ms});
        connection.execute(kInsertShop, {other_shop_id, "Другой магазин", now_ms});
        connection.continue_ids("shop");
        for (const Who who : {Who::director, Who::manager, Who::florist, Who::courier}) {
            connection.execute(kInsertStaff,
                               {shop_id, std::string("Демо ") + std::string(role_of(who)),
                                phone_of(who), role_of(who), now_ms});
        }
        connection.execute(kInsertStaff, {other_shop_id, "Чужой директор",
                                          phone_of(Who::other_director), "director", now_ms});
    });
    const tools::Environment environment{.database = *serving,
                                         .clock = clock,
                                         .random = random,
                                         .authority = authority,
                                         .defaults = defaults,
                                         .rate_limits = rate_limits,
                                         .check_everything = true};
    registry = std::make_unique<tools::Registry>(environment);
    for (const Register& add : domains) add(*registry);
    std::vector<EmbeddedFile> schemas;
    for (const EmbeddedFile& file : embedded::schemas()) {
        const std::string_view name = file.path.substr(file.path.find('/') + 1);
        if (registry->inventory().contains(name.substr(0, name.size() - 5)))
            schemas.push_back(file);
    }
    registry->seal(schemas);
}

std::string ShopFixture::phone_of(Who who) {
    switch (who) {
        case Who::director:
            return "+77000000801";
        case Who::manager:
            return "+77000000802";
        case Who::florist:
            return "+77000000803";
        case Who::courier:
            return "+77000000804";
        case Who::other_director:
            return "+77000000901";
        default:
            throw std::logic_error("only staff have a staff phone");
    }
}

auth::Credentials ShopFixture::credentials_of(Who who) const {
    auth::Credentials credentials;
    if (who == Who::service || who == Who::customer) credentials.bearer = kInternalKey;
    if (who == Who::customer)
        credentials.assertion = auth::Assertion{shop_id, "telegram", telegram_user, customer_phone};
    return credentials;
}

Caller ShopFixture::caller_of(Who who) {
    auth::Authority acting = authority;
    const bool is_staff = who != Who::guest && who != Who::customer && who != Who::service;
    if (is_staff) acting.configured_phone = phone_of(who);
    return database->read([&](storage::Connection& connection) {
        auto identity = auth::identify(connection, acting, defaults, credentials_of(who),
                                       std::nullopt, clock.now_ms());
        if (!identity)
            throw std::logic_error("the fixture's caller is refused: " + identity.error().message);
        return identity->caller;
    });
}

mcp::ToolOutcome ShopFixture::outcome_of(std::string_view tool, Json arguments, Who who,
                                         mcp::Abilities abilities, const mcp::ClientInput* input) {
    const bool is_staff = who != Who::guest && who != Who::customer && who != Who::service;
    authority.configured_phone = is_staff ? std::optional(phone_of(who)) : std::nullopt;
    const auth::Credentials credentials = credentials_of(who);
    Json meta = Json::object();
    if (credentials.assertion) {
        Json& asserted = meta["dev.shopkeeper/caller"];
        asserted = {{"shop_id", shop_id}, {"channel", "telegram"}, {"user_id", telegram_user}};
        if (customer_phone) asserted["verified_phone"] = *customer_phone;
    }
    auto outcome = registry->call({.name = tool,
                                   .arguments = std::move(arguments),
                                   .meta = &meta,
                                   .bearer = credentials.bearer,
                                   .address = "local",
                                   .is_loopback = true,
                                   .session = "",
                                   .abilities = abilities,
                                   .input = input});
    authority.configured_phone.reset();
    if (outcome.kind != mcp::ToolOutcome::Kind::answered) {
        throw std::logic_error("tool " + std::string(tool) +
                               " failed; the log line above says why");
    }
    return outcome;
}

Reply ShopFixture::call(std::string_view tool, Json arguments, Who who) {
    return reply_of(outcome_of(tool, std::move(arguments), who, {}, nullptr));
}

Reply ShopFixture::call_asking(const Person& person, std::string_view tool, Json arguments, Who who,
                               const std::string& round) {
    mcp::ClientInput input{.answers = Json::object(), .round = round};
    constexpr int kRoundsMax = 5;
    for (int round_number = 0; round_number < kRoundsMax; ++round_number) {
        auto outcome =
            outcome_of(tool, arguments, who, {.form = true}, round_number > 0 ? &input : nullptr);
        if (!outcome.needs) return reply_of(outcome);
        for (const mcp::InputRequest& request : outcome.needs->requests)
            input.answers[request.key] = person(Json::parse(request.params_json));
        input.state = outcome.needs->state;
        input.principal = outcome.needs->principal;
    }
    throw std::logic_error("the person's answers do not fit what " + std::string(tool) + " asks");
}

storage::Rows ShopFixture::rows(std::string_view sql,
                                std::initializer_list<storage::Value> params) {
    return database->read(
        [&](storage::Connection& connection) { return connection.query(sql, params); });
}

std::int64_t ShopFixture::number(std::string_view sql,
                                 std::initializer_list<storage::Value> params) {
    return rows(sql, params).front().get<std::int64_t>(0);
}

std::string ShopFixture::text(std::string_view sql, std::initializer_list<storage::Value> params) {
    return rows(sql, params).front().get<std::string>(0);
}

void ShopFixture::execute(std::string_view sql, std::initializer_list<storage::Value> params) {
    database->write([&](storage::Connection& connection) { connection.execute(sql, params); });
}

}  // namespace shopkeeper::test
