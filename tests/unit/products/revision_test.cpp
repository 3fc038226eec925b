#include "domains/products/revision.hpp"

#include <catch2/catch.hpp>

#include "support/shop_fixture.hpp"

using namespace shopkeeper;

namespace {

/// Hands everything on and remembers what was asked of it.
class Asked final : public storage::Connection {
public:
    explicit Asked(storage::Connection& real) : real_(real) {}
    void lock(std::string_view name) override { real_.lock(name); }
    void continue_ids(std::string_view table) override { real_.continue_ids(table); }
    void run_script(std::string_view sql) override { real_.run_script(sql); }
    void enter_shop(std::int64_t shop_id) override { real_.enter_shop(shop_id); }
    void present(std::string_view secret) override { real_.present(secret); }
    void show_only_durable() override {
        shows_only_durable = true;
        real_.show_only_durable();
    }

    bool shows_only_durable = false;

protected:
    storage::Rows do_query(std::string_view sql, std::span<const storage::Value> params) override {
        return real_.query(sql, params);
    }
    std::int64_t do_execute(std::string_view sql, std::span<const storage::Value> params) override {
        return real_.execute(sql, params);
    }

private:
    storage::Connection& real_;
};

}  // namespace

TEST_CASE("a shop's revision grows, and no process keeps one that a crash could take back",
          "[products]") {
    test::ShopFixture shop({});
    const auto revision = [&] {
        return shop.database->read(
            [&](storage::Connection& c) { return products::shop_revision(c, shop.shop_id).now; });
    };
    const auto change = [&](const auto& mark) {
        shop.database->write([&](storage::Connection& c) {
            Asked asked(c);
            mark(asked);
            CHECK(asked.shows_only_durable);
        });
    };
    const auto before = revision();
    change([&](storage::Connection& c) {
        products::mark_changed(c, shop.shop_id, products::Aspect::sales, {});
    });
    CHECK(revision() == before + 1);
    change([&](storage::Connection& c) { products::mark_rebuilt(c, shop.shop_id); });
    CHECK(revision() == before + 2);
}
