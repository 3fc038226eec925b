#include "transport/session_ids.hpp"

namespace shopkeeper::transport {
namespace {

constexpr std::size_t kIdBytes = 16;  // 128 unguessable bits

}  // namespace

SessionIds::Id RandomSessionIds::issue(std::string_view) {
    const std::string id = random_.hex(kIdBytes);
    return {.text = id, .name = id};
}

}  // namespace shopkeeper::transport
