#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mcp/client/failure.hpp"
#include "mcp/client/patience.hpp"

namespace shopkeeper::mcp::client {

/// A file descriptor that closes itself.
class Descriptor {
public:
    explicit Descriptor(int number = -1) : number_(number) {}
    ~Descriptor() { close(); }
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept;

    int get() const { return number_; }
    void close();

private:
    int number_;
};

/// A program on pipes. The destructor closes them, waits, asks it to leave (SIGTERM), waits, and
/// kills it.
class Child {
public:
    /// Errors: unreachable.
    static Outcome<Child> start(std::vector<std::string> words,
                                std::vector<std::string> environment);
    ~Child();
    Child(Child&& other) noexcept;
    Child& operator=(Child&&) = delete;

    int output() const { return output_.get(); }
    /// Errors: closed, timed_out, stopped. After an error the input holds part of a line.
    Outcome<void> write(std::string_view bytes, const Patience& patience);

private:
    Child(pid_t id, Descriptor input, Descriptor output);
    bool wait_gone(std::chrono::milliseconds time_max);

    pid_t id_;
    Descriptor input_;
    Descriptor output_;
};

}  // namespace shopkeeper::mcp::client
