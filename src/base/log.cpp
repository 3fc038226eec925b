#include "base/log.hpp"

#include <spdlog/details/null_mutex.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <memory>
#include <mutex>
#include <string>

#include "base/json_writer.hpp"
#include "base/log_lines.hpp"

namespace shopkeeper::log {
namespace {

spdlog::level::level_enum to_spdlog(Level level) {
    switch (level) {
        case Level::debug:
            return spdlog::level::debug;
        case Level::info:
            return spdlog::level::info;
        case Level::warning:
            return spdlog::level::warn;
        case Level::error:
            return spdlog::level::err;
    }
    return spdlog::level::info;
}

/// Rule: operations M5.
std::string_view word(Level level) {
    switch (level) {
        case Level::debug:
            return "debug";
        case Level::info:
            return "info";
        case Level::warning:
            return "warn";
        case Level::error:
            return "error";
    }
    return "info";
}

/// What stands behind the time in a line of JSON.
std::string json_members(Level level, std::string_view room, std::string_view message) {
    std::string members =
        R"("level":")" + std::string(word(level)) + R"(","service":"server","room":)";
    append_json_string(members, room);
    members += R"(,"msg":)";
    append_json_string(members, message);
    return members;
}

/// Set by `start`, before there are threads.
bool& is_json() {
    static bool chosen = false;
    return chosen;
}

/// Not noticed by who reads along, and at most a hundred writes a second.
constexpr std::chrono::milliseconds kGather{10};

/// stderr, by way of `Lines`. It writes under no lock of its own, so that a warning that waits for
/// a slow reader holds up no other line.
class Stderr final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
protected:
    void sink_it_(const spdlog::details::log_msg& message) override {
        spdlog::memory_buf_t line;
        {
            const std::scoped_lock lock(formatting_);
            formatter_->format(message, line);
        }
        lines_.add({line.data(), line.size()}, message.level >= spdlog::level::warn);
    }
    void flush_() override {}

private:
    std::mutex formatting_;
    Lines lines_{STDERR_FILENO, kGather};
};

spdlog::logger& logger() {
    static const auto instance = [] {
        auto created = std::make_shared<spdlog::logger>("shopkeeper", std::make_shared<Stderr>());
        created->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
        created->set_level(spdlog::level::warn);
        return created;
    }();
    return *instance;
}

}  // namespace

void start(Level minimum, Format format) {
    logger().set_level(to_spdlog(minimum));
    is_json() = format == Format::json;
    if (is_json()) {
        logger().set_pattern(R"({"ts":"%Y-%m-%dT%H:%M:%S.%eZ",%v})",
                             spdlog::pattern_time_type::utc);
    }
}

bool enabled(Level level) {
    return logger().should_log(to_spdlog(level));
}

void write(Level level, std::string_view room, std::string_view message) {
    if (!logger().should_log(to_spdlog(level))) return;
    if (is_json())
        logger().log(to_spdlog(level), "{}", json_members(level, room, message));
    else
        logger().log(to_spdlog(level), "{}: {}", room, message);
}

}  // namespace shopkeeper::log
