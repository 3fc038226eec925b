#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "storage/database.hpp"
#include "storage/memory.hpp"

namespace shopkeeper::storage {

/// A transaction that only reads, on an engine where beginning costs a round trip: its first
/// statement begins it, and a statement that is to be alone (Connection::query_alone) needs none.
class LazyRead final : public Connection {
public:
    /// Thrown where a statement follows the one that was to be alone: the work is to be run again
    /// in a transaction without `ask_alone`. No std::exception: nobody on the way may take it for a
    /// failure.
    struct NotAlone {};

    /// Begins the transaction, in this shop, and returns what it runs on.
    using Begin = std::function<Connection&(std::optional<std::int64_t> shop_id)>;
    using AskAlone = std::function<Rows(std::optional<std::int64_t> shop_id, std::string_view sql,
                                        std::span<const Value> params)>;

    /// `ask_alone`: may be empty.
    LazyRead(Memory& memory, std::optional<std::int64_t> shop_id, Begin begin, AskAlone ask_alone)
        : shop_id_(shop_id), begin_(std::move(begin)), ask_alone_(std::move(ask_alone)) {
        lend(&memory);
    }

    void enter_shop(std::int64_t shop_id) override {
        if (begun_ != nullptr) begun_->enter_shop(shop_id);
        shop_id_ = shop_id;
    }
    void present(std::string_view secret) override { begun().present(secret); }
    void lock(std::string_view name) override { begun().lock(name); }
    void continue_ids(std::string_view table) override { begun().continue_ids(table); }
    void run_script(std::string_view sql) override { begun().run_script(sql); }
    void catch_up() override {
        if (begun_ != nullptr) begun_->catch_up();
    }
    void vouch() override {
        if (begun_ != nullptr) begun_->vouch();
    }

protected:
    Rows do_query(std::string_view sql, std::span<const Value> params) override {
        return begun().query(sql, params);
    }
    std::int64_t do_execute(std::string_view sql, std::span<const Value> params) override {
        return begun().execute(sql, params);
    }
    Later<Rows> do_query_later(std::string_view sql, std::span<const Value> params) override {
        return begun().query_later(sql, params);
    }
    Later<std::int64_t> do_execute_later(std::string_view sql,
                                         std::span<const Value> params) override {
        return begun().execute_later(sql, params);
    }
    Rows do_query_alone(std::string_view sql, std::span<const Value> params) override {
        if (begun_ != nullptr || !ask_alone_) return begun().query(sql, params);
        if (was_alone_) throw NotAlone();
        Rows rows = ask_alone_(shop_id_, sql, params);
        was_alone_ = true;
        return rows;
    }

private:
    Connection& begun() {
        if (was_alone_) throw NotAlone();
        if (begun_ == nullptr) begun_ = &begin_(shop_id_);
        return *begun_;
    }

    std::optional<std::int64_t> shop_id_;
    const Begin begin_;
    const AskAlone ask_alone_;
    Connection* begun_ = nullptr;
    bool was_alone_ = false;
};

}  // namespace shopkeeper::storage
