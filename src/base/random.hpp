#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace shopkeeper {

/// Where unguessable bytes come from: ids, tokens, tracking numbers. Thread-safe.
class Random {
public:
    virtual ~Random() = default;
    virtual void fill(std::span<std::byte> bytes) = 0;

    /// Uniform in [0, bound). REQUIRES: bound > 0.
    std::uint64_t below(std::uint64_t bound);
    /// `bytes` random bytes as lower-case hexadecimal digits.
    std::string hex(std::size_t bytes);
};

/// The operating system's cryptographic generator.
class SystemRandom final : public Random {
public:
    SystemRandom();
    void fill(std::span<std::byte> bytes) override;
};

}  // namespace shopkeeper
