#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/database.hpp"
#include "storage/postgresql_pipeline.hpp"

namespace shopkeeper::storage::postgresql {

/// A setting of the transaction under way, as it stands behind the BEGIN in one text with it.
std::string set_local(std::string_view name, std::chrono::milliseconds value);
std::string set_local(std::string_view name, std::string_view value);

/// The connection broke before any statement of the transaction ran.
class NeverBegan : public Unavailable {
public:
    using Unavailable::Unavailable;
};

/// How a transaction begins, and for which shop it is.
struct Beginning {
    std::string_view sql;
    bool is_walled;  ///< it sees the rows of the shop that it enters, and of no other
    std::optional<std::int64_t> shop_id;
    std::string_view be_patient;  ///< lets COMMIT wait for the disk; empty: it does anyway
};

/// One connection to the server. After a failed statement nothing more runs until rollback(): on
/// the server because the transaction is void, here so that nothing slips through after a
/// reconnection inside pqxx, outside of any transaction. Not thread-safe.
class Session final : public Connection {
public:
    /// `prepares` is shared by all sessions: the first that meets a pooler switches it off.
    /// Throws Unavailable, never showing a password.
    Session(const std::string& url, std::atomic<bool>& prepares);
    ~Session() override;

    bool is_usable() const { return !is_broken_; }

    /// A transaction that only reads is given `memory`; one that may write, null.
    void begin(const Beginning& beginning, Memory* memory);
    /// One statement as a transaction of its own, behind `terms`, which make settings for it: both
    /// in one message, which is one transaction. `shop_id` fills the parameter of walled terms.
    /// Throws NeverBegan when the connection broke, since nothing was changed.
    Rows query_alone(const Beginning& terms, std::string_view sql, std::span<const Value> params);
    void commit_read() noexcept;
    /// `settle`: a statement to run right behind COMMIT, or empty. Both go in one message, which a
    /// pooler hands to one server connection: were that server to crash between the two and come
    /// back, the second could not run as if nothing had happened. Not run behind a COMMIT that
    /// was asked to wait itself. `let_go`: called when the locks have ended, while `settle` waits.
    /// Throws InDoubt when the end of both was not heard.
    void commit(const std::string& settle, const std::function<void()>& let_go);
    void rollback() noexcept;
    /// The transaction is given up because its work refused; `settle` runs behind that if the
    /// refusal is vouched for. Throws Unavailable when it was not heard of.
    void refuse(const std::string& settle);

    void catch_up() override;
    void run_script(std::string_view sql) override;
    void lock(std::string_view name) override;
    void enter_shop(std::int64_t shop_id) override;
    void present(std::string_view secret) override;
    void continue_ids(std::string_view table) override;
    void vouch() override { has_vouched_ = true; }
    void show_only_durable() override;

protected:
    Rows do_query(std::string_view sql, std::span<const Value> params) override;
    std::int64_t do_execute(std::string_view sql, std::span<const Value> params) override;
    Later<Rows> do_query_later(std::string_view sql, std::span<const Value> params) override;
    Later<std::int64_t> do_execute_later(std::string_view sql,
                                         std::span<const Value> params) override;

private:
    struct Line;
    using Arrival = std::shared_ptr<Reply>;

    Reply run(std::string_view sql, std::span<const Value> params);
    template <class T>
    Later<T> later(std::string_view sql, std::span<const Value> params,
                   T (*read)(const pg_result&));
    void set_later(std::string_view setting, std::string_view value);
    Statement& known(std::string_view sql);
    Statement& settling(const std::string& sql);
    Arrival hand_over(Statement& statement, std::span<const Value> params = {});
    std::optional<Failure> send();
    [[noreturn]] void complain(const Failure& failure);
    void run_plain(std::string_view what, const std::string& sql);
    void check_is_whole(std::string_view what) const;
    bool end_in_vain(const std::string* settle) noexcept;
    [[noreturn]] void switch_prepares_off();

    std::unique_ptr<Line> line_;
    std::map<std::string, Statement, std::less<>> statements_;
    Statement commit_{"COMMIT", ""};
    Statement rollback_{"ROLLBACK", ""};
    Statement settle_;
    Statement be_patient_;
    std::vector<Sending> handed_over_;  ///< and not sent yet
    std::atomic<bool>& prepares_;
    bool has_failed_ = false;
    bool is_broken_ = false;
    // Of the transaction under way.
    bool has_vouched_ = false;
    bool is_patient_ = false;  ///< COMMIT itself waits for the disk, because it was asked to
    bool is_walled_ = false;
    std::optional<std::int64_t> shop_id_;  ///< the one that was entered
    bool has_presented_ = false;
};

}  // namespace shopkeeper::storage::postgresql
