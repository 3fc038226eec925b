#pragma once

#include <sys/types.h>
#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace shopkeeper::bench {

/// A process under measurement: we hold its stdin and stdout, its stderr goes nowhere. Ended, by
/// force if need be, when the object goes. Not thread-safe.
class Child {
public:
    /// It closed its stdout.
    class Ended : public std::runtime_error {
    public:
        using std::runtime_error::runtime_error;
    };

    /// Throws std::system_error when it cannot be started.
    explicit Child(const std::vector<std::string>& command);
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child();

    void write(std::string_view bytes);
    /// The next line, without its line feed. Throws std::runtime_error after `patience`, Ended when
    /// there will be none. The view holds until the next call.
    std::string_view read_line(std::chrono::milliseconds patience = std::chrono::seconds(20));
    /// True when a whole line is already here, so that read_line would not wait.
    bool has_line() const { return buffer_.find('\n', at_) != std::string::npos; }

    /// Resident memory now, in KiB.
    long resident_kib() const;
    /// Processor time used so far, user and system, in microseconds.
    long cpu_us() const;

private:
    pid_t pid_ = -1;
    int in_ = -1;   ///< its stdin
    int out_ = -1;  ///< its stdout
    std::string buffer_;
    std::size_t at_ = 0;  ///< start of what read_line has not given out yet
};

}  // namespace shopkeeper::bench
