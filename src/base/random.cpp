#include "base/random.hpp"

#include <sodium.h>

#include <limits>
#include <stdexcept>
#include <vector>

namespace shopkeeper {

std::uint64_t Random::below(std::uint64_t bound) {
    // Values in the incomplete last run of `bound` would make the small results likelier: draw
    // again.
    const std::uint64_t limit = std::numeric_limits<std::uint64_t>::max() -
                                std::numeric_limits<std::uint64_t>::max() % bound;
    std::uint64_t value = 0;
    do {
        fill(std::as_writable_bytes(std::span(&value, 1)));
    } while (value >= limit);
    return value % bound;
}

std::string Random::hex(std::size_t bytes) {
    constexpr char kDigits[] = "0123456789abcdef";
    std::vector<std::byte> raw(bytes);
    fill(raw);
    std::string text;
    text.reserve(bytes * 2);
    for (const std::byte byte : raw) {
        text += kDigits[std::to_integer<unsigned>(byte >> 4)];
        text += kDigits[std::to_integer<unsigned>(byte & std::byte{15})];
    }
    return text;
}

SystemRandom::SystemRandom() {
    if (sodium_init() < 0) throw std::runtime_error("the cryptographic library does not start");
}

void SystemRandom::fill(std::span<std::byte> bytes) {
    randombytes_buf(bytes.data(), bytes.size());
}

}  // namespace shopkeeper
