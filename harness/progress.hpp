#pragma once

#include <functional>
#include <string>

namespace shopkeeper::harness {

/// Tells a waiting person how far it is. Thread-safe.
using Progress = std::function<void(const std::string&)>;

}  // namespace shopkeeper::harness
