#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "server/settings.hpp"

/// The person at the keyboard, if there is one.
namespace shopkeeper::server {

/// A password: typed twice without echo when stdin is a terminal; else SHOPKEEPER_PASSWORD, else
/// the first line of stdin. Throws CommandFailure(usage) when the two differ or there is none.
std::string ask_password(const Environment& environment);

/// Asks for a yes at the terminal; nullopt when nobody sits there.
std::optional<bool> confirm(std::string_view question);

/// Says on stderr that something is going on, once it has taken a second and while it lasts; only
/// when somebody watches.
class Progress {
public:
    explicit Progress(std::string what);
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    ~Progress();

    /// Says it in other words from the next second on. Thread-safe.
    void tell(std::string what);

private:
    void show(std::stop_token done);

    std::mutex mutex_;
    std::string what_;        ///< guarded by mutex_
    std::size_t widest_ = 0;  ///< what was shown so far, so that a longer line leaves no rest
    std::condition_variable_any tick_;
    std::jthread thread_;  ///< last: it uses the others
};

/// Rows of words in columns; the first row is the heading.
std::string table(const std::vector<std::vector<std::string>>& rows);

}  // namespace shopkeeper::server
