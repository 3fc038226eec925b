#pragma once

#include <string_view>

namespace shopkeeper::log {

enum class Level { debug, info, warning, error };

/// How a line reads: for people, or as one JSON object with `ts`, `level`, `service`, `room` and
/// `msg`. Rule: operations M4.
enum class Format { text, json };

/// Lines go to stderr, always: on stdio, stdout belongs to the protocol. Call once, before threads.
void start(Level minimum, Format format = Format::text);

/// False when a line of this level would go nowhere, so need not be composed.
bool enabled(Level level);

/// One line: UTC time, level, room, message; a JSON line cannot be broken by its message. `message`
/// carries `key=value` pairs and never a token, a password, a phone in clear or a message body
/// (domain K10, U3). Warnings and errors are written at once, other lines when many come at most
/// some milliseconds late and together. Thread-safe.
void write(Level level, std::string_view room, std::string_view message);

inline void info(std::string_view room, std::string_view message) {
    write(Level::info, room, message);
}
inline void warning(std::string_view room, std::string_view message) {
    write(Level::warning, room, message);
}
inline void error(std::string_view room, std::string_view message) {
    write(Level::error, room, message);
}

}  // namespace shopkeeper::log
