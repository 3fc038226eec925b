#include "server/weak_secret.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"

namespace shopkeeper::server {
namespace {

constexpr std::string_view kPlaceholderStarts[] = {"changeme", "change-me", "change_me",   "your_",
                                                   "your-",    "example",   "placeholder", "dummy",
                                                   "todo",     "<"};
constexpr std::string_view kPlaceholders[] = {"secret",  "password", "token", "test", "admin",
                                              "default", "key",      "none",  "null", "123456"};
constexpr std::size_t kDistinctMin = 8;

}  // namespace

std::optional<std::string> why_weak(std::string_view secret, std::size_t length_min) {
    const std::string bare = text::lower(text::trim(secret));
    if (bare.empty()) return "is empty; leave it out to have one made";
    const bool is_placeholder =
        std::any_of(std::begin(kPlaceholderStarts), std::end(kPlaceholderStarts),
                    [&](std::string_view start) { return bare.starts_with(start); }) ||
        std::find(std::begin(kPlaceholders), std::end(kPlaceholders), bare) !=
            std::end(kPlaceholders);
    if (is_placeholder) return "is a placeholder; leave it out to have a real one made";
    if (bare.size() < length_min) {
        return "has " + std::to_string(bare.size()) + " characters, needs at least " +
               std::to_string(length_min);
    }
    if (std::set<char>(bare.begin(), bare.end()).size() < kDistinctMin) {
        return "repeats too few different characters; at least " + std::to_string(kDistinctMin) +
               " are needed";
    }
    return std::nullopt;
}

}  // namespace shopkeeper::server
