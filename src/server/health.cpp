#include "server/health.hpp"

#include <system_error>

#include "base/json_writer.hpp"
#include "base/utc_text.hpp"
#include "server/version.hpp"

namespace shopkeeper::server {
namespace {

std::optional<std::string> rfc3339(const std::optional<UnixMs>& at_ms) {
    if (!at_ms) return std::nullopt;
    return utc::rfc3339(*at_ms);
}

std::string_view word(bool is_healthy) {
    return is_healthy ? "healthy" : "unhealthy";
}

/// The size of a file, 0 when there is none: a database in memory, a log that is not there yet.
std::int64_t bytes_of(const std::filesystem::path& file) {
    std::error_code error;
    const auto size = std::filesystem::file_size(file, error);
    return error ? 0 : static_cast<std::int64_t>(size);
}

void write(JsonWriter& out, const Component& component) {
    out.begin_object();
    out.field("status", word(component.is_healthy));
    out.field("state", component.is_healthy ? "ok" : "error");
    out.field("critical", true);
    out.field("counts", true);
    out.field("latency_ms", component.latency_ms);
    out.field("checked_at", rfc3339(component.checked_ms));
    out.field("last_ok", rfc3339(component.last_ok_ms));
    out.key("last_error");
    if (component.last_error_ms) {
        out.begin_object();
        out.field("class", component.last_error_class);
        out.field("at", utc::rfc3339(*component.last_error_ms));
        out.end_object();
    } else {
        out.null();
    }
    out.raw_field("detail", component.detail_json);
    out.end_object();
}

std::string_view without_alias(std::string_view name) {
    return name == "db" ? "database" : name;
}

HealthReply unknown_component() {
    return {
        404,
        R"({"error":{"code":"not_found","message":"There are database, migrations and full.","details":{}}})"};
}

}  // namespace

Health::Health(storage::Database& database, const Clock& clock, Options options)
    : database_(database),
      clock_(clock),
      options_(std::move(options)),
      migrations_(storage::read_migrations(embedded::migrations())),
      started_ms_(clock.now_ms()),
      prober_([this](const std::stop_token& stop) { probe_on_demand(stop); }) {}

HealthReply Health::live() {
    return {200, R"({"status":"ok"})"};
}

HealthReply Health::ready() {
    std::vector<std::string> reasons;
    if (is_stopping_) reasons.emplace_back("stopping");
    for (const Component& component : snapshot().components) {
        if (!component.is_healthy) reasons.emplace_back(component.name);
    }
    JsonWriter out;
    out.begin_object();
    out.field("ready", reasons.empty());
    if (!reasons.empty()) out.field("reasons", reasons);
    out.end_object();
    return {reasons.empty() ? 200 : 503, std::move(out).take()};
}

HealthReply Health::whole(bool shows_detail) {
    const UnixMs asked_ms = clock_.now_ms();
    const Snapshot now = snapshot();
    std::int64_t healthy = 0;
    for (const Component& component : now.components) healthy += component.is_healthy ? 1 : 0;
    const auto total = static_cast<std::int64_t>(now.components.size());
    // Both components are critical: one that is unhealthy makes the whole so (H3).
    const bool is_healthy = healthy == total;

    JsonWriter out;
    out.begin_object();
    out.field("status", word(is_healthy));
    out.field("app_name", "shopkeeper");
    if (shows_detail) out.field("service", "server");
    out.field("version", kVersion);
    if (shows_detail) {
        out.field("mode", options_.is_dev ? "dev" : "production");
        out.field("uptime_s", (asked_ms - started_ms_) / 1000);
        out.field("timestamp", utc::rfc3339(asked_ms));
        out.field("response_time_ms", clock_.now_ms() - asked_ms);
        out.key("summary");
        out.begin_object();
        out.field("total", total);
        out.field("healthy", healthy);
        out.field("degraded", 0);
        out.field("unhealthy", total - healthy);
        out.end_object();
        out.key("checks");
        out.begin_object();
        for (const Component& component : now.components) {
            out.key(component.name);
            write(out, component);
        }
        out.end_object();
    }
    out.end_object();
    return {is_healthy ? 200 : 503, std::move(out).take()};
}

HealthReply Health::component(std::string_view name, bool shows_detail) {
    if (name == "full") return whole(shows_detail);
    for (const Component& component : snapshot().components) {
        if (component.name != without_alias(name)) continue;
        JsonWriter out;
        if (shows_detail) {
            write(out, component);
        } else {
            out.begin_object();
            out.field("status", word(component.is_healthy));
            out.end_object();
        }
        return {component.is_healthy ? 200 : 503, std::move(out).take()};
    }
    return unknown_component();
}

Health::Snapshot Health::snapshot() {
    std::unique_lock lock(mutex_);
    const bool is_fresh =
        round_ > 0 && clock_.now_ms() - last_.taken_ms < options_.fresh_for.count();
    if (is_fresh) return last_;
    const std::uint64_t asked_in = round_;
    is_wanted_ = true;
    wanted_.notify_one();
    if (taken_.wait_for(lock, options_.deadline, [&] { return round_ != asked_in; })) return last_;

    // The probe hangs: everything it would have said is unknown, and unknown is not healthy.
    Snapshot overdue = last_;
    if (overdue.components.empty())
        overdue.components = {{.name = "database"}, {.name = "migrations"}};
    for (Component& component : overdue.components) {
        component.is_healthy = false;
        component.error_class = component.last_error_class = "timeout";
        component.last_error_ms = clock_.now_ms();
    }
    return overdue;
}

void Health::probe_on_demand(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (wanted_.wait(lock, stop, [&] { return is_wanted_; })) {
        lock.unlock();
        std::vector<Component> components = probe();
        lock.lock();
        last_ = {std::move(components), clock_.now_ms()};
        is_wanted_ = false;
        ++round_;
        taken_.notify_all();
    }
}

std::vector<Component> Health::probe() {
    struct Probe {
        std::string_view name;
        void (Health::*run)(Component&);
    };
    constexpr Probe kProbes[] = {{"database", &Health::probe_database},
                                 {"migrations", &Health::probe_migrations}};
    std::vector<Component> components;
    for (const Probe& probe : kProbes) {
        Component component{.name = probe.name};
        {
            const std::lock_guard lock(mutex_);
            for (const Component& before : last_.components) {
                if (before.name == probe.name) component = before;
            }
        }
        component.error_class.clear();
        const auto started = std::chrono::steady_clock::now();
        try {
            (this->*probe.run)(component);
        } catch (const std::exception& trouble) {
            // The text stays inside: it may hold a path (E1).
            component.error_class = "unavailable";
        }
        component.latency_ms =
            std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - started)
                .count();
        component.checked_ms = clock_.now_ms();
        component.is_healthy = component.error_class.empty();
        (component.is_healthy ? component.last_ok_ms : component.last_error_ms) =
            component.checked_ms;
        if (!component.is_healthy) component.last_error_class = component.error_class;
        components.push_back(std::move(component));
    }
    return components;
}

void Health::probe_database(Component& component) {
    database_.read([](storage::Connection& connection) { connection.query("SELECT 1"); });
    JsonWriter detail;
    detail.begin_object();
    detail.field("engine", database_.engine());
    if (!options_.database_file.empty()) {
        detail.field("size_bytes", bytes_of(options_.database_file));
        detail.field("wal_bytes", bytes_of(options_.database_file.string() + "-wal"));
    }
    if (const auto pool = database_.pool()) {
        detail.field("connections_in_use", static_cast<std::int64_t>(pool->in_use));
        detail.field("connections_max", static_cast<std::int64_t>(pool->size_max));
        detail.field("calls_waiting", static_cast<std::int64_t>(pool->waiting));
    }
    detail.end_object();
    component.detail_json = std::move(detail).take();
}

void Health::probe_migrations(Component& component) {
    const storage::SchemaState schema = storage::schema_state(database_, migrations_);
    if (schema.current != schema.expected) component.error_class = "schema";
    JsonWriter detail;
    detail.begin_object();
    detail.field("current", schema.current);
    detail.field("expected", schema.expected);
    detail.end_object();
    component.detail_json = std::move(detail).take();
}

}  // namespace shopkeeper::server
