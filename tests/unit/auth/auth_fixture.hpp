#pragma once

#include <memory>
#include <string>

#include "base/crypto.hpp"
#include "base/embedded.hpp"
#include "base/random.hpp"
#include "domains/auth/api_keys.hpp"
#include "domains/auth/identity.hpp"
#include "domains/auth/password.hpp"
#include "domains/auth/staff.hpp"
#include "domains/auth/token.hpp"
#include "storage/database.hpp"
#include "support/test_database.hpp"

namespace shopkeeper::auth {

/// Two shops with their people in a database of their own, and an authority to ask.
/// `now_ms` is the clock: tests move it.
struct Shops {
    static constexpr std::int64_t kRoses = 8;
    static constexpr std::int64_t kTulips = 9;
    static constexpr std::string_view kPassword = "correct horse";

    SystemRandom random;
    UnixMs now_ms = 1795000000000;
    std::shared_ptr<storage::Database> database = test::migrated_database(now_ms);
    ShopDefaults defaults{.shop_id = kRoses, .tracking_url = {}};
    Authority authority;
    std::string internal_key = make_key(random);

    Shops() {
        authority.token_secret = "0123456789abcdefghijklmnopqrstuv";
        authority.address_key = "vutsrqponmlkjihgfedcba9876543210";
        authority.internal_key_hash = sha256_hex(internal_key);
        run("INSERT INTO shop (id, name, created_ms, updated_ms) VALUES (8, 'Roses', 1, 1), (9, "
            "'Tulips', 1, 1)");
    }

    void run(std::string_view sql) {
        database->write([&](storage::Connection& connection) { connection.run_script(sql); });
    }
    std::int64_t count(std::string_view sql) {
        return database->read([&](storage::Connection& connection) {
            return connection.query(sql).front().get<std::int64_t>(0);
        });
    }
    std::string text(std::string_view sql) {
        return database->read([&](storage::Connection& connection) {
            return connection.query(sql).front().get<std::string>(0);
        });
    }

    /// Hashing takes its time, so one hash serves everybody.
    static const std::string& password_hash() {
        static const std::string hash = hash_password(kPassword, "+77000000000").value();
        return hash;
    }

    Result<std::int64_t> try_add(std::string phone, Role role,
                                 std::optional<std::int64_t> shop_id = kRoses,
                                 bool is_superadmin = false) {
        return database->write([&](storage::Connection& connection) {
            return add_staff(
                connection, now_ms,
                {shop_id, "Somebody", std::move(phone), role, is_superadmin, password_hash()});
        });
    }
    std::int64_t add(std::string phone, Role role, std::optional<std::int64_t> shop_id = kRoses,
                     bool is_superadmin = false) {
        return try_add(std::move(phone), role, shop_id, is_superadmin).value();
    }

    CreatedApiKey add_key(const NewApiKey& key) {
        return database
            ->write([&](storage::Connection& connection) {
                return create_api_key(connection, random, now_ms, key);
            })
            .value();
    }

    std::string token(std::int64_t user_id, std::int64_t version = 1) {
        return issue_token(authority.token_secret, user_id, version, now_ms, authority.token_ttl_s,
                           random);
    }

    Result<Identity> ask(const Credentials& credentials, std::optional<std::int64_t> shop_id = {},
                         bool needs_shop = true) {
        return database->read([&](storage::Connection& connection) {
            return identify(connection, authority, defaults, credentials, shop_id, now_ms,
                            needs_shop);
        });
    }
};

inline Credentials bearer(std::string secret) {
    Credentials credentials;
    credentials.bearer = std::move(secret);
    return credentials;
}

}  // namespace shopkeeper::auth
