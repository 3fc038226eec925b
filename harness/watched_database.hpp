#pragma once

#include <functional>
#include <span>
#include <string_view>

#include "storage/database.hpp"

namespace shopkeeper::harness {

/// Another database with somebody looking on: `watch` is called before each statement of the work
/// that runs in its transactions, with the connection that is about to run it; what was handed over
/// before it has run by then (Connection::execute_later), and it is never handed over itself. What
/// `watch` throws is thrown in the statement's place. Thread-safe if `watch` is. `inner` outlives
/// it.
class WatchedDatabase final : public storage::Database {
public:
    using Watch = std::function<void(storage::Connection& inner, std::string_view sql,
                                     std::span<const storage::Value> params)>;

    WatchedDatabase(storage::Database& inner, Watch watch);

    bool reads_wait_for_nobody() const override { return inner_.reads_wait_for_nobody(); }
    std::string_view engine() const override { return inner_.engine(); }
    bool writers_take_turns() const override { return inner_.writers_take_turns(); }
    std::optional<storage::PoolFigures> pool() const override { return inner_.pool(); }
    std::string identity_column() const override { return inner_.identity_column(); }
    std::string column_type(std::string_view portable) const override {
        return inner_.column_type(portable);
    }
    std::string append_only_guard(std::string_view table) const override {
        return inner_.append_only_guard(table);
    }
    std::string maintainable_guard(std::string_view table) const override {
        return inner_.maintainable_guard(table);
    }
    std::string lookup_policy(std::string_view table, std::string_view shop) const override {
        return inner_.lookup_policy(table, shop);
    }
    std::string secret_policy(std::string_view table, std::string_view secret) const override {
        return inner_.secret_policy(table, secret);
    }
    std::optional<storage::Wall> inspect_wall() override { return inner_.inspect_wall(); }
    void raise_wall(storage::Connection& schema) override { inner_.raise_wall(schema); }

protected:
    void run(Mode mode, std::optional<std::int64_t> shop_id,
             const std::function<bool(storage::Connection&)>& work) override;

private:
    storage::Database& inner_;
    Watch watch_;
};

}  // namespace shopkeeper::harness
