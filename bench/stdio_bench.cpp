#include "bench/stdio_bench.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>

#include "base/json_writer.hpp"
#include "bench/child.hpp"

namespace shopkeeper::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr char kHandshake[] =
    R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25",)"
    R"("capabilities":{},"clientInfo":{"name":"bench","version":"1"}}})"
    "\n";
constexpr char kInitialized[] = R"({"jsonrpc":"2.0","method":"notifications/initialized"})"
                                "\n";
constexpr char kMeta[] = R"("_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
                         R"("io.modelcontextprotocol/clientCapabilities":{},)"
                         R"("io.modelcontextprotocol/clientInfo":{"name":"bench","version":"1"}})";

bool is_stateless(const StdioPlan& plan) {
    return plan.revision == "2026-07-28";
}

std::string request(const StdioPlan& plan, const std::string& method, std::string params,
                    std::int64_t id) {
    if (is_stateless(plan)) params += std::string(params.empty() ? "" : ",") + kMeta;
    return R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"method":")" + method +
           R"(","params":{)" + params + "}}\n";
}

std::string call(const StdioPlan& plan, std::int64_t id) {
    return request(plan, "tools/call",
                   R"("name":")" + plan.tool + R"(","arguments":)" + plan.arguments, id);
}

void check(const StdioPlan& plan, std::string_view answer) {
    if (answer.find(plan.expect) == std::string_view::npos)
        throw std::runtime_error("an answer without '" + plan.expect + "': " + std::string(answer));
}

void open(Child& child, const StdioPlan& plan) {
    if (is_stateless(plan)) return;
    child.write(kHandshake);
    if (child.read_line().find("protocolVersion") == std::string_view::npos)
        throw std::runtime_error("the handshake was refused");
    child.write(kInitialized);
}

double percentile(std::vector<double>& values, double share) {
    const auto at = values.begin() +
                    static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), at, values.end());
    return *at;
}

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Keeps `plan.window` calls in flight for so long; returns how many were answered. Every answer is
/// replaced at once, all that arrived together by one write.
std::int64_t keep_calling(Child& child, const StdioPlan& plan, double seconds,
                          std::vector<double>* latencies_us) {
    const auto started = Clock::now();
    std::int64_t next_id = 1, answered = 0;
    int in_flight = 0;
    std::string batch;
    for (bool open = true; open || in_flight > 0;) {
        batch.clear();
        for (; open && in_flight < plan.window; ++in_flight) batch += call(plan, next_id++);
        const auto sent = Clock::now();
        child.write(batch);
        do {
            check(plan, child.read_line());
            --in_flight;
            ++answered;
        } while (in_flight > 0 && child.has_line());
        const auto now = Clock::now();
        if (latencies_us)
            latencies_us->push_back(std::chrono::duration<double, std::micro>(now - sent).count());
        open = std::chrono::duration<double>(now - started).count() < seconds;
    }
    return answered;
}

}  // namespace

std::string measure_calls(const StdioPlan& plan) {
    Child child(plan.command);
    open(child, plan);
    keep_calling(child, plan, std::min(plan.seconds / 4, 1.0), nullptr);

    std::vector<double> latencies_us;
    const long cpu_before = child.cpu_us();
    const auto started = Clock::now();
    const std::int64_t calls =
        keep_calling(child, plan, plan.seconds, plan.window == 1 ? &latencies_us : nullptr);
    const double spent = seconds_since(started);

    JsonWriter json;
    json.begin_object();
    json.field("calls_per_s", static_cast<std::int64_t>(static_cast<double>(calls) / spent));
    json.field("cpu_us_per_call",
               static_cast<double>(child.cpu_us() - cpu_before) / static_cast<double>(calls));
    if (!latencies_us.empty()) {
        json.field("p50_us", percentile(latencies_us, 0.5));
        json.field("p99_us", percentile(latencies_us, 0.99));
    }
    json.field("resident_kib", static_cast<std::int64_t>(child.resident_kib()));
    json.end_object();
    return std::move(json).take();
}

std::string measure_start(const StdioPlan& plan, int times) {
    std::vector<double> spent_ms;
    std::vector<double> resident_kib;
    for (int i = 0; i < times; ++i) {
        const auto started = Clock::now();
        Child child(plan.command);
        open(child, plan);
        child.write(request(plan, "tools/list", "", 1));
        if (child.read_line().find("inputSchema") == std::string_view::npos)
            throw std::runtime_error("tools/list answered without tools");
        spent_ms.push_back(seconds_since(started) * 1000);
        resident_kib.push_back(static_cast<double>(child.resident_kib()));
    }
    JsonWriter json;
    json.begin_object();
    json.field("p50_ms", percentile(spent_ms, 0.5));
    json.field("min_ms", *std::min_element(spent_ms.begin(), spent_ms.end()));
    json.field("resident_kib", static_cast<std::int64_t>(percentile(resident_kib, 0.5)));
    json.end_object();
    return std::move(json).take();
}

}  // namespace shopkeeper::bench
