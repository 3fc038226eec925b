#pragma once

namespace shopkeeper::transport {

/// A descriptor that becomes readable once `set` was called, for threads that wait in poll().
/// Thread-safe.
class Wake {
public:
    Wake();
    ~Wake();
    Wake(const Wake&) = delete;
    Wake& operator=(const Wake&) = delete;

    void set();
    int fd() const { return fd_; }

private:
    int fd_;
};

}  // namespace shopkeeper::transport
