#include "mcp/protocol.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/base64.hpp"
#include "base/text.hpp"

namespace shopkeeper::mcp {
namespace {

constexpr std::array<std::string_view, 5> kVersions = {"2024-11-05", "2025-03-26", "2025-06-18",
                                                       "2025-11-25", "2026-07-28"};
constexpr std::array<std::string_view, 8> kLevels = {"debug", "info",     "notice", "warning",
                                                     "error", "critical", "alert",  "emergency"};

/// The position of `word` in `words` as the enum that counts them.
template <class Enum, std::size_t size>
std::optional<Enum> find(const std::array<std::string_view, size>& words, std::string_view word) {
    const auto at = std::find(words.begin(), words.end(), word);
    if (at == words.end()) return std::nullopt;
    return static_cast<Enum>(at - words.begin());
}

}  // namespace

std::string_view word(Revision revision) {
    return kVersions[static_cast<std::size_t>(revision)];
}

std::optional<Revision> find_revision(std::string_view version) {
    return find<Revision>(kVersions, version);
}

std::string_view supported_versions_json() {
    return R"(["2026-07-28","2025-11-25","2025-06-18","2025-03-26","2024-11-05"])";
}

std::string_view word(LogLevel level) {
    return kLevels[static_cast<std::size_t>(level)];
}

std::optional<LogLevel> find_log_level(std::string_view word) {
    return find<LogLevel>(kLevels, word);
}

const Json* member(const Json* object, const char* key) {
    if (object == nullptr || !object->is_object()) return nullptr;
    const auto at = object->find(key);
    return at == object->end() ? nullptr : &*at;
}

const Json* meta_of(const Json& params) {
    const Json* meta = member(&params, "_meta");
    return meta != nullptr && meta->is_object() ? meta : nullptr;
}

std::optional<std::string> decode_header(std::string_view raw) {
    constexpr std::string_view kPrefix = "=?base64?";
    constexpr std::string_view kSuffix = "?=";
    const bool is_encoded = raw.size() >= kPrefix.size() + kSuffix.size() &&
                            raw.starts_with(kPrefix) && raw.ends_with(kSuffix);
    if (!is_encoded) return std::string(raw);
    raw.remove_prefix(kPrefix.size());
    raw.remove_suffix(kSuffix.size());
    return decode_base64(raw);
}

}  // namespace shopkeeper::mcp
