// Writers who wait share the transaction of whoever has the turn. Rule: domain W20.
#include <atomic>
#include <catch2/catch.hpp>
#include <string>
#include <thread>
#include <vector>

#include "base/result.hpp"
#include "storage/group_commit.hpp"
#include "support/temp_folder.hpp"

using namespace shopkeeper;
using storage::Connection;
using storage::GroupCommit;

namespace {

constexpr auto kLong = std::chrono::minutes(1);

/// A connection that nobody asks anything.
class MuteConnection final : public Connection {
public:
    void lock(std::string_view) override {}
    void continue_ids(std::string_view) override {}
    void run_script(std::string_view) override {}
    void enter_shop(std::int64_t) override {}
    void present(std::string_view) override {}

protected:
    storage::Rows do_query(std::string_view, std::span<const storage::Value>) override {
        return storage::Rows(0);
    }
    std::int64_t do_execute(std::string_view, std::span<const storage::Value>) override {
        return 0;
    }
};

/// Writes down what is asked of it; fails where it is told to.
class Recorder final : public storage::SharedTransaction {
public:
    Connection& connection() override { return connection_; }
    void begin() override {
        step("begin");
        is_open_ = true;
    }
    void commit() override {
        step("commit");
        is_open_ = false;
    }
    void rollback() noexcept override {
        if (is_open_) steps.emplace_back("rollback");
        is_open_ = false;
    }
    bool is_open() const override { return is_open_; }
    void begin_part() override { step("begin part"); }
    void keep_part() override { step("keep part"); }
    void undo_part() override { step("undo part"); }

    /// What an error of the engine does by itself.
    void break_off() { is_open_ = false; }

    std::vector<std::string> steps;
    std::string fails_at;

private:
    void step(const std::string& name) {
        if (name == fails_at) throw storage::Unavailable(name + " fails");
        steps.push_back(name);
    }

    MuteConnection connection_;
    bool is_open_ = false;
};

struct Line {
    Recorder transaction;
    GroupCommit group{transaction, kLong};
    std::atomic<int> answered = 0;
};

/// Everybody in the line behind `leader`, in this order: they come while it is at work. What each
/// of them heard.
std::vector<std::string> run_together(Line& line, const GroupCommit::Work& leader,
                                      const std::vector<GroupCommit::Work>& others) {
    std::vector<std::string> heard(others.size() + 1, "done");
    const auto run = [&](std::size_t i, const GroupCommit::Work& work) {
        try {
            line.group.run(work, kLong);
        } catch (const storage::Retryable&) {
            heard[i] = "again";
        } catch (const std::exception& error) {
            heard[i] = error.what();
        }
        ++line.answered;
    };
    std::vector<std::thread> threads;
    run(0, [&](Connection& connection) {
        for (std::size_t i = 0; i < others.size(); ++i) {
            threads.emplace_back(run, i + 1, others[i]);
            while (line.group.waiting() <= i) std::this_thread::yield();
        }
        CHECK(line.answered == 0);
        return leader(connection);
    });
    for (std::thread& thread : threads) thread.join();
    return heard;
}

bool succeed(Connection&) {
    return true;
}
bool decline(Connection&) {
    return false;
}
bool break_down(Connection&) {
    throw std::runtime_error("a bug");
}

using Steps = std::vector<std::string>;

}  // namespace

TEST_CASE("one commit acknowledges all who waited", "[storage]") {
    Line line;
    std::string order;
    const auto named = [&](char name) {
        return [&order, &line, name](Connection&) {
            CHECK(line.answered == 0);
            order += name;
            return true;
        };
    };

    const auto heard = run_together(line, named('a'), {named('b'), named('c')});

    CHECK(heard == Steps{"done", "done", "done"});
    CHECK(order == "abc");
    CHECK(line.transaction.steps ==
          Steps{"begin", "begin part", "keep part", "begin part", "keep part", "commit"});
}

TEST_CASE("of a group only what fails is undone", "[storage]") {
    Line line;
    const auto heard = run_together(line, succeed, {decline, break_down, succeed});

    CHECK(heard == Steps{"done", "done", "a bug", "done"});
    CHECK(line.transaction.steps == Steps{"begin", "begin part", "undo part", "begin part",
                                          "undo part", "begin part", "keep part", "commit"});
}

TEST_CASE("a first work that fails takes nobody with it", "[storage]") {
    const GroupCommit::Work first =
        GENERATE(GroupCommit::Work(decline), GroupCommit::Work(break_down));
    Line line;
    const auto heard = run_together(line, first, {succeed});

    CHECK(heard.back() == "done");
    CHECK(line.transaction.steps == Steps{"begin", "rollback", "begin", "commit"});
}

TEST_CASE("a commit that fails is told to everybody in it", "[storage]") {
    Line line;
    line.transaction.fails_at = "commit";
    const auto heard = run_together(line, succeed, {succeed, decline, break_down});

    CHECK(heard == Steps{"commit fails", "commit fails", "commit fails", "a bug"});
    CHECK(line.transaction.steps.back() == "rollback");
}

TEST_CASE("who loses the transaction to another's error runs again", "[storage]") {
    Line line;
    const GroupCommit::Work broken = [&](Connection&) -> bool {
        line.transaction.break_off();
        line.transaction.fails_at = "undo part";
        throw storage::Unavailable("the disk is full");
    };
    const auto heard = run_together(line, succeed, {succeed, broken, succeed});

    CHECK(heard == Steps{"again", "again", "the disk is full", "done"});
    CHECK(line.transaction.steps ==
          Steps{"begin", "begin part", "keep part", "begin part", "begin", "commit"});
}

TEST_CASE("what cannot be undone alone is undone with the others", "[storage]") {
    Line line;
    line.transaction.fails_at = "undo part";
    const auto heard = run_together(line, succeed, {decline});

    CHECK(heard == Steps{"again", "undo part fails"});
    CHECK(line.transaction.steps == Steps{"begin", "begin part", "rollback"});
}

TEST_CASE("who cannot begin hears so, and the next tries for itself", "[storage]") {
    Line line;
    line.transaction.fails_at = "begin";
    CHECK_THROWS_AS(line.group.run(succeed, kLong), storage::Unavailable);
    line.transaction.fails_at = "";
    CHECK_NOTHROW(line.group.run(succeed, kLong));
}

TEST_CASE("who wants to be alone shares with nobody", "[storage]") {
    Line line;
    std::thread lonely, behind;
    line.group.run(
        [&](Connection&) {
            lonely = std::thread([&] { line.group.run(succeed, kLong, /*alone=*/true); });
            while (line.group.waiting() < 1) std::this_thread::yield();
            behind = std::thread([&] { line.group.run(succeed, kLong); });
            while (line.group.waiting() < 2) std::this_thread::yield();
            return true;
        },
        kLong);
    lonely.join();
    behind.join();
    CHECK(line.transaction.steps == Steps{"begin", "commit", "begin", "commit", "begin", "commit"});
}

TEST_CASE("a group takes in so many and leaves the others to the next", "[storage]") {
    constexpr std::size_t kMore = 3;
    Line line;
    const std::vector<GroupCommit::Work> others(GroupCommit::kGroupMax - 1 + kMore, succeed);
    const auto heard = run_together(line, succeed, others);

    CHECK(std::ranges::count(heard, "done") == static_cast<std::ptrdiff_t>(heard.size()));
    CHECK(std::ranges::count(line.transaction.steps, "commit") >= 2);
    const auto first_commit = std::ranges::find(line.transaction.steps, "commit");
    CHECK(std::count(line.transaction.steps.begin(), first_commit, "keep part") <=
          static_cast<std::ptrdiff_t>(GroupCommit::kGroupMax - 1));
}

TEST_CASE("a group that has taken its time takes in nobody", "[storage]") {
    Line line;
    GroupCommit hasty(line.transaction, std::chrono::milliseconds(-1));
    std::thread behind;
    hasty.run(
        [&](Connection&) {
            behind = std::thread([&] { hasty.run(succeed, kLong); });
            while (hasty.waiting() < 1) std::this_thread::yield();
            return true;
        },
        kLong);
    behind.join();
    CHECK(line.transaction.steps == Steps{"begin", "commit", "begin", "commit"});
}

TEST_CASE("writers who share a commit change only what they were told", "[sqlite][storage]") {
    // Who shares with whom is up to the threads; what must hold is not.
    constexpr int kWriters = 8;
    constexpr int kEach = 50;
    test::TempFolder folder;
    const auto database = storage::open_sqlite({.path = folder.file("shop.db")});
    database->write([](Connection& c) {
        c.run_script(
            "CREATE TABLE note (id INTEGER PRIMARY KEY, writer BIGINT NOT NULL, "
            "n BIGINT NOT NULL, UNIQUE (writer, n)); "
            "CREATE TABLE counter (value BIGINT NOT NULL); INSERT INTO counter VALUES (0)");
    });
    std::atomic<std::int64_t> told = 0;
    const auto write = [&](int writer, int n) -> Result<void> {
        return database->write([&](Connection& c) -> Result<void> {
            c.execute("UPDATE counter SET value = value + 1");
            c.execute("INSERT INTO note (writer, n) VALUES ($1, $2)", {writer, n});
            if (n % 3 == 1) return Refusal(Error{ErrorCode::conflict, "refused", {}});
            if (n % 3 == 2) c.execute("INSERT INTO note (writer, n) VALUES ($1, $2)", {writer, n});
            return {};
        });
    };
    {
        std::vector<std::jthread> threads;
        for (int writer = 0; writer < kWriters; ++writer) {
            threads.emplace_back([&, writer] {
                for (int n = 0; n < kEach; ++n) {
                    try {
                        if (write(writer, n)) ++told;
                    } catch (const storage::UniqueViolation&) {
                    }
                }
            });
        }
    }
    const auto number = [&](const char* sql) {
        return database->read(
            [&](Connection& c) { return c.query(sql).front().get<std::int64_t>(0); });
    };
    CHECK(told == kWriters * ((kEach + 2) / 3));
    CHECK(number("SELECT value FROM counter") == told);
    CHECK(number("SELECT COUNT(*) FROM note") == told);
    CHECK(number("SELECT COUNT(*) FROM note WHERE n % 3 <> 0") == 0);
}
