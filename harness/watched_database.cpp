#include "harness/watched_database.hpp"

#include "base/result.hpp"

namespace shopkeeper::harness {
namespace {

class WatchedConnection final : public storage::Connection {
public:
    WatchedConnection(storage::Connection& inner, const WatchedDatabase::Watch& watch)
        : inner_(inner), watch_(watch) {}

    void lock(std::string_view name) override { inner_.lock(name); }
    void continue_ids(std::string_view table) override { inner_.continue_ids(table); }
    void run_script(std::string_view sql) override { inner_.run_script(sql); }
    void enter_shop(std::int64_t shop_id) override { inner_.enter_shop(shop_id); }
    void present(std::string_view secret) override { inner_.present(secret); }
    void vouch() override { inner_.vouch(); }
    void show_only_durable() override { inner_.show_only_durable(); }
    void catch_up() override { inner_.catch_up(); }

protected:
    storage::Rows do_query(std::string_view sql, std::span<const storage::Value> params) override {
        inner_.catch_up();
        watch_(inner_, sql, params);
        return inner_.query(sql, params);
    }
    std::int64_t do_execute(std::string_view sql, std::span<const storage::Value> params) override {
        inner_.catch_up();
        watch_(inner_, sql, params);
        return inner_.execute(sql, params);
    }

private:
    storage::Connection& inner_;
    const WatchedDatabase::Watch& watch_;
};

}  // namespace

WatchedDatabase::WatchedDatabase(storage::Database& inner, Watch watch)
    : inner_(inner), watch_(std::move(watch)) {}

void WatchedDatabase::run(Mode mode, std::optional<std::int64_t> shop_id,
                          const std::function<bool(storage::Connection&)>& work) {
    // The inner database rolls back on a Result that holds an error, whatever the error says.
    const auto watched = [&](storage::Connection& connection) -> Result<void> {
        WatchedConnection looked_at(connection, watch_);
        if (work(looked_at)) return {};
        return Refusal(Error{});
    };
    switch (mode) {
        case Mode::read:
            static_cast<void>(inner_.read(watched, shop_id));
            break;
        case Mode::write:
            static_cast<void>(inner_.write(watched, shop_id));
            break;
        case Mode::schema:
            static_cast<void>(inner_.change_schema(watched));
            break;
    }
}

}  // namespace shopkeeper::harness
