#include "base/utc_text.hpp"

#include <ctime>

namespace shopkeeper::utc {
namespace {

std::string utc(UnixMs at_ms, const char* format) {
    const std::time_t seconds = at_ms / 1000;
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char text[32];
    return {text, std::strftime(text, sizeof text, format, &parts)};
}

}  // namespace

std::string rfc3339(UnixMs at_ms) {
    return utc(at_ms, "%Y-%m-%dT%H:%M:%SZ");
}

std::string time_stamp(UnixMs at_ms) {
    return utc(at_ms, "%Y%m%dT%H%M%SZ");
}

}  // namespace shopkeeper::utc
