#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "storage/database.hpp"
#include "storage/migrate.hpp"

namespace shopkeeper::server {

/// What a health endpoint answers.
struct HealthReply {
    int status;
    std::string json;
};

/// What was found out about one part of the server. Rule: operations H2.
struct Component {
    std::string_view name;
    bool is_healthy = false;
    std::string error_class;       ///< empty when healthy
    std::string last_error_class;  ///< of the latest failure, also after recovering
    std::string detail_json = "{}";
    double latency_ms = 0;
    UnixMs checked_ms = 0;
    std::optional<UnixMs> last_ok_ms;
    std::optional<UnixMs> last_error_ms;
};

/// Says whether the server is alive, ready and well. Probes run on a thread of their own, at most
/// every two seconds however often they are asked for, and have two seconds to answer. Thread-safe.
/// Rule: operations H1-H3, H5, H7, H8.
class Health {
public:
    struct Options {
        std::filesystem::path database_file;  ///< empty: the database is on a server
        bool is_dev = false;
        std::chrono::milliseconds fresh_for{2000};
        std::chrono::milliseconds deadline{2000};
    };

    /// `database` and `clock` outlive this.
    Health(storage::Database& database, const Clock& clock, Options options);

    /// The process answers; nothing else is touched.
    static HealthReply live();
    /// 200 when calls can be served, else 503 with reasons.
    HealthReply ready();
    /// All components; `shows_detail` is for callers on this machine (H7).
    HealthReply whole(bool shows_detail);
    /// One component by name or alias; 404 for an unknown one.
    HealthReply component(std::string_view name, bool shows_detail);

    /// From now on not ready: the process is on its way out.
    void stopping() { is_stopping_ = true; }

private:
    struct Snapshot {
        std::vector<Component> components;
        UnixMs taken_ms = 0;
    };
    Snapshot snapshot();
    void probe_on_demand(const std::stop_token& stop);
    std::vector<Component> probe();
    void probe_database(Component& component);
    void probe_migrations(Component& component);

    storage::Database& database_;
    const Clock& clock_;
    const Options options_;
    const std::vector<storage::Migration> migrations_;
    const UnixMs started_ms_;
    std::atomic<bool> is_stopping_ = false;

    std::mutex mutex_;
    std::condition_variable_any wanted_;
    std::condition_variable taken_;
    // Guarded by mutex_.
    bool is_wanted_ = false;
    std::uint64_t round_ = 0;
    Snapshot last_;
    std::jthread prober_;  ///< last: it uses the others
};

}  // namespace shopkeeper::server
